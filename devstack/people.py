"""Who is in the devstack: three learners, one member of the course team, one coach; and nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User

from xblocks.base.problems import N_

Role = Literal["student", "staff", "instructor"]
Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Part:
    """A part that somebody plays in the devstack.

    Attributes:
        staff: whether they may see what only a course team sees.
        says: what they are, for people.
        cohort: the group that they belong to in every course; 0: none.
        leads: looks after that group.
    """

    username: str
    first_name: str
    says: str
    staff: bool = False
    cohort: int = 0
    leads: bool = False


COHORTS = {1: "Morning", 2: "Evening"}
PARTS = (
    Part("ann", "Ann", N_("learner"), cohort=1),
    Part("bob", "Bob", N_("learner"), cohort=1),
    Part("carol", "Carol", N_("learner"), cohort=2),
    Part("team", "Tess", N_("course team"), staff=True),
    Part("coach", "Chris", N_("coach"), cohort=1, leads=True),
)


def make_people() -> None:
    """Everybody, as users of Django without a password; those who are there already stay as they are."""
    for part in PARTS:
        get_user_model().objects.get_or_create(
            username=part.username,
            defaults={
                "first_name": part.first_name,
                "email": f"{part.username}@example.com",
                "is_staff": part.staff,
                "password": "!",
            },
        )


def person(username: str) -> User:
    """The user of that name, made when it is one of ours and not there yet.

    Raises:
        User.DoesNotExist: when nobody has that name.
    """
    users: Any = get_user_model().objects
    found: User | None = users.filter(username=username).first()
    if found is None:
        make_people()
        found = users.get(username=username)
    return found


def role_of(user: Person) -> Role:
    """The role in a course, in the platform's words."""
    return "staff" if user.is_staff else "student"


def anonymous_id(user: Person, course_key: object) -> str:
    """The id that stands for a learner in a course without saying who it is; 32 hexadecimal digits."""
    return hashlib.blake2s(f"{user.pk}:{course_key}".encode(), digest_size=16).hexdigest()


def by_anonymous_id(wanted: str, course_key: object) -> User | None:
    """Who has that id in a course, or None."""
    users: Any = get_user_model().objects.all()
    return next((user for user in users if anonymous_id(user, course_key) == wanted), None)
