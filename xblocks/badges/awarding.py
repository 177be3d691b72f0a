"""Keeping what learners did, and awarding what they earn by it: once, whoever hears of it, however often.

The log comes first. Then the learner's standing in the course is held while the facts are added to it, so that of two
workers one waits for the other; and an award is there once by a key of its own, should a standing ever be gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import announcing, credit, models, status_lists
from xblocks.badges import record as records
from xblocks.badges.criteria import blocks_of
from xblocks.badges.definition import Badge, content_hash, encode
from xblocks.badges.earning import Watch
from xblocks.badges.evidence import evidence
from xblocks.badges.facts import Did, Fact
from xblocks.badges.reading import read
from xblocks.badges.record import Record
from xblocks.base.problems import N_
from xblocks.base.repeating import repeated

PAGE = 500


SAY_WHY_GIVEN = N_("Say why: the learner and your colleagues will read it.")


class AwardError(ValueError):
    """What was asked for cannot be done; a sentence for a person says why."""


# --- What was done


@repeated
def hear(
    source: str, external_id: str, course_key: CourseKey, facts: Sequence[Fact], now: datetime
) -> list[models.Award]:
    """Keep what a learner did, and award what they earn by it.

    Safe to repeat, and in any order: a fact that was heard before changes nothing, on whatever day of another time zone
    it is told to have been now.

    Returns:
        awards that are new.
    """
    if not facts:
        return []
    with transaction.atomic():
        holder, _is_new = models.Holder.objects.get_or_create(source=source, external_id=external_id)
        standing = _held(holder, course_key)
        told = {digest_of(course_key, fact): fact for fact in facts}
        known = set(models.Fact.objects.filter(holder=holder, digest__in=told).values_list("digest", flat=True))
        new = {digest: fact for digest, fact in told.items() if digest not in known}
        if not new and standing.record:
            return []
        lines = [_line(holder, course_key, digest, fact) for digest, fact in new.items()]
        models.Fact.objects.bulk_create(lines, ignore_conflicts=True, batch_size=PAGE)
        listed, watch = _listed(course_key)
        has = _had(holder, listed)
        kept = records.decode(standing.record) if standing.record else None
        if kept is None:
            # The first time, or another release wrote it: everything that was done is looked at.
            record = records.record_of(facts_of(holder.pk, course_key))
            earned = watch.earned(record, sorted(listed.keys() - has))
        else:
            record, earned = watch.heard(kept, new.values(), has)
        standing.record = records.encode(record)
        standing.save(update_fields=["record"])
        if not earned:
            return []
        badges = badges_of(course_key, [one.badge for one in earned])
        # As they are defined by now: the course may have been published since they were listed.
        earned = _watch(badges).earned(record, badges)
        return [_award(holder, badges[one.badge], one.at, record, now) for one in earned]


def digest_of(course_key: CourseKey, fact: Fact) -> str:
    """Names a fact about a learner: the same thing, whichever day it is said to have been."""
    said = (str(course_key), str(fact.what), fact.at.isoformat(), fact.block, fact.question, fact.attempt, fact.score)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def unheard(course_key: CourseKey, told: Mapping[tuple[str, str], Sequence[Fact]]) -> dict[tuple[str, str], list[Fact]]:
    """Of many learners' facts, by source and id, those that say anything new; two statements for some thousands."""
    named = {(who, digest_of(course_key, fact)): fact for who, facts in told.items() for fact in facts}
    digests = {digest for _who, digest in named}
    rows = models.Fact.objects.filter(holder__external_id__in={who[1] for who in told}, digest__in=digests)
    known = {
        ((source, external_id), digest)
        for source, external_id, digest in rows.values_list("holder__source", "holder__external_id", "digest")
    }
    scores = _scores(course_key, named)
    found: dict[tuple[str, str], list[Fact]] = {}
    for key, fact in named.items():
        if key not in known and not _is_surpassed(fact, scores.get((key[0], fact.block), ())):
            found.setdefault(key[0], []).append(fact)
    return found


_Scores = dict[tuple[tuple[str, str], str], list[tuple[datetime, float]]]
"""By learner and block."""


