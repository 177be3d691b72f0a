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
    """The bounds as values, from {"default": {...}, "loosest": {...}} with the fields of `policy.Policy`."""
    start = Bounds()
    return Bounds(
        default=_changed(start.default, row.bounds.get("default", {})),
        loosest=_changed(start.loosest, row.bounds.get("loosest", {})),
    )


def _changed(policy: Policy, raw: dict[str, Any]) -> Policy:
    values = {one.name: raw[one.name] for one in fields(Policy) if one.name in raw}
    if "rest" in values:
        values["rest"] = timedelta(hours=values["rest"])
    return replace(policy, **values)
