"""What the course team's page shows: who has which badge. As many statements for ten learners as for ten thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import models
from xblocks.badges.reading import read
from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.i18n import _
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import Cell
from xblocks.nudge import api as nudge

PAGE = 50
ROWS = 2000
"""Lines of the download that are read at a time."""
MOST_FOUND = 500
"""People whose names begin as was typed; who looks for more of them types more."""

HOW = {
    models.How.EARNED: N_("earned"),
    models.How.BY_HAND: N_("given by hand"),
    models.How.AGAIN: N_("corrected"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A badge of the course, and how many have it."""

    row: models.Badge
    has: int
    revoked: int


def badges_of(course_key: CourseKey) -> list[Counted]:
    """Every badge that a course has, or had and somebody earned; in their order, those that are gone at the end."""
    counts = models.Badge.objects.filter(course_key=course_key).annotate(
        has=Count("awards", filter=Q(awards__revoked_at=None)), all=Count("awards")
    )
    rows: Any = counts.order_by("is_retired", "pk")
    return [Counted(row, row.has, row.all - row.has) for row in rows if row.all or not row.is_retired]


@dataclass(frozen=True, slots=True)
class Person:
    """Who has an award, for the team: a user name, and their own name; or how another place names them."""

    name: str
    full_name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of awards.

    Attributes:
        people: by award.
        number, pages: this page, and how many there are; from 1.
        total: awards in all of them.
    """

    awards: Sequence[models.Award]
    people: dict[int, Person]
    number: int
    pages: int
    total: int


def awards_of(course_key: CourseKey, badge: models.Badge | None, search: str, number: int) -> Found:
    """Awards of a course, or of one of its badges, the latest first; of those people whose names begin so."""
    rows = _awards(course_key, badge)
    if search:
        rows = rows.filter(_named(search))
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    page = list(rows.order_by("-awarded_at", "-pk")[(number - 1) * PAGE : number * PAGE])
    return Found(page, people_of(page), number, pages, total)


def award_of(course_key: CourseKey, uid: Any) -> models.Award | None:
    """An award of this course, and of no other."""
    found: models.Award | None = _awards(course_key, None).filter(uid=uid).first()
    return found


def _awards(course_key: CourseKey, badge: models.Badge | None) -> QuerySet[models.Award]:
    rows: QuerySet[models.Award] = models.Award.objects.select_related("badge", "holder")
    return rows.filter(badge=badge) if badge is not None else rows.filter(badge__course_key=course_key)


def _named(search: str) -> Q:
    """Whose user name or address begins so, and whose id in another place is that."""
    begins = Q(username__istartswith=search) | Q(email__istartswith=search)
    ids = get_user_model().objects.filter(begins).order_by("username").values_list("pk", flat=True)[:MOST_FOUND]
    here = Q(holder__source=OPENEDX, holder__external_id__in=[str(pk) for pk in ids])
    source, _slash, external_id = search.rpartition("/")
    return here | Q(holder__source=source, holder__external_id=external_id)


def people_of(awards: Sequence[models.Award]) -> dict[int, Person]:
    """Whose these awards are; a few statements, however many."""
    users = _users(user_id_of(award.holder.source, award.holder.external_id) for award in awards)
    found = {}
    for award in awards:
        of = award.holder
        user_id = user_id_of(of.source, of.external_id)
        elsewhere = Person(f"{of.source}/{of.external_id}")
        found[award.pk] = elsewhere if user_id is None else users.get(user_id, elsewhere)
    return found


def _users(ids: Iterator[int | None]) -> dict[int, Person]:
    wanted = {one for one in ids if one is not None}
    rows: Any = get_user_model().objects.filter(pk__in=wanted)
    # What somebody is called is in their profile; the account itself has no name on Open edX.
    people = platform().people(wanted)
    return {user.pk: Person(user.username, people[user.pk].name, user.email) for user in rows if user.pk in people}


def who_did(by: Collection[str]) -> dict[str, str]:
    """User names of those who gave or revoked something, by how an award names them ("openedx:9")."""
    ids = {one: user_id_of(*one.split(":", 1)) for one in by if ":" in one}
    users = _users(iter(ids.values()))
    return {one: users[user_id].name for one, user_id in ids.items() if user_id in users}


# --- For a spreadsheet


HEADS = (
    N_("learner"),
    N_("name"),
    N_("e-mail address"),
    N_("badge"),
    N_("how"),
    N_("by"),
    N_("reason"),
    N_("earned on"),
    N_("awarded on"),
    N_("minutes of credit"),
    N_("revoked on"),
    N_("revoked by"),
    N_("why it was revoked"),
)


def rows_of(course_key: CourseKey) -> Iterator[Sequence[Cell]]:
    """Every award of a course, the earliest first, with a line of headings; a page is read at a time."""
    yield [_(head) for head in HEADS]
    last = 0
    while page := list(_awards(course_key, None).filter(pk__gt=last).order_by("pk")[:ROWS]):
        last = page[-1].pk
        people = people_of(page)
        did = who_did({by for award in page for by in (award.by, award.revoked_by) if by})
        for award in page:
            yield _cells(award, people[award.pk], did)


def _cells(award: models.Award, person: Person, did: dict[str, str]) -> Sequence[Cell]:
    badge, zone = read(award), nudge.zone_named("")

    def day(when: Any) -> str:
        return when.astimezone(zone).date().isoformat() if when else ""

    return (
        person.name,
        person.full_name,
        person.email,
        badge.name,
        _(HOW[models.How(award.how)]),
        did.get(award.by, award.by),
        award.reason,
        day(award.earned_at),
        day(award.awarded_at),
        badge.minutes,
        day(award.revoked_at),
        did.get(award.revoked_by, award.revoked_by),
        award.revoked_reason,
    )
