"""Moodle's learners: who they are, who takes part, and which of them have an account on this platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from moodle_bridge.client import Client
from moodle_bridge.config import Site as Configured
from moodle_bridge.matching import Match, MoodleLearner, PlatformUser, pairs, wanted
from moodle_bridge.service.models import Account, Award, Enrolment, Link, Prepared, Site
from moodle_bridge.shapes import Json
from xblocks.badges import api as badges
from xblocks.base.platform import platform
from xblocks.nudge import api as nudge
from xblocks.nudge.api import OPENEDX, Identity
from xblocks.workshop import api as workshops

LEARNERS = "local_microunits_get_learners"
A_PAGE = 500
HAND = "hand"


def source_of(site: Site) -> str:
    """What the learners of a Moodle are known by who have no account here."""
    return f"moodle:{site.name}"


def identity(account: Account) -> Identity:
    """Whose an account's answers are."""
    if account.openedx_id is not None:
        return Identity(OPENEDX, str(account.openedx_id))
    return guest(account)


def guest(account: Account) -> Identity:
    """Who somebody is as long as nobody knows of an account here."""
    return Identity(source_of(account.site), str(account.user))


# --- Reading


def read_people(client: Client, configured: Configured, link: Link) -> Counter[str]:
    """Read who takes part in a course now, in pages; how many there are, and how many were newly matched.

    Safe to run at any time: what ends in the middle is read anew.
    """
    began, cursor, more, counted = timezone.now(), "", True, Counter[str]()
    while more:
        answer = client.call(LEARNERS, {"courseid": link.course, "cursor": cursor, "limit": A_PAGE})
        accounts = _keep(link, answer["learners"], began)
        counted["learners"] += len(accounts)
        counted["matched"] += match(link.site, accounts, answer["learners"], configured.match)
        cursor, more = answer["cursor"], answer["more"]
    counted["left"] = _see_off(link, began)
    Link.objects.filter(pk=link.pk).update(people_at=began)
    return counted


def _see_off(link: Link, began: datetime) -> int:
    """Those who were not told of since then take part no more; how many they are."""
    gone = list(Enrolment.objects.filter(link=link, read_at__lt=began).select_related("account__site"))
    left = [identity(one.account) for one in gone]
    # Before they are forgotten here, so that whoever dies in between finds them again.
    workshops.left_elsewhere(link.course_key, left, platform().now())
    Enrolment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


_FACTS = {"username": "username", "language": "lang", "time_zone": "timezone"}
_LONGEST = {"username": 100, "language": 30, "time_zone": 100}


def _keep(link: Link, learners: Sequence[Mapping[str, Json]], began: datetime) -> dict[int, Account]:
    """Keep a page of learners, and have the sweep look at those of whom something changed."""
    told = {one["userid"]: one for one in learners}
    known = {one.user: one for one in Account.objects.filter(site=link.site, user__in=told)}
    new = [Account(site=link.site, user=user) for user in told.keys() - known.keys()]
    changed = []
    for account in (*known.values(), *new):
        one = told[account.user]
        before = _facts(account)
        for name, there in _FACTS.items():
            setattr(account, name, one[there][: _LONGEST[name]])
        account.is_active = not one["suspended"]
        account.seen_at = began
        if _facts(account) != before:
            changed.append(account)
    with transaction.atomic():
        Account.objects.bulk_create(new, ignore_conflicts=True)
        Account.objects.bulk_update(known.values(), [*_FACTS, "is_active", "seen_at"], batch_size=200)
        accounts = {
            one.user: one for one in Account.objects.select_related("site").filter(site=link.site, user__in=told)
        }
        joined = _enrol(link, accounts.values(), began)
    nudge.look_at([identity(accounts[one.user]) for one in changed if one.user in accounts], platform().now())
    nudge.look_at([identity(one) for one in joined], platform().now())
    return accounts


def _facts(account: Account) -> tuple[Any, ...]:
    return account.language, account.time_zone, account.is_active


