"""The sweep: who should hear something now? It may run as often as one likes, in several processes at once.

It walks the index of learners to look at, never the whole table; holds each page of learners while it decides, so that
no other sweep decides about them too; and writes the ledger before anything is handed out. Whatever dies on the way is
found again: what was planned and not taken is handed out once more, what was in somebody's hands is uncertain.

Where many learners are waiting it walks in two lanes, as two sweeps would: while the database works for one, the other
decides.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.db.models import Case, F, Q, Value, When

from xblocks.base.accounts import user_id_of
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.nudge import catalogue, models, sources
from xblocks.nudge.kinds import slot, variant
from xblocks.nudge.loading import LONGEST_ZONE, Courses, Known, known
from xblocks.nudge.policy import Action, Bounds, Decision, State, decide
from xblocks.nudge.rows import Given, among, aware, insert, moment, plain
from xblocks.nudge.site import bounds, site

log = logging.getLogger(__name__)

PAGE = 1000
LANES = 2
VARIANTS = 3
TAKEN_WITHIN = timedelta(minutes=5)
"""What was handed out and not taken after so long is handed out again: the queue may have lost it."""
DONE_WITHIN = timedelta(minutes=15)
"""A worker that has a message in hand for longer than this is dead. edx-ace itself gives up after 5 minutes."""
AWAY = timedelta(days=7)
"""Whether somebody who was suspended or unenrolled, or left a group, is back is asked so often."""
FARTHEST = timedelta(hours=26)
"""When a day begins in the first zone (UTC+14), it begins so much later in the last (UTC-12)."""
FACTS_AGE = timedelta(hours=6)
ERROR = "error"
RETRY = timedelta(hours=1)
"""After an error somebody is looked at again; it may have been mended."""
COURSES_A_SWEEP = 200

HandOut = Callable[[Sequence[int]], None]
_Place = tuple[datetime, int]
"""Where a page ends: the moment and the learner."""


@dataclass(slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        looked_at: learners.
        planned: messages, by kind.
        not_sent: learners without a message, by reason.
        again: messages that were handed out a second time.
        uncertain: messages whose worker died with them.
        expired: messages that were not sent in time; their learners are looked at again.
    """

    looked_at: int = 0
    planned: Counter[str] = field(default_factory=Counter)
    not_sent: Counter[str] = field(default_factory=Counter)
    again: int = 0
    uncertain: int = 0
    expired: int = 0

    def add(self, other: Swept) -> None:
        """What another part of the same sweep did."""
        self.looked_at += other.looked_at
        self.planned.update(other.planned)
        self.not_sent.update(other.not_sent)


def sweep(now: datetime, hand_out: HandOut, page: int = PAGE) -> Swept:
    """Decide about every learner whose moment has come, and hand out what is to be sent.

    Args:
        hand_out: takes ids of the ledger; is called once at a time, though from several threads.
        page: learners at once.
    """
    swept = Swept()
    row = site()
    if row.is_stopped:
        return swept
    recover(now, hand_out, swept)
    _refresh_courses(now)
    _notice_travellers(now)
    walk = _Walk(now, hand_out, page, bounds(row))
    after = walk.take_page(None, swept)
    # A short walk is not worth another connection to the database.
    if after is not None and _may_walk_in_lanes():
        with ThreadPoolExecutor(LANES, thread_name_prefix="sweep") as threads:
            lanes = [threads.submit(walk.lane, after) for _number in range(LANES)]
        for lane in lanes:
            swept.add(lane.result())
    else:
        walk.go_on(after, swept)
    return swept


def _may_walk_in_lanes() -> bool:
    """Where one lane would wait for the other, or could not see what this transaction did, there is one."""
    return connection.features.has_select_for_update_skip_locked and not connection.in_atomic_block


@dataclass(frozen=True, slots=True)
class _Walk:
    """Along the learners to look at, from the one whose moment came first."""

    now: datetime
    hand_out: HandOut
    page: int
    limits: Bounds
    courses: Courses = field(default_factory=Courses)
    handing_out: Lock = field(default_factory=Lock)

    def lane(self, after: _Place) -> Swept:
        """Walk to the end with a connection of its own; what another lane holds is left to it."""
        swept = Swept()
        try:
            replace(self, courses=Courses()).go_on(after, swept)
        finally:
            connection.close()
        return swept

    def go_on(self, after: _Place | None, swept: Swept) -> None:
        """Walk from a place to the end."""
        while after is not None:
            after = self.take_page(after, swept)

    def take_page(self, after: _Place | None, swept: Swept) -> _Place | None:
        """Decide about one page and hand out what is to be sent; where it ends, or None where there was none."""
        one, planned, end = self._decide(after)
        swept.add(one)
        if planned:
            with self.handing_out:
                self.hand_out(planned)
        return end

    @repeated
    def _decide(self, after: _Place | None) -> tuple[Swept, list[int], _Place | None]:
        one = Swept()
        with transaction.atomic():
            ids, end = _hold(self.now, self.page, after)
            planned = _decide_all(ids, self.now, self.limits, self.courses, one) if ids else []
        return one, planned, end


