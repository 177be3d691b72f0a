"""The public signals of badges."""

from openedx_events.tooling import OpenEdxPublicSignal

from xblocks.badges.data import BadgeData

# .. event_type: org.microunits.learning.badge.awarded.v1
# .. event_name: BADGE_AWARDED_V1
# .. event_key_field: badge.external_id
# .. event_description: A learner has a badge, and the award is kept.
# .. event_data: BadgeData
# .. event_trigger_repository: microunits
BADGE_AWARDED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.badge.awarded.v1",
    data={"badge": BadgeData},
)

# .. event_type: org.microunits.learning.badge.revoked.v1
# .. event_name: BADGE_REVOKED_V1
# .. event_key_field: badge.external_id
# .. event_description: A badge does not count any more.
# .. event_data: BadgeData
# .. event_trigger_repository: microunits
BADGE_REVOKED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.badge.revoked.v1",
    data={"badge": BadgeData},
)
