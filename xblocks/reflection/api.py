"""The only door to what reflections keep.

Here everything is given to its writer, and to nobody else. What somebody else may read leads through `reading_others`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.repeating import repeated
from xblocks.reflection import buddies, drafting, handing_in, models, remarking, remarks
from xblocks.reflection.data import ReflectionData
from xblocks.reflection.drafting import Choice, Draft, Outcome, Sent
from xblocks.reflection.elsewhere import ask_to_look_back, take_in
from xblocks.reflection.elsewhere import tell as tell_of_elsewhere
from xblocks.reflection.handing_in import Elsewhere, Handed
from xblocks.reflection.keeping import Own, change, keep_version, own, own_of, share
from xblocks.reflection.remarking import remarks_to
from xblocks.reflection.sealing import SealedError
from xblocks.reflection.sharing import Allowed, Sharing
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1
from xblocks.reflection.standing import shared_as

log = logging.getLogger(__name__)

__all__ = [
    "Elsewhere",
    "Own",
    "SealedError",
    "all_own",
    "ask_to_look_back",
    "bring_back",
    "choose",
    "discard",
    "export_learner",
    "forget_learner",
    "hand_in",
    "handed_in_by",
    "own",
    "recalled",
    "remarks_to",
    "save",
    "share",
    "take_in",
    "tell_of_elsewhere",
    "who_handed_in",
]


def save(user_id: int, usage_key: UsageKey, sent: Sent, now: datetime) -> tuple[Draft, Outcome]:
    """Take in what a page sent: one statement reads, one writes."""
    return change(user_id, usage_key, lambda draft: drafting.receive(draft, sent, now), now)


def choose(user_id: int, usage_key: UsageKey, sent: Sent, choice: Choice, now: datetime) -> tuple[Draft, Outcome]:
    """Carry out what a learner decided between two texts."""
    return change(user_id, usage_key, lambda draft: drafting.choose(draft, sent, choice, now), now)


def bring_back(user_id: int, usage_key: UsageKey, number: int, now: datetime) -> Draft:
    """Bring back a text that was put aside."""
    return change(user_id, usage_key, lambda draft: (drafting.bring_back(draft, number, now), None), now)[0]


def discard(user_id: int, usage_key: UsageKey, number: int, now: datetime) -> Draft:
    """Throw away a text that was put aside."""
    return change(user_id, usage_key, lambda draft: (drafting.discard(draft, number), None), now)[0]


PRIVATE = Sharing()


@repeated
def hand_in(
    user_id: int,
    usage_key: UsageKey,
    title: str,
    made: Any,
    now: datetime,
    *,
    seen: Sharing = PRIVATE,
    allowed: Allowed | None = None,
) -> tuple[Handed, bool]:
    """Keep what is held as a version, and tell who wants to know that there is one; as `keep_version`.

    Args:
        seen: who may read it, as it stood on the page that hands it in.
        allowed: whom the course team lets learners let in; None: nobody.
    """
    may = Allowed(coach=False, group=False, buddy=False) if allowed is None else allowed
    with transaction.atomic():
        handed, is_new = keep_version(
            user_id,
            usage_key,
            title,
            made,
            now,
            under=lambda held: shared_as(user_id, usage_key.course_key, seen, held, may),
        )
        if is_new:
            transaction.on_commit(lambda: _tell(user_id, usage_key, now), robust=True)
    return handed, is_new


def _tell(user_id: int, usage_key: UsageKey, now: datetime) -> None:
    REFLECTION_SUBMITTED_V1.send_event(reflection=_told_of(user_id, usage_key, now))


def _told_of(user_id: int, usage_key: UsageKey, at: datetime) -> ReflectionData:
    return ReflectionData(
        source=OPENEDX,
        external_id=str(user_id),
        course_key=usage_key.course_key,
        usage_key=usage_key,
        at=at,
    )


def who_handed_in(
    usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
) -> list[tuple[int, ReflectionData]]:
    """Who handed in a reflection in these blocks, and when: the next versions after a number, each with its own.

    Args:
        since: only those of then or later.
    """
    rows: Any = models.Version.objects.filter(reflection__usage_key__in=list(usage_keys), pk__gt=after)
    if since is not None:
        rows = rows.filter(handed_in_at__gte=since)
    columns = ("pk", "reflection__user_id", "reflection__usage_key", "handed_in_at")
    found = rows.order_by("pk").values_list(*columns)[:most]
    return [(pk, _told_of(user_id, usage_key, at)) for pk, user_id, usage_key, at in found]


def recalled(user_id: int, usage_keys: Sequence[UsageKey]) -> list[tuple[str, Handed | None, Draft]]:
    """What a learner wrote in earlier blocks: title, the last version, the draft; in the order asked for.

    What cannot be opened is left out.
    """
    rows = {row.usage_key: row for row in models.Reflection.objects.filter(user_id=user_id, usage_key__in=usage_keys)}
    found = []
    for usage_key in usage_keys:
        if usage_key in rows:
            try:
                one = own_of(rows[usage_key])
            except SealedError:
                log.error("A reflection in %s cannot be opened with the secrets that are known.", usage_key)
                continue
            found.append((one.title, one.versions[-1] if one.versions else None, one.draft))
    return found


def handed_in_by(usage_key: UsageKey) -> dict[int, datetime]:
    """Who handed in a reflection, and when last; nothing of what they wrote."""
    rows = models.Reflection.objects.filter(usage_key=usage_key, handed_in__gt=0)
    return {user_id: at for user_id, at in rows.values_list("user_id", "handed_in_at") if at is not None}


def all_own(user_id: int, course_key: CourseKey | None = None) -> Iterator[tuple[models.Reflection, Own | None]]:
    """Everything that a learner has, the oldest first; None where it cannot be opened."""
    rows = models.Reflection.objects.filter(user_id=user_id).order_by("pk")
    for row in rows if course_key is None else rows.filter(course_key=course_key):
        try:
            yield row, own_of(row)
        except SealedError:
            yield row, None


def export_learner(user_id: int) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a learner, as JSON-ready data: for them, and for nobody else.

    Others are named by what they are to the learner only.
    """
    for row, one in all_own(user_id):
        yield {
            "kind": "reflection",
            "usage_key": str(row.usage_key),
            "title": row.title,
            "saved_at": row.saved_at.isoformat(),
            "level": row.level,
            "with_buddy": row.with_buddy,
            "draft": drafting.encode(one.draft) if one else None,
            "versions": _versions(one) if one else None,
            "remarks": [_remark(each) for each in remarks_to(one)] if one else None,
        }
    for usage_key, said, at in remarking.written_by(user_id):
        about = {"kind": "remark", "usage_key": str(usage_key), "at": at.isoformat()}
        yield about | ({"role": str(said.role), **remarks.encode(said.said)} if said else {})
    for read in models.Reading.objects.filter(reader_id=user_id).select_related("reflection").order_by("pk"):
        yield {"kind": "reading", "usage_key": str(read.reflection.usage_key), "at": read.read_at.isoformat()}
    for pair in models.Buddy.objects.filter(user_id=user_id).order_by("pk"):
        yield {"kind": "buddy", "course_key": str(pair.course_key), "since": pair.since.isoformat()}
    for open_ in models.Invitation.objects.filter(user_id=user_id).order_by("pk"):
        yield {"kind": "invitation", "course_key": str(open_.course_key), "at": open_.made_at.isoformat()}


def _versions(one: Own) -> list[dict[str, Any]]:
    pairs = zip(one.versions, one.shared, strict=True)
    return [
        {**handing_in.encode(version), "level": str(shared.level), "with_buddy": shared.buddy is not None}
        for version, shared in pairs
    ]


def _remark(one: remarks.Remark) -> dict[str, Any]:
    about = {"role": str(one.role), "number": one.number, "at": one.at.isoformat()}
    return about | remarks.encode(one.said)


@repeated
def forget_learner(user_id: int) -> None:
    """Remove everything that is kept of a learner, and what they said of others' reflections."""
    with transaction.atomic():
        for pair in models.Buddy.objects.filter(user_id=user_id):
            buddies.end(user_id, pair.course_key)
        models.Reflection.objects.filter(user_id=user_id).delete()
        models.Remark.objects.filter(author_id=user_id).delete()
        models.Reading.objects.filter(reader_id=user_id).delete()
        models.Invitation.objects.filter(user_id=user_id).delete()