def _hold(now: datetime, page: int, after: _Place | None) -> tuple[list[int], _Place | None]:
    """The next page of learners, held until the transaction ends; those whom somebody else holds are left to them.

    Returns:
        the learners, and where the page ends; None when there is none.
    """
    rows = models.Learner.objects.filter(next_look_at__lte=now)
    if after is not None:
        at, last = after
        rows = rows.filter(Q(next_look_at__gt=at) | Q(next_look_at=at, pk__gt=last))
    skip = connection.features.has_select_for_update_skip_locked
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(skip_locked=skip)
    held = list(rows.order_by("next_look_at", "pk").values_list("pk", plain("next_look_at"))[:page])
    if not held:
        return [], None
    last, at = held[-1]
    return [learner_id for learner_id, _at in held], (aware(at, connection.timezone), last)


def _decide_all(ids: Sequence[int], now: datetime, limits: Bounds, courses: Courses, swept: Swept) -> list[int]:
    """Decide about the learners; somebody about whom nothing can be decided does not keep the others waiting."""
    one = Swept()
    try:
        with transaction.atomic():
            planned = _decide_page(ids, now, limits, courses, one)
    except OperationalError:
        # Nobody's fault: the transaction is gone, and the next sweep finds everybody again.
        raise
    except Exception:
        if len(ids) == 1:
            log.exception("Nothing can be decided about learner %s; again in %s.", ids[0], RETRY)
            models.Learner.objects.filter(pk=ids[0]).update(next_look_at=now + RETRY)
            swept.looked_at += 1
            swept.not_sent[ERROR] += 1
            return []
        half = len(ids) // 2
        return [
            nudge_id for part in (ids[:half], ids[half:]) for nudge_id in _decide_all(part, now, limits, courses, swept)
        ]
    swept.add(one)
    return planned


def _decide_page(ids: Sequence[int], now: datetime, limits: Bounds, courses: Courses, swept: Swept) -> list[int]:
    """Write down what is decided about the learners, and when to look at each again; the messages to hand out."""
    looks: dict[datetime | None, list[int]] = defaultdict(list)
    found: list[tuple[Known, Decision]] = []
    dropped: list[int] = []
    moved: dict[str, list[int]] = defaultdict(list)
    for one in known(ids, now, limits, courses):
        decision = decide(one.state, now)
        if one.is_in != one.was_in:
            moved[one.is_in].append(one.learner_id)
        dropped.extend(one.anchor_ids[key] for key in decision.dropped)
        if decision.action is Action.SEND:
            found.append((one, decision))
            swept.planned[str(decision.kind)] += 1
        else:
            looks[_in_case_they_return(one, decision.until, now)].append(one.learner_id)
            swept.not_sent[str(decision.reason)] += 1
    swept.looked_at += len(ids)
    planned = _write(found, now)
    for one, decision in found:
        looks[_in_case_they_return(one, _after_sending(one, decision, now), now)].append(one.learner_id)
    if dropped:
        models.Anchor.objects.filter(pk__in=dropped).update(is_done=True)
    for zone, movers in moved.items():
        models.Learner.objects.filter(among("pk", movers)).update(zone=zone)
    _look_again(looks)
    return planned


def _in_case_they_return(one: Known, until: datetime | None, now: datetime) -> datetime | None:
    """When to look again: within a week at somebody who is away from something that would come.

    The platform tells nobody when an account is opened again, or somebody belongs to a group; and an enrolment that
    nobody heard of should not be for nothing, whenever the other courses have something to say.
    """
    week = now + AWAY
    return min(until or week, week) if one.is_kept_out or _is_away(one, now) else until


def _is_away(one: Known, now: datetime) -> bool:
    going_on = [course for course in one.state.courses if course.ends_at is None or course.ends_at > now]
    if one.state.is_suspended:
        return (one.person or one.guest) is not None and bool(going_on)
    return any(
        (course.due or course.next_due) and (not course.is_enrolled or course.is_unwanted) for course in going_on
    )


