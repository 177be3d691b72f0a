"""The public signals of workshops."""

from openedx_events.tooling import OpenEdxPublicSignal

from xblocks.workshop.data import WorkshopData

# .. event_type: org.microunits.learning.workshop.prepared.v1
# .. event_name: WORKSHOP_PREPARED_V1
# .. event_key_field: workshop.external_id
# .. event_description: A learner has done all that a workshop asks to prepare, for the first time.
# .. event_data: WorkshopData
# .. event_trigger_repository: microunits
WORKSHOP_PREPARED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.workshop.prepared.v1",
    data={"workshop": WorkshopData},
)

# .. event_type: org.microunits.learning.workshop.attended.v1
# .. event_name: WORKSHOP_ATTENDED_V1
# .. event_key_field: workshop.external_id
# .. event_description: A learner was at a session of a workshop, as its facilitator noted for the first time.
# .. event_data: WorkshopData
# .. event_trigger_repository: microunits
WORKSHOP_ATTENDED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.workshop.attended.v1",
    data={"workshop": WorkshopData},
)
