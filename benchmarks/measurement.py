"""One measurement: a name, a number, and the limit that we promised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured.

    Attributes:
        name: "component.what.unit", stable, so that runs can be compared.
        value: the figure, in `unit`.
        limit: the most that `value` may be; None when there is no such limit.
        least: the least that it may be; None when there is no such limit.
        peers: the same figure for the blocks that others made, by package and release.
        notes: how it was measured, where the name does not say it.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    notes: Mapping[str, float | str] = field(default_factory=dict)
    least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return (self.limit is None or self.value <= self.limit) and (self.least is None or self.value >= self.least)

    def as_json(self) -> str:
        """One line of JSON; notes only where there are any."""
        line: dict[str, object] = {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "limit": self.limit,
            **({} if self.least is None else {"least": self.least}),
            "peers": {peer: _rounded(value) for peer, value in self.peers.items()},
        }
        if self.notes:
            line["notes"] = dict(self.notes)
        return json.dumps(line)


def _rounded(value: float) -> float:
    return int(value) if value == int(value) else round(value, 3)
