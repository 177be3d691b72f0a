"""What the LMS records when a block publishes something, by the platform's rules, and the public signals it hears.

Sources: the platform's event publishing service, its grades signal handlers and the completion library (Teak).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import attrs
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from opaque_keys.edx.keys import UsageKey
from openedx_events.tooling import OpenEdxPublicSignal
from xblock.completable import XBlockCompletionMode
from xblock.scorable import ScorableXBlockMixin, Score

from devstack.models import Completion, Grade, Recorded
from devstack.people import Person

Payload = Mapping[str, Any]
_at_work: ContextVar[tuple[Person | None, str]] = ContextVar("at_work", default=(None, ""))


def publish(block: Any, user: Person, event_type: str, event: Payload) -> None:
    """Record what a block published for a learner.

    'grade' is {value, max_value, only_if_higher?, score_deleted?}, 'completion' is {completion}; anything else is a
    tracking event. From somebody who is not logged in grades are dropped and completions are tracking events.

    Raises:
        KeyError: when a grade or a completion lacks what it needs.
        ValidationError: when a completion is not within 0..1.
    """
    if event_type == "grade":
        if user.is_authenticated:
            publish_grade(block, user, event)
    elif event_type == "completion" and user.is_authenticated:
        publish_completion(block, user, event)
    else:
        note(Recorded.Kind.TRACKING, event_type, user, block.location, event)


def publish_grade(block: Any, user: User, event: Payload) -> None:
    """Keep a score, tell it to a scorable block, and complete the block unless it does that itself."""
    earned, possible = float(event["value"]), float(event["max_value"])
    if event.get("only_if_higher") and not _is_as_high_as_before(user, block.location, earned, possible):
        note(Recorded.Kind.IGNORED, "grade", user, block.location, {**event, "why": "the score is not higher"})
        return
    keep_grade(user, block, earned, possible)
    if isinstance(block, ScorableXBlockMixin):
        block.set_score(Score(raw_earned=earned, raw_possible=possible))
    note(Recorded.Kind.GRADE, "grade", user, block.location, event)
    _complete_by_grade(block, user, deleted=bool(event.get("score_deleted")))


def publish_completion(block: Any, user: User, event: Payload) -> None:
    """Keep a completion, when the block says that it takes care of completion itself."""
    if not getattr(block, "has_custom_completion", False) or not _is_completable(block):
        why = {**event, "why": "the block does not say has_custom_completion, or is not completable"}
        note(Recorded.Kind.IGNORED, "completion", user, block.location, why)
        return
    keep_completion(user, block.location, event["completion"])


def keep_grade(user: User, block: Any, earned: float, possible: float) -> None:
    """A learner's score for a block, weighted as the platform does it."""
    weight = getattr(block, "weight", None)
    weighted = (earned, possible) if weight is None or possible == 0 else (earned * weight / possible, float(weight))
    Grade.objects.update_or_create(
        user=user,
        usage_key=str(block.location),
        defaults={
            "earned": earned,
            "possible": possible,
            "weighted_earned": weighted[0],
            "weighted_possible": weighted[1],
        },
    )


def keep_completion(user: User, usage_key: UsageKey, completion: float) -> None:
    """How much of a block a learner has done.

    Raises:
        ValidationError: when it is not within 0..1.
    """
    if not 0 <= completion <= 1:
        raise ValidationError(f"A completion goes from 0 to 1; {completion} does not.")
    Completion.objects.update_or_create(user=user, usage_key=str(usage_key), defaults={"completion": completion})
    note(Recorded.Kind.COMPLETION, "completion", user, usage_key, {"completion": completion})


def reset_by_deletion(block: Any, user: User) -> None:
    """What the platform does for a scored block without a `clear_student_state` when a learner's state is deleted."""
    possible = block.max_score() if block.has_score else None
    if possible is None:
        return
    note(Recorded.Kind.GRADE, "grade", user, block.location, {"value": 0, "max_value": possible, "score_deleted": True})
    _complete_by_grade(block, user, deleted=True)


def note(kind: Recorded.Kind, name: str, user: Person | None, usage_key: object, payload: Payload) -> None:
    """Write one line into the record."""
    Recorded.objects.create(
        kind=kind,
        name=name,
        user=user if user is not None and user.is_authenticated else None,
        usage_key=str(usage_key),
        payload=_plain(payload),
    )


# --- Public signals


@contextmanager
def hearing(user: Person, usage_key: object) -> Iterator[None]:
    """Within it every public signal that is sent is recorded as coming from that block and learner."""
    for signal in OpenEdxPublicSignal.all_events():
        signal.connect(_heard, dispatch_uid="devstack.recording")
    token = _at_work.set((user, str(usage_key)))
    try:
        yield
    finally:
        _at_work.reset(token)


def _heard(sender: object, signal: Any, **kwargs: Any) -> None:
    user, usage_key = _at_work.get()
    payload = {name: kwargs[name] for name in signal.init_data if name in kwargs}
    note(Recorded.Kind.SIGNAL, signal.event_type, user, usage_key, payload)


# --- Rules


def _is_completable(block: Any) -> bool:
    return bool(XBlockCompletionMode.get_mode(block) == XBlockCompletionMode.COMPLETABLE)


def _complete_by_grade(block: Any, user: User, deleted: bool) -> None:
    if _is_completable(block) and not getattr(block, "has_custom_completion", False):
        keep_completion(user, block.location, 0.0 if deleted else 1.0)


def _is_as_high_as_before(user: User, usage_key: UsageKey, earned: float, possible: float) -> bool:
    before = Grade.objects.filter(user=user, usage_key=str(usage_key)).first()
    if before is None or not before.possible:
        return True
    return bool(possible) and earned / possible >= before.earned / before.possible


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if attrs.has(type(o)):
            return attrs.asdict(o, recurse=False)
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _plain(payload: Payload) -> Any:
    return json.loads(json.dumps(payload, cls=_Encoder))