def _after_sending(one: Known, decision: Decision, now: datetime) -> datetime | None:
    """When to look again at somebody to whom something is being sent: as if it had left at the last moment.

    When it did leave, it is known better (`delivering`).
    """
    assert decision.until is not None
    told = {key for key, share in zip(decision.courses, decision.shares, strict=True) if share}
    then = decide(with_message(one.state, decision.until, told, decision.anchor), now)
    return decision.until if then.action is Action.SEND else then.until


def with_message(state: State, at: datetime, told: Collection[str], anchor: str | None) -> State:
    """What is known of a learner once a message has left.

    Args:
        told: courses that it asks something of.
        anchor: the key of the anchor that it was about.
    """
    state = state._replace(sent=(at, *state.sent))
    if told:
        courses = [course._replace(waits_since=at) if course.course in told else course for course in state.courses]
        state = state._replace(courses=tuple(courses))
    if state.anchors:
        left = tuple(one for one in state.anchors if one.key != anchor)
        state = state._replace(anchors=left)
    return state


def _write(found: Sequence[tuple[Known, Decision]], now: datetime) -> list[int]:
    """Lines of the ledger; a line that is there already, since another sweep was first, is not written twice."""
    if not found:
        return []
    about: dict[tuple[int, str, str], tuple[Known, Decision]] = {}
    rows: list[tuple[Any, ...]] = []
    anchors: list[int] = []
    at = moment(now)
    for one, decision in found:
        assert decision.kind is not None
        assert decision.until is not None
        kind = str(decision.kind)
        name = slot(decision.kind, now, one.state.zone, decision.anchor, decision.number)
        about[one.learner_id, kind, name] = (one, decision)
        anchor = one.anchor_ids.get(decision.anchor) if decision.anchor else None
        if anchor is not None:
            anchors.append(anchor)
        text = variant(decision.kind, one.learner_id, one.messages, VARIANTS)
        about_it = (str(decision.reason), decision.questions, text, anchor, at, moment(decision.until))
        rows.append((one.learner_id, kind, name, _PLANNED, *about_it))
    insert(models.Nudge, _LINE, rows)
    written = models.Nudge.objects.filter(
        among("learner_id", [one.learner_id for one, _decision in found]), planned_at=now, status=models.Status.PLANNED
    ).values_list("id", "learner_id", "kind", "slot")
    planned: list[int] = []
    lines: list[tuple[int, int, int]] = []
    for nudge_id, learner_id, kind, name in written:
        entry = about.get((learner_id, kind, name))
        if entry is not None:
            planned.append(nudge_id)
            one, decision = entry
            lines.extend(
                (nudge_id, one.course_ids[key], share)
                for key, share in zip(decision.courses, decision.shares, strict=True)
            )
    insert(models.NudgeCourse, ("nudge_id", "course_id", "questions"), lines)
    if anchors:
        models.Anchor.objects.filter(pk__in=anchors).update(is_done=True)
    return planned


_PLANNED = str(models.Status.PLANNED.value)
_LINE = (
    "learner_id",
    "kind",
    "slot",
    "status",
    "reason",
    "questions",
    "variant",
    "anchor_id",
    "planned_at",
    "not_after",
)


def _look_again(looks: dict[datetime | None, list[int]]) -> None:
    """When to look at each again, in one statement: some moments are the same for many (the hour that begins), and
    others are of one learner only (when they have rested)."""
    given, column = Given(), connection.ops.quote_name("next_look_at")
    moments = " ".join(
        [f"WHEN id IN ({_listed(ids)}) THEN {given.written(when and moment(when))}" for when, ids in looks.items()]
    )
    table, everybody = connection.ops.quote_name(models.Learner._meta.db_table), chain.from_iterable(looks.values())
    # The last branch is never taken; it says that the others are moments.
    values = f"CASE {moments} ELSE {column} END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {values} WHERE id IN ({_listed(everybody)})",  # noqa: S608 - our table
            given.values(),
        )


