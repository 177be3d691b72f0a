"""Giving a badge by hand to people whom the course team names, one or many at once: what cannot be done is said by
line, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.functions import Lower

from xblocks.badges import awarding, models
from xblocks.badges.awarding import AwardError
from xblocks.base.accounts import OPENEDX
from xblocks.base.i18n import _
from xblocks.base.platform import platform

MOST = 500
"""People at once: more would keep the page waiting."""
_BETWEEN = re.compile(r"[\n\r\t,;]+")
_ADDRESS = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Given:
    """What came of it.

    Attributes:
        done: user names of those who have the badge now.
        problems: what was typed of the others, and why not.
    """

    done: Sequence[str]
    problems: Sequence[tuple[str, str]]


def names_in(text: str) -> list[str]:
    """User names and e-mail addresses that were typed or pasted, each once: "Ann <ann@example.com>" is her address."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        address = _ADDRESS.search(part)
        name = (address[1] if address else part).strip().strip("\"'").strip()
        if name:
            found.setdefault(name.casefold(), name)
    return list(found.values())


def give(badge: models.Badge, names: Sequence[str], reason: str, by: str, now: datetime) -> Given:
    """Give a badge to each of those; who is no learner of the course, or has it, gets none."""
    users = _users(names)
    ids = {user.pk for found in users.values() for user in found}
    enrolled = platform().enrolled(ids, [badge.course_key]).get(badge.course_key, set()) if ids else set()
    done, problems = [], []
    for name in names:
        found = users[name.casefold()]
        problem = _problem(found, enrolled)
        if not problem:
            try:
                awarding.give_by_hand(OPENEDX, str(found[0].pk), badge, by, reason, now)
            except AwardError as error:
                problem = _(str(error))
            else:
                done.append(found[0].username)
        if problem:
            problems.append((name, problem))
    return Given(done, problems)


def _problem(found: Sequence[Any], enrolled: set[int]) -> str:
    if not found:
        return _("Nobody has this user name or e-mail address.")
    if len(found) > 1:
        return _("Several people have this name or address; give the user name.")
    if found[0].pk not in enrolled:
        return _("This person does not take part in the course.")
    return ""


def _users(names: Sequence[str]) -> dict[str, list[Any]]:
    """Who has these names, whatever the case of their letters; a user name that is written so comes first."""
    wanted = {name.casefold() for name in names}
    lowered = {name.lower() for name in names}
    rows: Any = get_user_model().objects.annotate(of=Lower("email"), name=Lower("username"))
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for user in rows.filter(Q(username__in=names) | Q(of__in=lowered) | Q(name__in=lowered)).order_by("pk"):
        for key in {user.username.casefold(), user.email.casefold()} & wanted:
            found[key][user.pk] = user
    chosen = {}
    for name in names:
        of = list(found[name.casefold()].values())
        exact = [user for user in of if user.username == name]
        chosen[name.casefold()] = exact or of
    return chosen