def _scores(course_key: CourseKey, named: Mapping[tuple[tuple[str, str], str], Fact]) -> _Scores:
    """The scores that are kept where others are told: some gradebooks say "now" of what they knew before."""
    asked = {(who, fact.block) for (who, _digest), fact in named.items() if fact.what is Did.SCORED}
    found: _Scores = {}
    if asked:
        rows = models.Fact.objects.filter(
            course_key=course_key,
            what=str(Did.SCORED),
            block__in={block for _who, block in asked},
            holder__external_id__in={who[1] for who, _block in asked},
        )
        columns = ("holder__source", "holder__external_id", "block", "at", "score")
        for source, external_id, block, at, score in rows.values_list(*columns):
            found.setdefault(((source, external_id), block), []).append((at, score))
    return found


def _is_surpassed(fact: Fact, scores: Iterable[tuple[datetime, float]]) -> bool:
    return fact.what is Did.SCORED and any(at <= fact.at and score >= fact.score for at, score in scores)


def _line(holder: models.Holder, course_key: CourseKey, digest: str, fact: Fact) -> models.Fact:
    return models.Fact(holder=holder, course_key=course_key, digest=digest, **{**asdict(fact), "what": str(fact.what)})


def _held(holder: models.Holder, course_key: CourseKey) -> models.Standing:
    """The learner's standing, held until the transaction ends."""
    rows = models.Standing.objects.select_for_update()
    found: models.Standing | None = rows.filter(holder=holder, course_key=course_key).first()
    if found is None:
        models.Standing.objects.get_or_create(holder=holder, course_key=course_key)
        found = rows.get(holder=holder, course_key=course_key)
    return found


def kept_record(standing: models.Standing) -> Record:
    """The record that is kept, or made anew from the log."""
    found = records.decode(standing.record) if standing.record else None
    return found or records.record_of(facts_of(standing.holder_id, standing.course_key))


def facts_of(holder_id: int, course_key: CourseKey) -> Iterator[Fact]:
    """The whole log of a learner in a course, in the order in which it was heard."""
    rows = models.Fact.objects.filter(holder=holder_id, course_key=course_key).order_by("pk")
    columns: Any = rows.values_list("what", "at", "day", "block", "question", "attempt", "score")
    for what, *more in columns.iterator(PAGE):
        yield Fact(Did(what), *more)


# --- Badges


def badges_of(course_key: CourseKey, names: Collection[str] | None = None) -> dict[str, models.Badge]:
    """The badges that can be earned in a course, by id; only those with these ids, where some are named.

    Their definitions are left in the database until somebody looks: most have been read before (`reading`), and a
    course has many.
    """
    rows = models.Badge.objects.filter(course_key=course_key, is_retired=False).defer("definition", "course_key")
    if names is not None:
        rows = rows.filter(badge_id__in=names)
    found = {row.badge_id: row for row in rows}
    for row in found.values():
        row.course_key = course_key
    return found


class _Listed(NamedTuple):
    """A badge of a course, as far as everything that is done there has to know it."""

    pk: int
    content_hash: str


_Some = Mapping[str, models.Badge] | Mapping[str, _Listed]


def _listed(course_key: CourseKey) -> tuple[dict[str, _Listed], Watch]:
    """The badges that can be earned in a course, by id, and what they look at.

    Of most deeds nothing comes, so no more of the badges is read than what tells whether they are still the same.
    """
    rows: Any = models.Badge.objects.filter(course_key=course_key, is_retired=False)
    listed = {name: _Listed(pk, digest) for name, pk, digest in rows.values_list("badge_id", "pk", "content_hash")}
    watch = _WATCHES.get(_told_apart(listed))
    if watch is None:
        badges = badges_of(course_key)
        listed = {name: _Listed(row.pk, str(row.content_hash)) for name, row in badges.items()}
        if len(_WATCHES) >= MOST_WATCHES:
            _WATCHES.clear()
        watch = _WATCHES[_told_apart(listed)] = _watch(badges)
    return listed, watch


def _told_apart(listed: Mapping[str, _Listed]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, one.content_hash) for name, one in listed.items()))


_WATCHES: dict[tuple[tuple[str, str], ...], Watch] = {}
MOST_WATCHES = 64


def _watch(badges: Mapping[str, models.Badge]) -> Watch:
    return Watch({name: read(row).criterion for name, row in badges.items()})


