"""Two holders turn out to be one: somebody from another place has an account on this platform.

What they did there is theirs here too. Facts that both have are one fact that was heard twice; the record is made anew
from the whole log. Awards go along with their credit. Where both have the same badge, the account keeps its own, and
the other one is revoked: it was one achievement.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.badges import awarding, models
from xblocks.base.repeating import repeated

BY = "joined"
REASON = "The learner turned out to have this badge already, in another place."


@repeated
def join(guest: tuple[str, str], account: tuple[str, str], now: datetime) -> list[models.Award]:
    """Make what somebody did and earned elsewhere an account's. Safe to run again.

    Returns:
        awards that are new: what both did together may be enough for more.
    """
    if guest == account:
        raise ValueError("a learner cannot be joined to themselves")
    with transaction.atomic():
        known = models.Holder.objects.filter(source=guest[0], external_id=guest[1]).first()
        if known is None:
            return []
        mine, _is_new = models.Holder.objects.get_or_create(source=account[0], external_id=account[1])
        theirs = models.Standing.objects.filter(holder=known)
        courses = sorted({row.course_key for row in theirs}, key=str)
        # Whoever adds facts to one of them waits; in one order, so that no two wait for each other.
        both = models.Standing.objects.select_for_update().filter(holder__in=(known, mine)).order_by("pk")
        list(both.values_list("pk", flat=True))
        _join_facts(known.pk, mine.pk)
        _join_awards(known, mine, now)
        theirs.delete()
        new = [one for course_key in courses for one in awarding.look_anew(mine, course_key, now)]
        known.delete()
        return new


def _join_facts(guest: int, account: int) -> None:
    theirs = models.Fact.objects.filter(holder=guest)
    known = models.Fact.objects.filter(holder=account).values_list("digest", flat=True)
    theirs.filter(digest__in=list(known)).delete()
    theirs.update(holder=account)


def _join_awards(guest: models.Holder, account: models.Holder, now: datetime) -> None:
    """Each award goes along, after those that the account has of the same badge."""
    for award in models.Award.objects.filter(holder=guest).order_by("pk"):
        there: Any = models.Award.objects.filter(holder=account, badge=award.badge_id)
        if award.revoked_at is None and there.filter(revoked_at=None).exists():
            awarding.revoke(award.uid, BY, REASON, now)
        last = there.order_by("-turn").values_list("turn", flat=True).first() or 0
        models.Award.objects.filter(pk=award.pk).update(holder=account, turn=last + 1)
