"""The public signals of the micro-quiz."""

from openedx_events.tooling import OpenEdxPublicSignal

from xblocks.microquiz.data import QuestionAnsweredData

# .. event_type: org.microunits.learning.question.answered.v1
# .. event_name: QUESTION_ANSWERED_V1
# .. event_key_field: answer.learner.external_id
# .. event_description: A learner answered a question of a micro-quiz, and the answer is kept.
# .. event_data: QuestionAnsweredData
# .. event_trigger_repository: microunits
QUESTION_ANSWERED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.question.answered.v1",
    data={"answer": QuestionAnsweredData},
)
