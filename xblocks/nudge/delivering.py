"""Sending what the ledger says is to be sent: each message once, by whichever worker takes it first."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When

from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.nudge import mail, models, notices
from xblocks.nudge.composing import Courses as About
from xblocks.nudge.kinds import Kind
from xblocks.nudge.loading import Courses, Known, anchor_of, known
from xblocks.nudge.policy import Action, Reason, decide
from xblocks.nudge.preferences import Channel
from xblocks.nudge.site import bounds, site
from xblocks.nudge.sources import Delivered, Fate
from xblocks.nudge.sweeping import drop, hold, with_message

log = logging.getLogger(__name__)


def deliver(nudge_ids: Iterable[int]) -> None:
    """Send messages of the ledger. Safe to run twice, and beside others: a message is taken by one of them.

    A message that cannot be sent does not keep the others from being sent. Those for people in other places go
    together, at the end.
    """
    elsewhere: list[notices.Waiting] = []
    for nudge_id in nudge_ids:
        now = platform().now()
        if not _take(nudge_id, now):
            continue
        try:
            ready = _deliver(models.Nudge.objects.get(pk=nudge_id), now)
            if ready is not None:
                elsewhere.append(ready)
        except Exception as error:
            log.exception("Message %s could not be seen to the end.", nudge_id)
            mine = models.Nudge.objects.filter(pk=nudge_id, status=models.Status.CLAIMED)
            mine.update(status=models.Status.UNCERTAIN, reason=type(error).__name__[:64])
    for waiting, delivered in notices.hand_over(elsewhere):
        # What had no answer stays in hand, and is asked for again under the same key (`sweeping.recover`).
        if delivered is not None:
            _note_fate(waiting, delivered, platform().now())


def _take(nudge_id: int, now: datetime) -> bool:
    planned = models.Nudge.objects.filter(pk=nudge_id, status=models.Status.PLANNED)
    return bool(planned.update(status=models.Status.CLAIMED, claimed_at=now))


def _deliver(nudge: models.Nudge, now: datetime) -> notices.Waiting | None:
    """Sends a message, or gives it back when another place is to send it."""
    row, courses = site(), Courses()
    if row.is_stopped:
        drop(nudge, "stopped_by_admin", now)
        return None
    if now >= nudge.not_after:
        drop(nudge, "too_late", now)
        return None
    # Minutes may have passed: the learner may have practised meanwhile, or said that they want no more.
    one = next(known([nudge.learner_id], now, bounds(row), courses, but=nudge.pk), None)
    if one is None:
        return None
    reason, look_at, courses_now = _second_thought(nudge, one, now)
    due = {course.course: course.due for course in one.state.courses if course.course in courses_now}
    about = [] if reason else _still_about(nudge, due)
    if reason or not about:
        drop(nudge, reason or str(Reason.NOT_NOW), now, look_at)
        return None
    courses_about = [(line.course, line.questions) for line in about]
    told = {str(line.course.course_key) for line in about if line.questions}
    look_after = _look_after(nudge, one, told, now)
    source = notices.source_for(one, courses_about)
    if nudge.via is not None and source != nudge.via:
        # Only the place that was asked can say whether it was sent.
        drop(nudge, str(Reason.NOT_NOW), now)
        return None
    if source is not None:
        waiting = notices.written(nudge, one, source, courses_about, now)
        if waiting is None:
            _note(nudge, models.Status.FAILED, "nothing_to_say")
            return None
        return replace(waiting, look_at=look_after)
    try:
        outcome = _hand_over(nudge, one, courses_about, now)
    except Exception as error:
        # Whether it left before this went wrong, nobody knows; so it is not sent again.
        log.exception("A message may or may not have been sent: %s", nudge)
        _note(nudge, models.Status.UNCERTAIN, type(error).__name__)
        return None
    if outcome.is_sent:
        _note_sent(nudge, now, look_after)
    else:
        _note(nudge, models.Status.UNCERTAIN if outcome.is_uncertain else models.Status.FAILED, outcome.reason)
    return None


def _hand_over(nudge: models.Nudge, one: Known, about: About, now: datetime) -> mail.Outcome:
    """Send a message over the channel that its learner chose; over both, it is sent when one of them took it."""
    assert one.person is not None  # nothing is decided to be sent to those who have none
    outcome = mail.Outcome(mail.Result.UNDELIVERABLE, "no_channel")
    if one.channel in (Channel.MAIL, Channel.BOTH):
        outcome = mail.send(nudge, one.person, about, now)
    if one.channel in (Channel.TRAY, Channel.BOTH):
        in_tray = mail.notify(nudge, one.person, about, now)
        if not outcome.is_sent and not outcome.is_uncertain:
            return in_tray
    return outcome


def _second_thought(nudge: models.Nudge, one: Known, now: datetime) -> tuple[str, datetime | None, tuple[str, ...]]:
    """Why a message should not be sent after all, and when to look again; ("", None, the courses) when it should."""
    state, key = one.state, None
    if nudge.kind == Kind.ANCHORED:
        # Its anchor is no longer waiting, since it was planned; put it back for the question.
        row = models.Anchor.objects.select_related("course").filter(pk=nudge.anchor_id).first()
        if row is None:
            return "cancelled", None, ()
        key = row.key
        state = state._replace(anchors=(anchor_of(row),))
    decision = decide(state, now)
    if decision.action is not Action.SEND:
        return str(decision.reason), decision.until, ()
    if decision.anchor != key:
        # Something else should be sent: the anchor was moved meanwhile, or another one comes first.
        return str(Reason.NOT_NOW if key else Reason.KEPT_FREE), None, ()
    return "", None, decision.courses


def _still_about(nudge: models.Nudge, due: Mapping[str, int]) -> list[models.NudgeCourse]:
    """The courses that a message is about, and how many questions of each, as it is now.

    Those whose team has stopped it, or that the learner has left, are not among them any more; and where a question was
    taken back or planned for later, one less is asked.

    Args:
        due: how many questions are due in each course that may be talked about.
    """
    lines = list(nudge.courses.select_related("course").order_by("-questions", "pk"))
    now = {line.pk: min(line.questions, due.get(str(line.course.course_key), 0)) for line in lines}
    # A course that asks nothing in a message has something else to say in it.
    kept = [line for line in lines if now[line.pk] or (not line.questions and str(line.course.course_key) in due)]
    questions = sum(now.values())
    if nudge.questions == questions and len(kept) == len(lines):
        return lines
    if nudge.questions and not questions:
        # Nothing of what it was to ask is left; the next sweep decides anew.
        return []
    models.NudgeCourse.objects.filter(pk__in=[line.pk for line in lines if line not in kept]).delete()
    for line in kept:
        if line.questions != now[line.pk]:
            line.questions = now[line.pk]
            line.save(update_fields=["questions"])
    nudge.questions = questions
    nudge.save(update_fields=["questions"])
    return kept


_STATUS = {
    Fate.REFUSED: models.Status.FAILED,
    Fate.FAILED: models.Status.FAILED,
    Fate.UNCERTAIN: models.Status.UNCERTAIN,
}


def _note_fate(waiting: notices.Waiting, delivered: Delivered, now: datetime) -> None:
    """Note what another place did with a message."""
    if delivered.fate is Fate.SENT:
        _note_sent(waiting.nudge, now, waiting.look_at)
    else:
        _note(waiting.nudge, _STATUS[delivered.fate], delivered.reason or str(delivered.fate))


def _note(nudge: models.Nudge, status: models.Status, reason: str) -> None:
    models.Nudge.objects.filter(pk=nudge.pk).update(status=status, reason=reason[:64])


@repeated
def _note_sent(nudge: models.Nudge, now: datetime, look_at: datetime | None) -> None:
    """Both at once: who catches up with an answer counts what was sent since (`activity`)."""
    with transaction.atomic():
        hold(nudge.learner_id)
        models.Nudge.objects.filter(pk=nudge.pk).update(status=models.Status.SENT, sent_at=now)
        _remember(nudge, now, look_at)


def _look_after(nudge: models.Nudge, one: Known, told: Collection[str], now: datetime) -> datetime | None:
    """When the next message may come, now that this one has left: maybe sooner than the sweep had to believe."""
    state = with_message(one.state, now, told, None)
    if nudge.kind in (Kind.GOODBYE, Kind.ANCHORED):
        state = state._replace(said_stop=state.said_stop or nudge.kind == Kind.GOODBYE)
    else:
        state = state._replace(
            ignored=state.ignored + 1, said_comeback=nudge.kind == Kind.COMEBACK or state.said_comeback
        )
    then = decide(state, now)
    return then.until if then.action is Action.WAIT else None


def _remember(nudge: models.Nudge, now: datetime, look_at: datetime | None) -> None:
    """What a message that was sent changes for those after it; being active puts it back."""
    changes: dict[str, Any] = {}
    if look_at is not None:
        # Somebody may have asked meanwhile to look even sooner.
        sooner = When(next_look_at__gt=look_at, then=Value(look_at))
        changes["next_look_at"] = Case(sooner, default=F("next_look_at"))
    if nudge.kind == Kind.GOODBYE:
        changes["said_stop"] = True
    elif nudge.kind != Kind.ANCHORED:
        changes["ignored"] = F("ignored") + 1
    if nudge.kind == Kind.COMEBACK:
        changes["comeback_at"] = now
    if changes:
        models.Learner.objects.filter(pk=nudge.learner_id).update(**changes)
