"""What an examination of a site has found, point by point, for people and for scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from xblocks.base.problems import N_


class Level(StrEnum):
    """How a point stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


_LEVELS = {Level.OK: N_("ok"), Level.WARNING: N_("warning"), Level.PROBLEM: N_("problem")}
# What an examination looks at, marked for the catalogue.
_ = [
    N_("transport"), N_("site"), N_("release"), N_("token"), N_("service"), N_("batches"), N_("companion"), N_("clock"),
    N_("course"), N_("capabilities"), N_("limits"), N_("cron"), N_("kinds"), N_("questions"), N_("messages"),
]  # fmt: skip

NOTHING = Said("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of the examination.

    Attributes:
        name: what was looked at ("token").
        seen: a sentence.
        to_do: a sentence; empty where all is well.
    """

    name: str
    level: Level
    seen: Said
    to_do: Said = NOTHING

    @property
    def message(self) -> str:
        """What was seen, in English."""
        return str(self.seen)

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return str(self.to_do)

    def line(self, gettext: Callable[[str], str] = str) -> str:
        """For people, one line."""
        level, name = gettext(_LEVELS[self.level]), gettext(self.name)
        told = (one.sentence(gettext) for one in (self.seen, self.to_do))
        return " ".join(filter(None, (f"{level:<8} {name:<13}", *told)))

    def as_json(self) -> dict[str, str]:
        """For scripts."""
        return {"name": self.name, "level": str(self.level), "message": self.message, "advice": self.advice}


def worst(findings: Iterable[Finding]) -> Level:
    """The level of the whole."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)


def report(findings: Iterable[Finding]) -> Json:
    """For scripts: the level of the whole, and every point."""
    listed = list(findings)
    return {"level": str(worst(listed)), "findings": [finding.as_json() for finding in listed]}
