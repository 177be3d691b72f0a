"""How long before a session, as a number and a unit that people choose; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.workshop.moments import Distance, distance_of, written

MOST = {"d": 365, "h": 999, "m": 1440}
"""The most of each unit: days, hours, minutes."""
AS_WRITTEN = "as"
"""The unit of what needs several, such as 1d12h; its number is that text."""


def form_of_distance(distance: Distance) -> dict[str, Any]:
    """{"number", "unit"} of a distance."""
    hours, minutes = divmod(distance.minutes, 60)
    counts = {"d": distance.days, "h": hours, "m": minutes}
    used = [unit for unit, number in counts.items() if number]
    if len(used) > 1:
        return {"number": written(distance), "unit": AS_WRITTEN}
    unit = used[0] if used else "d"
    return {"number": counts[unit], "unit": unit}


def read_distance(raw: Any, path: str, problems: list[Problem]) -> Distance | None:
    """The distance of a form; None, and a problem at the path, where it names none."""
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    number, unit = given.get("number"), given.get("unit")
    if unit == AS_WRITTEN:
        found = distance_of(number) if isinstance(number, str) else None
        if found is None:
            problems.append(Problem(path, N_("Say how long before, such as 2d for two days or 3h for three hours.")))
        return found
    most = MOST.get(str(unit), 0)
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most:
        return distance_of(f"{number}{unit}")
    problems.append(Problem(path, N_("Give a whole number from %(least)d to %(most)d."), {"least": 0, "most": most}))
    return None
