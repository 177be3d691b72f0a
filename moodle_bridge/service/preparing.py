"""What learners prepare in Moodle for workshops, noted where these keep it: reminders and badges know it from there.

A learner marks the page as done, or takes that back, and answers quizzes that a workshop asks for. What they said last
is kept first, and noted then: whoever is killed in between finds it not noted yet.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence

from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from moodle_bridge.completions import completions_of, pages_of
from moodle_bridge.deeds import completed_quizzes
from moodle_bridge.results import Questions
from moodle_bridge.service.models import Account, Enrolment, Link, Prepared
from moodle_bridge.service.people import identity
from moodle_bridge.shapes import Json
from xblocks.base.platform import platform
from xblocks.workshop import api as workshops

log = logging.getLogger(__name__)

A_PAGE = 500


def has_workshops(link: Link) -> bool:
    """Whether there is anything to prepare in a course."""
    return bool(link.workshops)


# --- Who takes part


def look_at_workshops(link: Link) -> None:
    """Have all attempts of a course read anew, and everybody take part, when its workshops ask for something else."""
    now = _asked_for(link)
    if now == link.workshops:
        return
    values = {"workshops": now, **({"attempts": None, "is_behind": True} if now else {})}
    if now:
        join_all(link)
    Link.objects.filter(pk=link.pk).update(**values)
    for name, value in values.items():
        setattr(link, name, value)


def _asked_for(link: Link) -> str:
    """What the workshops of a course ask to prepare, short; "": it has none."""
    asked = [
        (str(one.usage_key), sorted((item.id, item.block) for item in one.plan.items))
        for one in workshops.workshops_of(link.course_key)
    ]
    return hashlib.sha256(json.dumps(sorted(asked)).encode()).hexdigest()[:32] if asked else ""


def join_all(link: Link) -> None:
    """Everybody who takes the course in Moodle takes part in its workshops. Safe to repeat."""
    after = 0
    rows = Enrolment.objects.filter(link=link, account__is_active=True).select_related("account__site").order_by("pk")
    while page := list(rows.filter(pk__gt=after)[:A_PAGE]):
        workshops.join(link.course_key, [identity(row.account) for row in page], platform().now())
        after = page[-1].pk


# --- Pages that were marked as done


def keep(link: Link, rows: Sequence[Mapping[str, Json]]) -> None:
    """Keep what learners said last. Safe to repeat."""
    keys = {row["key"] for row in rows}
    known = {(one.key, one.user): one for one in Prepared.objects.filter(link=link, key__in=keys)}
    for row in rows:
        (told,) = completions_of([row], {row["key"]: row["key"]})
        one = known.get((row["key"], told.user))
        if one is None:
            new = Prepared(link=link, user=told.user, key=row["key"], is_done=told.is_done, at=told.at)
            Prepared.objects.bulk_create([new], ignore_conflicts=True)
        elif (one.is_done, one.at) != (told.is_done, told.at):
            Prepared.objects.filter(pk=one.pk).update(is_done=told.is_done, at=told.at, is_noted=False)


def note_all(link: Link) -> int:
    """Note what is kept and not noted yet; how many could be. What no workshop here asks for is tried again later."""
    waiting = list(Prepared.objects.filter(link=link, is_noted=False).order_by("pk"))
    if not waiting:
        return 0
    pages = pages_of(str(one.usage_key) for one in workshops.workshops_of(link.course_key))
    return sum(_note(link, one, UsageKey.from_string(pages[one.key])) for one in waiting if one.key in pages)


def _note(link: Link, one: Prepared, usage_key: UsageKey) -> bool:
    Account.objects.get_or_create(site_id=link.site_id, user=one.user)
    with transaction.atomic():
        # Whose it is does not change meanwhile (`people.join`).
        account = Account.objects.select_for_update().get(site_id=link.site_id, user=one.user)
        account.site = link.site
        who = identity(account)
        noted_at = one.noted_at
        if one.is_done and noted_at is None:
            could, noted_at = workshops.note_prepared(*who, usage_key, one.at), one.at
        elif not one.is_done and noted_at is not None:
            could, noted_at = workshops.take_back_prepared(*who, usage_key, noted_at, one.at), None
        else:
            could = True
        if could:
            same = Prepared.objects.filter(pk=one.pk, is_done=one.is_done, at=one.at)
            same.update(is_noted=True, noted_at=noted_at)
    return could


# --- Quizzes that were done


def hear(link: Link, attempts: Sequence[Mapping[str, Json]], questions: Questions) -> None:
    """Note quizzes that were answered whole, where a workshop asks for them. Safe to repeat."""
    if not has_workshops(link):
        return
    for attempt in attempts:
        for quiz, at in completed_quizzes(attempt, questions):
            Account.objects.get_or_create(site_id=link.site_id, user=attempt["userid"])
            with transaction.atomic():
                account = Account.objects.select_for_update().get(site_id=link.site_id, user=attempt["userid"])
                account.site = link.site
                workshops.note_quiz(*identity(account), UsageKey.from_string(quiz), at)
