"""What the companion says that Moodle holds, as the plan takes it."""

from __future__ import annotations

from collections.abc import Mapping

from moodle_bridge.keys import is_of_one_learner
from moodle_bridge.plan import Held, HeldField
from moodle_bridge.shapes import Json

HELD = "local_microunits_get_held"


def held_of(answer: Mapping[str, Json]) -> list[Held]:
    """The items that HELD answers, which the contract has checked, but for what belongs to single learners."""
    return [
        Held(
            key=item["key"],
            kind=item["kind"],
            parent=item["parentkey"],
            is_present=item["present"],
            is_removed=item["removed"],
            position=item["position"],
            attempts=item["attempts"],
            fields={one["name"]: HeldField(hash=one["hash"], is_edited=one["edited"]) for one in item["fields"]},
        )
        for item in answer["items"]
        if not is_of_one_learner(item["key"])
    ]
