"""The public signals of reflections."""

from openedx_events.tooling import OpenEdxPublicSignal

from xblocks.reflection.data import ReflectionData

# .. event_type: org.microunits.learning.reflection.submitted.v1
# .. event_name: REFLECTION_SUBMITTED_V1
# .. event_key_field: reflection.external_id
# .. event_description: A learner handed in a reflection, and it is kept. Each version is heard of.
# .. event_data: ReflectionData
# .. event_trigger_repository: microunits
REFLECTION_SUBMITTED_V1 = OpenEdxPublicSignal(
    event_type="org.microunits.learning.reflection.submitted.v1",
    data={"reflection": ReflectionData},
)
