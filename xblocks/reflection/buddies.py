"""Two learners of a course who chose each other: one invites with a code, the other one looks whose it is and accepts.

Nobody is found by name, and nobody has two buddies. Either of them ends it; then nothing that one handed in is open to
the other any more, also when they should become buddies once more.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.reflection.models import Buddy, Invitation, Reflection, Version

CODE_BYTES = 15


class NoInvitationError(Exception):
    """The code is nobody's (any more), or one's own."""


class TakenError(Exception):
    """One of the two has a buddy already."""


def buddy_of(user_id: int, course_key: CourseKey) -> int | None:
    """The user who is somebody's buddy."""
    found: int | None = (
        Buddy.objects.filter(user_id=user_id, course_key=course_key).values_list("buddy_id", flat=True).first()
    )
    return found


def held_buddy_of(user_id: int, course_key: CourseKey) -> int | None:
    """As `buddy_of` within a transaction, until whose end it stays so."""
    row = Buddy.objects.select_for_update().filter(user_id=user_id, course_key=course_key).first()
    return None if row is None else int(row.buddy_id)


def code_of(user_id: int, course_key: CourseKey) -> str:
    """The code of an invitation that is open; "" where there is none."""
    rows = Invitation.objects.filter(user_id=user_id, course_key=course_key)
    return str(rows.values_list("code", flat=True).first() or "")


@repeated
def invite(user_id: int, course_key: CourseKey, now: datetime) -> str:
    """The code of an invitation; the one that is open already, if there is one.

    Raises:
        TakenError: they have a buddy.
    """
    if buddy_of(user_id, course_key) is not None:
        raise TakenError
    row, _is_new = Invitation.objects.get_or_create(
        user_id=user_id, course_key=course_key, defaults={"code": token_urlsafe(CODE_BYTES), "made_at": now}
    )
    return str(row.code)


def withdraw(user_id: int, course_key: CourseKey) -> None:
    """Make an open invitation good for nothing."""
    Invitation.objects.filter(user_id=user_id, course_key=course_key).delete()


def who_invites(user_id: int, course_key: CourseKey, code: str) -> int:
    """Whose invitation a code is.

    Raises:
        NoInvitationError: nobody's in this course who still takes it, or one's own.
    """
    rows = Invitation.objects.filter(code=code, course_key=course_key).exclude(user_id=user_id)
    inviter = rows.values_list("user_id", flat=True).first()
    if inviter is None or inviter not in platform().enrolled([inviter], [course_key]).get(course_key, ()):
        raise NoInvitationError
    return int(inviter)


@repeated
def accept(user_id: int, course_key: CourseKey, code: str, now: datetime) -> int:
    """Become the buddy of whoever invites with a code; invitations of both are good for nothing then.

    Returns:
        the buddy.

    Raises:
        NoInvitationError, TakenError: nothing is changed.
    """
    inviter = who_invites(user_id, course_key, code)
    pairs = ((user_id, inviter), (inviter, user_id))
    try:
        with transaction.atomic():
            # Who deletes it has it; the other one, who accepts or withdraws at the same time, finds nothing.
            if not Invitation.objects.filter(code=code, user_id=inviter).delete()[0]:
                raise NoInvitationError
            for one, other in sorted(pairs):
                Buddy.objects.create(course_key=course_key, user_id=one, buddy_id=other, since=now)
            Invitation.objects.filter(user_id=user_id, course_key=course_key).delete()
    except IntegrityError:
        raise TakenError from None
    return inviter


@repeated
def end(user_id: int, course_key: CourseKey) -> None:
    """Be nobody's buddy in a course any more; it waits for who hands in at the same time."""
    with transaction.atomic():
        rows: Any = Buddy.objects.select_for_update().filter(course_key=course_key)
        # In one order for both, so that two who end it at once do not wait for each other.
        pair = rows.filter(Q(user_id=user_id) | Q(buddy_id=user_id)).order_by("user_id")
        both = {row.user_id for row in pair}
        if not both:
            return
        Buddy.objects.filter(pk__in=[row.pk for row in pair]).delete()
        theirs = Reflection.objects.filter(user_id__in=both, course_key=course_key)
        theirs.filter(with_buddy=True).update(with_buddy=False)
        Version.objects.filter(reflection__in=list(theirs.values_list("pk", flat=True))).exclude(buddy=None).update(
            buddy=None
        )