def _had(holder: models.Holder, badges: _Some) -> set[str]:
    """Badges that the learner has, or had: what was revoked is not earned again by itself."""
    names = {row.pk: name for name, row in badges.items()}
    had = models.Award.objects.filter(holder=holder).values_list("badge", flat=True)
    return {names[badge] for badge in had if badge in names}


def keep_badges(
    course_key: CourseKey,
    badges: Sequence[Badge],
    now: datetime,
    names: Mapping[str, str] | None = None,
    *,
    is_all: bool = True,
) -> list[str]:
    """Keep the badges of a course as they were published; one that is gone is retired, and who has it keeps it.

    Args:
        names: what blocks are called, by their names in criteria.
        is_all: these are all badges of the course. Otherwise some could not be read, and none is retired.

    Returns:
        ids of those for which what was done so far is still to be looked at (`replay`).
    """
    with transaction.atomic():
        rows = {row.badge_id: row for row in models.Badge.objects.select_for_update().filter(course_key=course_key)}
        for badge in badges:
            row, digest = rows.pop(badge.id, None), content_hash(badge)
            called = {one: names[one] for one in sorted(blocks_of(badge.criterion)) if one in names} if names else {}
            if row is None:
                models.Badge.objects.get_or_create(
                    course_key=course_key,
                    badge_id=badge.id,
                    defaults={"definition": encode(badge), "content_hash": digest, "names": called},
                )
                continue
            if row.content_hash != digest or row.is_retired or row.names != called:
                if row.is_retired or read(row).criterion != badge.criterion:
                    row.replayed_at = None
                row.definition, row.content_hash, row.is_retired = encode(badge), digest, False
                row.names = called
                row.save()
        if is_all:
            models.Badge.objects.filter(pk__in=[row.pk for row in rows.values()]).update(is_retired=True)
        fresh = models.Badge.objects.filter(course_key=course_key, is_retired=False, replayed_at=None)
        return sorted(fresh.values_list("badge_id", flat=True))


def would_earn(course_key: CourseKey, badge: Badge) -> Iterator[tuple[models.Holder, datetime]]:
    """Who would have earned a badge by what was heard of them so far, and when; nothing is kept."""
    watch = Watch({badge.id: badge.criterion})
    for standing in standings(course_key):
        for one in watch.earned(kept_record(standing), [badge.id]):
            yield standing.holder, one.at


def replay(course_key: CourseKey, badge_ids: Collection[str], now: datetime) -> int:
    """Award new or changed badges for what was done before; safe to repeat. How many awards are new."""
    badges = {name: row for name, row in badges_of(course_key).items() if name in badge_ids}
    watch, awarded = _watch(badges), 0
    for standing in standings(course_key):
        with transaction.atomic():
            # Held, as somebody may be doing something just now.
            held = _held(standing.holder, course_key)
            record, has = kept_record(held), _had(standing.holder, badges)
            earned = watch.earned(record, [name for name in badges if name not in has])
            for one in earned:
                _award(standing.holder, badges[one.badge], one.at, record, now)
            awarded += len(earned)
    models.Badge.objects.filter(pk__in=[row.pk for row in badges.values()]).update(replayed_at=now)
    return awarded


def look_anew(holder: models.Holder, course_key: CourseKey, now: datetime) -> list[models.Award]:
    """Make the record of a learner anew from the whole log, and award what it earns and was not earned before."""
    with transaction.atomic():
        standing = _held(holder, course_key)
        badges, record = badges_of(course_key), records.record_of(facts_of(holder.pk, course_key))
        standing.record = records.encode(record)
        standing.save(update_fields=["record"])
        earned = _watch(badges).earned(record, sorted(badges.keys() - _had(holder, badges)))
        return [_award(holder, badges[one.badge], one.at, record, now) for one in earned]


def standings(course_key: CourseKey) -> Iterator[models.Standing]:
    """Of all learners of a course, with their holders; in pages, as a course may have very many, and each is work."""
    last = 0
    rows = models.Standing.objects.filter(course_key=course_key).select_related("holder").order_by("pk")
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield from page
        last = page[-1].pk


# --- Awards


