"""How a call travels: parameters as the form that PHP reads (a[0][b]=c), and whether a site takes a form that large.

PHP cuts a form at `max_input_vars` variables and executes what is left of it, and throws a body away that is larger
than `post_max_size`; Moodle then answers that the token is invalid. Both are therefore counted before anything leaves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from xblocks.base.problems import N_

BATCH = "tool_mobile_call_external_functions"
"""The function of Moodle that makes several calls in one request."""

Pairs = list[tuple[str, str]]
"""A form: names and values, in order."""

# What every request has beside its parameters: wstoken, wsfunction, moodlewsrestformat.
_OWN_VARIABLES = 3
_OWN_BYTES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a site takes in one request. The defaults are PHP's own, for as long as the site has not been asked.

    Attributes:
        variables: PHP's max_input_vars.
        bytes: PHP's post_max_size; 0: without limit.
    """

    variables: int = 1000
    bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Size:
    """How large a request is."""

    variables: int
    bytes: int

    def __add__(self, other: Size) -> Size:
        return Size(self.variables + other.variables, self.bytes + other.bytes)

    def fits(self, limits: Limits) -> bool:
        return self.variables <= limits.variables and (not limits.bytes or self.bytes <= limits.bytes)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its parameters."""

    function: str
    params: Mapping[str, Json]


def pairs(params: Mapping[str, Json]) -> Pairs:
    """Parameters as a form. They have been checked: nothing null, and no list or record that is needed is empty.

    Truth values become 1 and 0. A list or record with nothing in it leaves no trace; Moodle then takes its default.
    """
    return [pair for name, value in params.items() for pair in _pairs(name, value)]


def _pairs(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for member, below in value.items():
            yield from _pairs(f"{name}[{member}]", below)
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value):
            yield from _pairs(f"{name}[{index}]", below)
    elif isinstance(value, bool):
        yield name, str(int(value))
    else:
        yield name, str(value)


def encoded(form: Iterable[tuple[str, str]]) -> bytes:
    """A form as the body of a request (application/x-www-form-urlencoded)."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in form).encode("ascii")


def size(form: Iterable[tuple[str, str]]) -> Size:
    """How large a request with this form is, with the token and everything else that goes with it."""
    listed = list(form)
    return Size(len(listed) + _OWN_VARIABLES, len(encoded(listed)) + _OWN_BYTES)


def advice(call: Call, limits: Limits) -> Said | None:
    """What to do about a call that a site would not take whole; None when it would."""
    whole = size(pairs(call.params))
    if whole.fits(limits):
        return None
    if whole.variables > limits.variables:
        setting, has, takes = "max_input_vars", whole.variables, limits.variables
        too_much = N_("The request has %(has)s variables and the site takes %(takes)s (%(setting)s)")
    else:
        setting, has, takes = "post_max_size", whole.bytes, limits.bytes
        too_much = N_("The request has %(has)s bytes and the site takes %(takes)s (%(setting)s)")
    told = {"too_much": Said(too_much, {"has": f"{has:,}", "takes": f"{takes:,}", "setting": setting})}
    lists = {name: value for name, value in call.params.items() if isinstance(value, list | tuple)}
    longest = max(lists, key=lambda name: len(lists[name]), default="")
    fitting = _fitting(call, longest, limits) if longest else 0
    if fitting:
        return Said(
            N_("%(too_much)s: send at most %(fitting)d of the %(many)d %(name)s at once."),
            {**told, "fitting": fitting, "many": len(lists[longest]), "name": longest},
        )
    return Said(N_("%(too_much)s: ask the site's admin to raise %(setting)s in php.ini."), {**told, "setting": setting})


def _fitting(call: Call, name: str, limits: Limits) -> int:
    """How many items of the list `name` fit into one call, whichever they are; 0 when the largest fits into none."""
    rest = size(pairs({other: value for other, value in call.params.items() if other != name}))
    items = call.params[name]
    each = [pairs({f"{name}[{len(items)}]": item}) for item in items]
    room = (limits.variables - rest.variables) // max(map(len, each))
    if limits.bytes:
        room = min(room, (limits.bytes - rest.bytes) // max(len(encoded(form)) + 1 for form in each))
    return max(0, room)


class Batch:
    """Calls that go together in one request, as many as the site takes; at most `most`."""

    def __init__(self, limits: Limits, most: int) -> None:
        self._limits, self._most = limits, most
        self._size = Size(_OWN_VARIABLES, _OWN_BYTES)
        self.calls: list[Call] = []

    def takes(self, call: Call) -> bool:
        """Adds a call if there is room for it. The first always finds room; alone it does not travel as a batch."""
        form = pairs({f"requests[{len(self.calls)}]": request(call)})
        grown = self._size + Size(len(form), len(encoded(form)) + 1)
        if self.calls and (len(self.calls) >= self._most or not grown.fits(self._limits)):
            return False
        self._size = grown
        self.calls.append(call)
        return True


def request(call: Call) -> dict[str, str]:
    """A call as one of the requests of a batch."""
    arguments = json.dumps(call.params, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return {"function": call.function, "arguments": arguments}