def _enrol(link: Link, accounts: Iterable[Account], began: datetime) -> list[Account]:
    """Note that they take part; those who did not before."""
    by_id = {one.pk: one for one in accounts}
    rows = Enrolment.objects.filter(link=link, account__in=list(by_id))
    there = set(rows.values_list("account_id", flat=True))
    rows.update(read_at=began)
    new = [one for pk, one in by_id.items() if pk not in there]
    rows_of_new = [Enrolment(link=link, account=one, read_at=began) for one in new]
    Enrolment.objects.bulk_create(rows_of_new, ignore_conflicts=True)
    if new:
        # Badges that they have already are to be carried there.
        Link.objects.filter(pk=link.pk).update(awards_at=None)
        Award.objects.filter(link=link, account__in=new).exclude(reason="").update(next_at=platform().now(), tries=0)
    return new


# --- Matching


def match(site: Site, accounts: Mapping[int, Account], learners: Iterable[Mapping[str, Json]], by: Match) -> int:
    """Match those whom nobody knows here yet; how many. A match stays until somebody takes it back."""
    told = [
        MoodleLearner(user=one["userid"], email=one["email"], idnumber=one["idnumber"])
        for one in learners
        if one["userid"] in accounts and accounts[one["userid"]].openedx_id is None
    ]
    names = wanted(told, by)
    found = pairs(told, _users(names, by), by) if names else {}
    return sum(join(accounts[user], user_id, str(by)) for user, user_id in found.items())


def _users(names: Iterable[str], by: Match) -> list[PlatformUser]:
    rows: Any = get_user_model().objects.all()
    if by is Match.IDNUMBER:
        rows = rows.filter(username__in=list(names))
    elif connection.vendor == "mysql":
        # Its own comparison is blind to case, and has an index; which of them it really is, is looked at afterwards.
        rows = rows.filter(email__in=list(names))
    else:
        rows = rows.annotate(small=Lower("email")).filter(small__in=list(names))
    values = rows.values_list("pk", "username", "email", "is_active")
    return [
        PlatformUser(user_id=pk, username=username, email=email, is_active=is_active)
        for pk, username, email, is_active in values
    ]


def join(account: Account, user_id: int, by: str) -> bool:
    """An account of Moodle and one of this platform are one person; False when that one is somebody else's there.

    From then on whatever they did in Moodle is that learner's, what came before too.
    """
    try:
        with transaction.atomic():
            # Whoever records an answer of theirs holds the row meanwhile, so that none goes to the one they were.
            row = Account.objects.select_for_update().get(pk=account.pk)
            row.site = account.site
            if row.openedx_id not in (None, user_id):
                return False
            row.openedx_id, row.matched_by = user_id, by
            row.save(update_fields=["openedx_id", "matched_by"])
            nudge.join_learners(guest(row), identity(row), platform().now())
            badges.join_learners(guest(row), identity(row), platform().now())
            workshops.join_learners(guest(row), identity(row), platform().now())
            _look_again(row)
    except IntegrityError:
        return False
    account.openedx_id, account.matched_by = user_id, by
    return True


def _look_again(account: Account) -> None:
    """Badges that they have here are to be carried to where they take part there."""
    Link.objects.filter(enrolments__account=account).update(awards_at=None)


def unmatched(site: Site) -> list[Account]:
    """Learners without an account here, as far as anybody knows; they are reminded all the same, in Moodle."""
    rows = Account.objects.filter(site=site, openedx_id=None, enrolments__link__is_configured=True)
    return list(rows.distinct().order_by("username", "user"))


# --- Leaving


def forget(site: Site, users: Iterable[int]) -> None:
    """Accounts that are deleted in Moodle: what is kept of them goes, unless they have an account here."""
    for account in Account.objects.select_related("site").filter(site=site, user__in=list(users)):
        if account.openedx_id is None:
            nudge.forget_learner(*guest(account))
            badges.forget_learner(*guest(account))
            workshops.forget_learner(*guest(account))
        Prepared.objects.filter(link__site=site, user=account.user).delete()
        account.delete()


def forget_user(user_id: int) -> None:
    """A user of this platform who leaves: Moodle's accounts are nobody's here from now on."""
    for account in Account.objects.filter(openedx_id=user_id):
        Prepared.objects.filter(link__site=account.site_id, user=account.user).delete()
        account.delete()
