"""What the platform's admin set for everybody: the bounds of teams, and the switch that stops everything."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from xblocks.nudge import models
from xblocks.nudge.policy import Bounds, Policy


def site() -> models.Site:
    """The site's row; one with the defaults where nothing was set."""
    return models.Site.objects.first() or models.Site()


def bounds(row: models.Site) -> Bounds:
    """The bounds as values.

    Raises:
        ValueError: a name that is no limit, or a value of the wrong kind.
        TypeError, AttributeError: another shape altogether.
    """
    start, raw = Bounds(), row.bounds or {}
    if unknown := raw.keys() - {"default", "loosest"}:
        raise ValueError(f"{min(unknown)!r} is neither default nor loosest")
    return Bounds(
        default=_changed(start.default, raw.get("default", {})),
        loosest=_changed(start.loosest, raw.get("loosest", {})),
    )


def _changed(policy: Policy, raw: dict[str, Any]) -> Policy:
    names = {one.name for one in fields(Policy)}
    for name, value in raw.items():
        if name not in names:
            raise ValueError(f"{name!r} is no limit; there are {', '.join(sorted(names))}")
        is_open = name == "hour" and value is None
        if not is_open and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"{name!r} should be a whole number, not {value!r}")
    values = {**raw, "rest": timedelta(hours=raw["rest"])} if "rest" in raw else raw
    return replace(policy, **values)
