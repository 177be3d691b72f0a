"""A learner's own text, kept: one row a learner and block, changed in one statement whoever else changes it."""

from __future__ import annotations

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
from xblocks.reflection.sealing import seal, unseal

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Own:
    """What a learner has in a block.

    Attributes:
        versions: what was handed in; the oldest first.
        pk: of the row; None before anything was kept.
    """

    draft: Draft = field(default_factory=Draft)
    versions: tuple[Handed, ...] = ()
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


def own(user_id: int, usage_key: UsageKey) -> Own:
    """What a learner has in a block, in two statements.

    Raises:
        SealedError: it cannot be opened; nothing may be kept in its place then.
    """
    row = Reflection.objects.filter(user_id=user_id, usage_key=usage_key).first()
    return Own() if row is None else own_of(row)


def own_of(row: Reflection) -> Own:
    """As `own`, of a row that was read."""
    versions = row.versions.select_related("reflection").order_by("number") if row.handed_in else ()
    return Own(open_draft(row), tuple(map(open_version, versions)), row.saved_at, row.pk, str(row.title))


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


@repeated
def keep_version(
    user_id: int, usage_key: UsageKey, title: str, made: Callable[[Draft, int], Handed], now: datetime
) -> tuple[Handed, bool]:
    """Keep the draft that is held as a version.

    Args:
        made: gives the version for a draft and a number.

    Returns:
        the version, and whether it is new: what is the same as the last one is not kept twice.
    """
    with transaction.atomic():
        row: Any = Reflection.objects.select_for_update().get(user_id=user_id, usage_key=usage_key)
        draft, last = open_draft(row), row.versions.select_related("reflection").order_by("-number").first()
        handed = made(draft, row.handed_in + 1)
        if last is not None and handing_in.is_same(open_version(last), handed):
            return open_version(last), False
        place = version_place(user_id, usage_key, handed.number)
        content = seal(handing_in.encode(handed), place)
        Version.objects.create(reflection=row, number=handed.number, content=content, handed_in_at=now)
        Reflection.objects.filter(pk=row.pk).update(
            handed_in=handed.number, handed_in_at=now, title=title[: Reflection._meta.get_field("title").max_length]
        )
    return handed, True
