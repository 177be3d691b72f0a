"""Carrying a plan out: call by call, several in one request; what fails takes nothing else with it.

The companion's calls may be made twice: whatever ends a run in the middle, the next one plans anew against what Moodle
holds and goes on where this one stopped. Nothing is kept on this side.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from moodle_bridge.client import Outcome
from moodle_bridge.components import File
from moodle_bridge.errors import AnswerContractError, BridgeError, FileMissingError
from moodle_bridge.plan_calls import PUT_FILE, UPSERT, Step
from moodle_bridge.shapes import Json
from moodle_bridge.wire import Call, Limits
from xblocks.base.problems import N_

_SHARE_FOR_FILES = 0.4
"""Of what a site takes in a request, files within a component take at most so much; larger ones go ahead of it."""

_SHARE_FOR_PIECES = 0.9
"""Of what a site takes in a request, a piece of a file takes at most so much."""

_AT_MOST = 4
"""How many times larger bytes can be as they travel: base64 makes four signs of three, and a form three of / and +."""

_PARTIAL = "partial"
"""What the companion answers while there is more of a file to come."""

_LARGEST_PIECE = 8 * 1024 * 1024
"""Bytes of a file in one call where the site takes any number: what was broken off goes on after the last piece."""


class Site(Protocol):
    """What is needed of `client.Client`."""

    limits: Limits

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        """What a function returns."""

    def call_many(self, calls: Iterable[Call], most: int = 20) -> Iterator[Outcome]:
        """Several calls, with an outcome for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something that Moodle did otherwise than asked.

    Attributes:
        code: "structure_kept", "kept_whole", "adopted", or "" for what has none.
        path: where in the component.
    """

    code: str
    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a step: an answer of the companion, or an error."""

    step: Step
    status: str = ""
    warnings: tuple[Warned, ...] = ()
    error: BridgeError | None = None


Content = Callable[[File], bytes]


def carry_out(steps: Iterable[Step], site: Site, content: Content) -> Iterator[Done]:
    """Makes the calls of a plan; what became of each, as it comes in.

    Raises:
        BridgeError: what concerns all calls (no connection, no access, maintenance). What was done until then is done.
    """
    applying = _Applying(site, content)
    waiting: dict[int, Step] = {}
    stopped: list[Done] = []

    def calls() -> Iterator[Call]:
        for step in steps:
            try:
                call = applying.with_files(step)
            except BridgeError as error:
                if error.concerns_all:
                    raise
                stopped.append(Done(step=step, error=error))
                continue
            waiting[id(call)] = replace(step, call=call)
            yield call

    for outcome in site.call_many(calls()):
        step = waiting.pop(id(outcome.call))
        if isinstance(outcome.error, FileMissingError):
            yield applying.again(step)
        else:
            yield _done(step, outcome)
    yield from stopped


def _done(step: Step, outcome: Outcome) -> Done:
    if outcome.error is not None:
        return Done(step=step, error=outcome.error)
    answer = outcome.value if isinstance(outcome.value, Mapping) else {}
    warnings = tuple(
        Warned(code=str(one.get("code", "")), path=str(one.get("path", "")), message=str(one.get("message", "")))
        for one in answer.get("warnings", ())
    )
    return Done(step=step, status=str(answer.get("status", "")), warnings=warnings)


@dataclass
class _Applying:
    site: Site
    content: Content
    sent: set[str] = field(default_factory=set)

    def with_files(self, step: Step) -> Call:
        """The call of a step with the content of files that the site was not sent ahead in this run."""
        if step.call.function != UPSERT or not step.files:
            return step.call
        room = int((self.site.limits.bytes or 2**31) * _SHARE_FOR_FILES)
        payload = dict(step.call.params["payload"])
        files = {sha256: dict(entry) for sha256, entry in payload["files"].items()}
        for file in step.files:
            if file.sha256 in self.sent:
                continue
            encoded = _encoded(self.content(file)) if file.size < room else None
            size = _travelling(encoded) if encoded is not None else room + 1
            if encoded is None or size > room:
                self.put(step, file)
            else:
                # The companion keeps what was sent ahead; what travels within a component is that one's alone.
                room -= size
                files[file.sha256]["content"] = encoded
        payload["files"] = files
        return Call(step.call.function, {**step.call.params, "payload": payload})

    def put(self, step: Step, file: File) -> None:
        """Sends a file ahead of the component that shows it, in as many pieces as the site needs.

        The companion says up to where it has the file: what an earlier run sent is not sent again.
        """
        content, named = self.content(file), step.call.params["payload"]["files"][file.sha256]
        params = {"courseid": step.call.params["courseid"], "sha256": file.sha256, **named}
        limit = self.site.limits.bytes
        most = min(_LARGEST_PIECE, int(limit * _SHARE_FOR_PIECES / _AT_MOST) if limit else _LARGEST_PIECE)
        begins = 0
        while True:
            piece = content[begins : begins + most]
            place = {"offset": begins, "total": len(content)} if len(piece) < len(content) else {}
            answer = self.site.call(PUT_FILE, {**params, "content": _encoded(piece), **place})
            if answer["status"] != _PARTIAL:
                break
            if answer["next"] <= begins:
                raise AnswerContractError(
                    N_("The site takes no more than %(size)s bytes of %(name)s."),
                    size=f"{begins:,}",
                    name=named["name"],
                )
            begins = answer["next"]
        self.sent.add(file.sha256)

    def again(self, step: Step) -> Done:
        """The step once more, its files sent ahead again: the site does not have them any more."""
        try:
            for file in step.files:
                self.put(step, file)
            value = self.site.call(step.call.function, step.call.params)
        except BridgeError as error:
            if error.concerns_all:
                raise
            return Done(step=step, error=error)
        return _done(step, Outcome(step.call, value))


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _travelling(encoded: str) -> int:
    """How many bytes of a request a base64 text takes: its signs + / = are three each in a form."""
    return len(encoded) + 2 * sum(encoded.count(sign) for sign in "+/=")
