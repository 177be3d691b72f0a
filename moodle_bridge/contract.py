"""The contract of Moodle's web services: for each function what it takes and what it answers, as types.

A wrong parameter is found here, before it leaves, with its path ("events[0].timestart: a whole number was expected, got
'tomorrow'"); Moodle itself would only say `invalidparameter`. Answers are held against the same contract, so that a
site that answers something else is noticed where it happens.

The contracts lie beside this module, in the notation of `moodle_bridge.shapes`: `contracts/4.5.json` and `5.1.json` for
Moodle (tools/moodle_contract.py makes them), `companion.json` for the companion plugin.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from moodle_bridge.checking import Problem, problems_received, problems_sent
from moodle_bridge.cleaning import kind
from moodle_bridge.shapes import Json, Record, Shape, closed, opened, shape

__all__ = ["COMPANION", "RELEASES", "Contract", "Function", "Json", "Problem", "contract_of", "load", "version"]

RELEASES = ("4.5", "5.1")
"""The releases of Moodle of which there is a contract, oldest first."""

COMPANION = "local_microunits_"
"""What the names of the companion's functions begin with."""


@dataclass(frozen=True, slots=True)
class Function:
    """One external function.

    Attributes:
        returns: None for a function that answers nothing (null).
    """

    name: str
    type: Literal["read", "write"]
    params: Record
    returns: Shape | None

    @property
    def is_repeatable(self) -> bool:
        """Whether calling it twice does no more than calling it once; the companion's functions are made so."""
        return self.type == "read" or self.name.startswith(COMPANION)


@dataclass(frozen=True, slots=True)
class Contract:
    """The functions that a site may offer, as far as the bridge knows them.

    Attributes:
        release: of Moodle ("5.1").
    """

    release: str
    functions: Mapping[str, Function]

    def check_params(self, function: str, params: Mapping[str, Json]) -> list[Problem]:
        """Everything for which Moodle would refuse these parameters, or that a form cannot carry to it."""
        if function not in self.functions:
            return [Problem("", f"{function} is no function that this bridge knows on Moodle {self.release}")]
        return problems_sent(self.functions[function].params, params)

    def check_returns(self, function: str, answer: Json) -> list[Problem]:
        """Everything in which an answer is not what the function is known to return."""
        returns = self.functions[function].returns
        if returns is None:
            return [] if answer is None else [Problem("", f"no answer was expected, got {kind(answer)}")]
        return problems_received(returns, answer)

    def closed(self, function: str, params: Mapping[str, Json]) -> dict[str, Json]:
        """Checked parameters as they travel: with JSON texts where the contract has them."""
        return dict(closed(self.functions[function].params, params))

    def opened(self, function: str, answer: Json) -> Json:
        """A checked answer as people want it: with what its JSON texts hold in their place."""
        returns = self.functions[function].returns
        return answer if returns is None else opened(returns, answer)


def contract_of(release: str) -> Contract:
    """The contract for a site of that release ("5.1+ (Build: 20251017)"): the newest that is not newer than the site.

    A site that is older than all of them gets the oldest; whether it is supported is for the doctor to say.
    """
    fitting = [known for known in RELEASES if version(known) <= version(release)]
    return load(fitting[-1] if fitting else RELEASES[0])


def version(release: str) -> tuple[int, int]:
    """The two numbers of a release that count: "4.5.5+ (Build: 20250613)" is (4, 5); what is no release is (0, 0)."""
    numbers = re.match(r"(\d+)\.(\d+)", release)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


@cache
def load(release: str) -> Contract:
    """One of the contracts of RELEASES, together with the companion's."""
    functions = {
        name: _function(name, described)
        for file in (f"{release}.json", "companion.json")
        for name, described in _read(file).items()
    }
    return Contract(release, functions)


def _read(file: str) -> Json:
    text = resources.files("moodle_bridge").joinpath("contracts", file).read_text(encoding="utf-8")
    return json.loads(text)["functions"]


def _function(name: str, described: Json) -> Function:
    params, returns = shape(described["params"]), described["returns"]
    assert isinstance(params, Record)
    return Function(name, described["type"], params, None if returns is None else shape(returns))