def _listed(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


# --- What died on the way


def recover(now: datetime, hand_out: HandOut, swept: Swept) -> None:
    """See to messages that nobody took, and to those whose worker died."""
    ledger = models.Nudge.objects
    if sources.registered():
        _ask_again(now)
    swept.uncertain += ledger.filter(status=models.Status.CLAIMED, claimed_at__lt=now - DONE_WITHIN).update(
        status=models.Status.UNCERTAIN, reason="worker_died"
    )
    stale = Q(status=models.Status.PLANNED, planned_at__lt=now - TAKEN_WITHIN)
    for nudge in ledger.filter(stale, not_after__lte=now):
        swept.expired += drop(nudge, "too_late", now)
    waiting = list(ledger.filter(stale, not_after__gt=now).order_by("id").values_list("id", flat=True))
    swept.again += len(waiting)
    if waiting:
        hand_out(waiting)


def _ask_again(now: datetime) -> None:
    """Plan once more what another place was asked to send, and what became of it is not known: by its key it knows."""
    dead = models.Nudge.objects.filter(status=models.Status.CLAIMED, claimed_at__lt=now - DONE_WITHIN)
    dead.filter(via__in=list(sources.registered()), not_after__gt=now).update(
        status=models.Status.PLANNED, claimed_at=None
    )


def drop(nudge: models.Nudge, reason: str, now: datetime, look_at: datetime | None = None) -> bool:
    """Do not send a message that was planned; of one that another place was asked to send, nobody knows."""
    if nudge.via is None:
        return skip(nudge, reason, now, look_at)
    waiting = models.Nudge.objects.filter(pk=nudge.pk, status=nudge.status)
    return bool(waiting.update(status=models.Status.UNCERTAIN, reason=reason))


def skip(nudge: models.Nudge, reason: str, now: datetime, look_at: datetime | None = None) -> bool:
    """Do not send a message that was planned, and decide about its learner again; False when it was on its way already.

    Its slot is free again: what was never sent may be sent.
    """
    freed = f"{nudge.slot[:100]}~{nudge.pk}"
    waiting = models.Nudge.objects.filter(pk=nudge.pk, status__in=(models.Status.PLANNED, models.Status.CLAIMED))
    with transaction.atomic():
        hold(nudge.learner_id)
        if not waiting.filter(status=nudge.status).update(status=models.Status.SKIPPED, reason=reason, slot=freed):
            return False
        if nudge.anchor_id is not None:
            models.Anchor.objects.filter(pk=nudge.anchor_id).update(is_done=False)
        look_at_them([nudge.learner_id], look_at or now)
    return True


def hold(learner_id: int) -> None:
    """Hold a learner until the transaction ends.

    Whoever changes more of a learner's does so first, as recording a review does: then no two wait for each other.
    """
    list(models.Learner.objects.select_for_update().filter(pk=learner_id).values_list("pk"))


def look_at_them(learner_ids: Iterable[int], when: datetime) -> None:
    """Have a sweep look at learners at that moment, if none would before."""
    ids = set(learner_ids)
    rows = models.Learner.objects.filter(pk__in=ids)
    with transaction.atomic():
        if len(ids) > 1:
            # In one order, as everybody does: then no two wait for each other.
            list(rows.select_for_update().order_by("pk").values_list("pk"))
        rows.update(next_look_at=Case(When(next_look_at__lt=when, then=F("next_look_at")), default=Value(when)))


def _notice_travellers(now: datetime) -> None:
    try:
        look_at_travellers(now)
    except OperationalError:
        raise
    except Exception:
        # They are looked at when they would have been anyway.
        log.exception("Whose clock is another now cannot be known.")


def look_at_travellers(now: datetime, page: int = PAGE) -> int:
    """Look at learners now whose clock is another than that by which their next look was planned; how many.

    The platform tells nobody when somebody chooses another time zone. Nowhere is it earlier by more than FARTHEST, so
    only those are asked about who will be looked at within that time anyway; and only once an hour.
    """
    if not cache.add(f"microunits.nudge.travellers.{now:%Y-%m-%dT%H}", True, timeout=7200):
        return 0
    found, after = 0, 0
    # Who chose a zone in their wishes keeps that wherever the platform thinks they are.
    here = Q(preferences=None) | Q(preferences__time_zone="")
    waiting = models.Learner.objects.filter(here, next_look_at__gt=now, next_look_at__lte=now + FARTHEST)
    rows: Any = waiting.exclude(zone=None).order_by("pk").values_list("pk", "source", "external_id", "zone")
    while learners := list(rows.filter(pk__gt=after)[:page]):
        after = learners[-1][0]
        users = {
            user_id: (pk, zone)
            for pk, source, external_id, zone in learners
            if (user_id := user_id_of(source, external_id)) is not None
        }
        zones = platform().time_zones(users)
        moved = [pk for user_id, (pk, zone) in users.items() if zones.get(user_id, "")[:LONGEST_ZONE] != zone]
        if moved:
            look_at_them(moved, now)
        found += len(moved)
    return found


def _refresh_courses(now: datetime) -> None:
    """Courses change their end without telling anybody."""
    old = models.Course.objects.filter(Q(facts_at=None) | Q(facts_at__lt=now - FACTS_AGE))
    for course in old.order_by("facts_at", "pk")[:COURSES_A_SWEEP]:
        try:
            catalogue.refresh_facts(course)
        except OperationalError:
            raise
        except Exception:
            log.exception("What the platform says of %s cannot be read.", course)
            models.Course.objects.filter(pk=course.pk).update(facts_at=now)
