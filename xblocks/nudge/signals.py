"""The public signals of nudging."""

from openedx_events.tooling import OpenEdxPublicSignal

from xblocks.nudge.data import ReviewData

# .. event_type: org.microunits.learning.review.recorded.v1
# .. event_name: REVIEW_RECORDED_V1
# .. event_key_field: review.external_id
# .. event_description: A learner answered a question outside of its quiz, and the review is kept.
# .. event_data: ReviewData
# .. event_trigger_repository: microunits
REVIEW_RECORDED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.review.recorded.v1",
    data={"review": ReviewData},
)