def _award(
    holder: models.Holder,
    badge: models.Badge,
    at: datetime,
    record: Record,
    now: datetime,
) -> models.Award:
    # With what the blocks are called now: they may be gone from the course when somebody asks.
    shown = [
        {**asdict(one), "at": one.at.isoformat(), "name": badge.names.get(one.block, "")}
        for one in evidence(read(badge).criterion, record)
    ]
    return _give(holder, badge, 1, at, now, evidence=shown)


def _give(
    holder: models.Holder, badge: models.Badge, turn: int, at: datetime, now: datetime, **more: Any
) -> models.Award:
    """An award with its credit; the one that is there when somebody else was first."""
    defined = read(badge)
    try:
        with transaction.atomic():
            award: models.Award = models.Award.objects.create(
                badge=badge,
                holder=holder,
                turn=turn,
                uid=uuid4(),
                # What was read before need not be asked of the database again.
                definition=encode(defined),
                content_hash=badge.content_hash,
                earned_at=at,
                awarded_at=now,
                **more,
            )
    except IntegrityError:
        there: models.Award = models.Award.objects.get(badge=badge, holder=holder, turn=turn)
        return there
    if defined.minutes:
        _write(award, credit.awarded(str(award.uid), defined.minutes, now))
    announcing.awarded(award)
    return award


@repeated
def give_by_hand(
    source: str, external_id: str, badge: models.Badge, by: str, reason: str, now: datetime
) -> models.Award:
    """Give a badge to somebody whose deeds the course does not know.

    Raises:
        AwardError: without a reason, and when they have it.
    """
    if not reason.strip():
        raise AwardError(SAY_WHY_GIVEN)
    with transaction.atomic():
        holder, _is_new = models.Holder.objects.get_or_create(source=source, external_id=external_id)
        _held(holder, badge.course_key)
        before = list(models.Award.objects.filter(holder=holder, badge=badge).order_by("turn"))
        if any(award.revoked_at is None for award in before):
            raise AwardError(N_("This learner has the badge already."))
        turn = before[-1].turn + 1 if before else 1
        how = models.How.BY_HAND
        return _give(holder, badge, turn, now, now, how=how, by=by[:200], reason=reason.strip()[:500])


@repeated
def revoke(uid: UUID, by: str, reason: str, now: datetime) -> models.Award:
    """Make a badge count no more; its credit is taken back.

    Raises:
        AwardError: without a reason, and when it was revoked before.
    """
    if not reason.strip():
        raise AwardError(N_("Say why: the learner and whoever checks the badge will read it."))
    with transaction.atomic():
        award: models.Award = models.Award.objects.select_for_update().get(uid=uid)
        if award.revoked_at is not None:
            raise AwardError(N_("This badge was revoked before."))
        award.revoked_at, award.revoked_by, award.revoked_reason = now, by[:200], reason.strip()[:500]
        award.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        status_lists.revoke(award, now)
        lines = _credit(award)
        if lines:
            _write(award, credit.revoked(lines, str(award.uid), now, award.revoked_reason))
        announcing.revoked(award)
        return award


@repeated
def reissue(uid: UUID, by: str, reason: str, now: datetime) -> models.Award:
    """Correct an award: revoke it, and award the badge as it is defined now for the same deeds.

    Raises:
        AwardError: without a reason, and when it was revoked before.
    """
    with transaction.atomic():
        old = revoke(uid, by, reason, now)
        return _give(
            old.holder,
            old.badge,
            old.turn + 1,
            old.earned_at,
            now,
            how=models.How.AGAIN,
            by=by[:200],
            reason=reason.strip()[:500],
            evidence=old.evidence,
        )


# --- Credit


def _write(award: models.Award, line: credit.Line) -> None:
    models.CreditLine.objects.create(
        award=award, why=str(line.why), number=line.number, minutes=line.minutes, at=line.at, note=line.note[:500]
    )


def _credit(award: models.Award) -> list[credit.Line]:
    return [_as_line(row, str(award.uid)) for row in award.credit.order_by("pk")]


def credit_of(holder: models.Holder) -> list[credit.Line]:
    """All lines of a learner's ledger, over all courses."""
    rows: Iterable[models.CreditLine] = models.CreditLine.objects.filter(award__holder=holder).select_related("award")
    return [_as_line(row, str(row.award.uid)) for row in rows]


def _as_line(row: models.CreditLine, award: str) -> credit.Line:
    return credit.Line(award, credit.Why(row.why), row.minutes, row.at, row.number, row.note)
