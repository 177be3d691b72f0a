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
from moodle_bridge.components import File, Json
from moodle_bridge.errors import BridgeError, FileMissingError
from moodle_bridge.plan_calls import PUT_FILE, UPSERT, Step
from moodle_bridge.wire import Call, Limits

_SHARE_FOR_FILES = 0.4
"""Of what a site takes in a request, files within a component take at most so much; larger ones go ahead of it."""

_BASE64 = 1.4
"""How much larger a file is as it travels: base64, and its signs + / = each three in a form."""


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

    def calls() -> Iterator[Call]:
        for step in steps:
            call = applying.with_files(step)
            waiting[id(call)] = replace(step, call=call)
            yield call

    for outcome in site.call_many(calls()):
        step = waiting.pop(id(outcome.call))
        if isinstance(outcome.error, FileMissingError):
            yield applying.again(step)
        else:
            yield _done(step, outcome)


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
        """The call of a step with the content of files that the site has not been sent in this run."""
        if step.call.function != UPSERT or not step.files:
            return step.call
        room = int((self.site.limits.bytes or 2**31) * _SHARE_FOR_FILES)
        payload = dict(step.call.params["payload"])
        files = {sha256: dict(entry) for sha256, entry in payload["files"].items()}
        for file in step.files:
            if file.sha256 in self.sent:
                continue
            size = int(file.size * _BASE64)
            if size > room:
                self.put(step, file)
            else:
                room -= size
                files[file.sha256]["content"] = self._encoded(file)
                self.sent.add(file.sha256)
        payload["files"] = files
        return Call(step.call.function, {**step.call.params, "payload": payload})

    def put(self, step: Step, file: File) -> None:
        """Sends a file ahead of the component that shows it."""
        self.site.call(
            PUT_FILE,
            {
                "courseid": step.call.params["courseid"],
                "sha256": file.sha256,
                **step.call.params["payload"]["files"][file.sha256],
                "content": self._encoded(file),
            },
        )
        self.sent.add(file.sha256)

    def again(self, step: Step) -> Done:
        """The step once more, its files sent ahead: those of an earlier component went astray with it."""
        try:
            for file in step.files:
                self.put(step, file)
            value = self.site.call(step.call.function, step.call.params)
        except BridgeError as error:
            if error.concerns_all:
                raise
            return Done(step=step, error=error)
        return _done(step, Outcome(step.call, value))

    def _encoded(self, file: File) -> str:
        return base64.b64encode(self.content(file)).decode()
