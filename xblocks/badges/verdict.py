"""What came of checking a badge: each check with its outcome and a sentence for people, not experts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import Problem


class Outcome(StrEnum):
    """How a check went. What cannot be checked is neither good nor bad."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Name(StrEnum):
    """What is checked, in this order."""

    READABLE = "readable"
    FORM = "form"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    PERIOD = "period"
    STATUS = "status"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: what was checked.
        outcome: how it went.
        problem: the sentence that says so (a message of the catalogue, with parameters), whether it went well or not.
        details: what else was found, for those who want to know; each with the path within the credential.
    """

    name: Name
    outcome: Outcome
    problem: Problem
    details: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of something that was uploaded.

    Attributes:
        checks: what was checked, in order; what comes after an unreadable upload is not.
        credential: what the badge says, once it could be read; None before. It may be shown only with the checks.
        form: how it came.
    """

    checks: tuple[Check, ...]
    credential: JsonObject | None = None
    form: str = ""
    of: Mapping[Name, Check] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", {check.name: check for check in self.checks})

    @property
    def outcome(self) -> Outcome:
        """FAILED when any check failed, PASSED when all passed, UNCHECKED otherwise."""
        outcomes = {check.outcome for check in self.checks}
        for outcome in (Outcome.FAILED, Outcome.UNCHECKED):
            if outcome in outcomes:
                return outcome
        return Outcome.PASSED
