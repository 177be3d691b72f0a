"""A learner's own text, kept: one row a learner and block, changed in one statement whoever else changes it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from opaque_keys.edx.keys import UsageKey

from xblocks.base.repeating import repeated
from xblocks.reflection import drafting, handing_in
from xblocks.reflection.drafting import Draft
from xblocks.reflection.handing_in import Handed
from xblocks.reflection.models import Reflection, Version
from xblocks.reflection.sealing import SealedError, seal, unseal
from xblocks.reflection.sharing import Shared, Sharing, Visibility, least, taken_back

log = logging.getLogger(__name__)

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Own:
    """What a learner has in a block.

    Attributes:
        versions: what was handed in; the oldest first.
        shared: who may read each of the versions.
        sharing: what was chosen for what is handed in next.
        pk: of the row; None before anything was kept.
    """

    draft: Draft = field(default_factory=Draft)
    versions: tuple[Handed, ...] = ()
    shared: tuple[Shared, ...] = ()
    sharing: Sharing = field(default_factory=Sharing)
    saved_at: datetime | None = None
    pk: int | None = None
    title: str = ""


def draft_place(user_id: int, usage_key: UsageKey) -> str:
    """What a sealed draft belongs to."""
    return f"draft:{user_id}:{usage_key}"


def version_place(user_id: int, usage_key: UsageKey, number: int) -> str:
    """What a sealed version belongs to."""
    return f"version:{user_id}:{usage_key}:{number}"


def open_draft(row: Reflection) -> Draft:
    """The draft of a row.

    Raises:
        SealedError: it cannot be opened.
    """
    return drafting.decode(unseal(row.draft, draft_place(row.user_id, row.usage_key)))


def open_version(row: Version) -> Handed:
    """A version; its reflection is read along.

    Raises:
        SealedError: it cannot be opened.
    """
    one = row.reflection
    return handing_in.decode(unseal(row.content, version_place(one.user_id, one.usage_key, row.number)))


def shared_of(row: Version) -> Shared:
    """Who may read a version."""
    return Shared(Visibility(row.level), row.group, row.buddy)


def sharing_of(row: Reflection) -> Sharing:
    """What a learner chose for what they hand in next."""
    return Sharing(Visibility(row.level), bool(row.with_buddy))


def own(user_id: int, usage_key: UsageKey) -> Own:
    """What a learner has in a block, in two statements.

    Raises:
        SealedError: it cannot be opened; nothing may be kept in its place then.
    """
    row = Reflection.objects.filter(user_id=user_id, usage_key=usage_key).first()
    return Own() if row is None else own_of(row)


def own_of(row: Reflection) -> Own:
    """As `own`, of a row that was read."""
    versions = (
        tuple(row.versions.select_related("reflection").order_by("handed_in_at", "number")) if row.handed_in else ()
    )
    return Own(
        draft=open_draft(row),
        versions=tuple(map(open_version, versions)),
        shared=tuple(map(shared_of, versions)),
        sharing=sharing_of(row),
        saved_at=row.saved_at,
        pk=row.pk,
        title=str(row.title),
    )


@repeated
def change(
    user_id: int, usage_key: UsageKey, deed: Callable[[Draft], tuple[Draft, Told]], now: datetime
) -> tuple[Draft, Told]:
    """Change a draft by a pure function of it; one statement reads, one writes, and none when nothing changes.

    Of two who change it at once, the second one looks again.

    Raises:
        SealedError: what is there cannot be opened.
    """
    row = Reflection.objects.filter(user_id=user_id, usage_key=usage_key).first()
    while True:
        draft = Draft() if row is None else open_draft(row)
        changed, told = deed(draft)
        if changed == draft or _written(row, user_id, usage_key, changed, now):
            return changed, told
        # A lock reads what is there now, also where a transaction goes on seeing what was there when it began.
        with transaction.atomic():
            rows: Any = Reflection.objects.select_for_update()
            row = rows.filter(user_id=user_id, usage_key=usage_key).first()


def _written(row: Reflection | None, user_id: int, usage_key: UsageKey, draft: Draft, now: datetime) -> bool:
    """Whether a draft was written; False when somebody was there first."""
    sealed = seal(drafting.encode(draft), draft_place(user_id, usage_key))
    if row is not None:
        held = Reflection.objects.filter(pk=row.pk, revision=row.revision)
        return bool(held.update(draft=sealed, saved_at=now, revision=row.revision + 1))
    try:
        with transaction.atomic():
            Reflection.objects.create(
                user_id=user_id, usage_key=usage_key, course_key=usage_key.course_key, draft=sealed, saved_at=now
            )
    except IntegrityError:
        return False
    return True


def kept_to_oneself(held: Sharing) -> Shared:
    """A version that nobody else may read, whatever was chosen."""
    return Shared()


@repeated
def keep_version(
    user_id: int,
    usage_key: UsageKey,
    title: str,
    made: Callable[[Draft, int], Handed],
    now: datetime,
    under: Callable[[Sharing], Shared] = kept_to_oneself,
) -> tuple[Handed, bool]:
    """Keep the draft that is held as a version.

    Args:
        made: gives the version for a draft and a number.
        under: who may read it, from what its writer has chosen by now.

    Returns:
        the version, and whether it is new: what says the same as the last one is kept again only to let more people in.
    """
    with transaction.atomic():
        row: Any = Reflection.objects.select_for_update().get(user_id=user_id, usage_key=usage_key)
        # With a lock, as whoever holds a transaction already would see what was there when it began.
        rows = row.versions.select_for_update().select_related("reflection").order_by("-number")
        draft, last = open_draft(row), rows.first()
        handed, shared = made(draft, row.handed_in + 1), under(sharing_of(row))
        if last is not None and handing_in.is_same(open_version(last), handed) and not _lets_in(shared, last):
            return open_version(last), False
        place = version_place(user_id, usage_key, handed.number)
        content = seal(handing_in.encode(handed), place)
        Version.objects.create(
            reflection=row,
            number=handed.number,
            content=content,
            handed_in_at=now,
            level=str(shared.level),
            group=shared.group,
            buddy=shared.buddy,
        )
        Reflection.objects.filter(pk=row.pk).update(
            handed_in=handed.number, handed_in_at=now, title=title[: Reflection._meta.get_field("title").max_length]
        )
    return handed, True


@repeated
def keep_from_elsewhere(
    user_id: int, usage_key: UsageKey, title: str, made: Callable[[int], Handed], mark: str
) -> bool:
    """Keep what was handed in elsewhere as one more version, which nobody else may read; the draft stays as it is.

    Args:
        made: gives the version for a number.
        mark: by which it is known; what follows an @ in it says which state of it that is.

    Returns:
        False where it was kept before, or says the same as what was kept of it last.
    """
    with transaction.atomic():
        row = _held_row(user_id, usage_key, made(0).at)
        handed = made(row.handed_in + 1)
        known = [one for one in _opened_versions(row) if one.mark.partition("@")[0] == mark.partition("@")[0]]
        if any(one.mark == mark for one in known) or (known and known[-1].parts == handed.parts):
            return False
        content = seal(handing_in.encode(handed), version_place(user_id, usage_key, handed.number))
        Version.objects.create(reflection=row, number=handed.number, content=content, handed_in_at=handed.at)
        last = handed.at if row.handed_in_at is None else max(row.handed_in_at, handed.at)
        most = Reflection._meta.get_field("title").max_length
        Reflection.objects.filter(pk=row.pk).update(
            handed_in=handed.number, handed_in_at=last, title=row.title or title[:most]
        )
    return True


def _held_row(user_id: int, usage_key: UsageKey, now: datetime) -> Any:
    """The row of a learner and block, locked; made when there is none."""
    rows: Any = Reflection.objects.select_for_update().filter(user_id=user_id, usage_key=usage_key)
    row = rows.first()
    if row is None:
        _written(None, user_id, usage_key, Draft(), now)
        row = rows.get()
    return row


def _opened_versions(row: Reflection) -> list[Handed]:
    """The versions of a row that is locked; those that cannot be opened are no hindrance to one more."""
    found = []
    for version in row.versions.select_for_update().select_related("reflection").order_by("number"):
        try:
            found.append(open_version(version))
        except SealedError:
            log.error("A version in %s cannot be opened with the secrets that are known.", row.usage_key)
    return found


def _lets_in(shared: Shared, last: Version) -> bool:
    """Whether somebody may read it that may not read the last version."""
    before = shared_of(last)
    is_wider = least(shared.level, before.level) is not shared.level
    is_elsewhere = shared.level is Visibility.GROUP and shared.group != before.group
    return is_wider or is_elsewhere or shared.buddy not in (None, before.buddy)


@repeated
def share(user_id: int, usage_key: UsageKey, sharing: Sharing, now: datetime) -> None:
    """Keep who may read what is handed in next, and take back at once what goes further than that.

    It waits for who hands in at the same time, so that nothing is handed in under what was taken back.
    """
    with transaction.atomic():
        row = _held_row(user_id, usage_key, now)
        Reflection.objects.filter(pk=row.pk).update(level=str(sharing.level), with_buddy=sharing.with_buddy)
        for version in row.versions.select_for_update().defer("content"):
            narrowed = taken_back(shared_of(version), sharing)
            if narrowed != shared_of(version):
                Version.objects.filter(pk=version.pk).update(level=str(narrowed.level), buddy=narrowed.buddy)
