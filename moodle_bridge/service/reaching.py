"""Moodle as a source of nudging (`xblocks.nudge.sources`): who takes part there, and messages as its notifications."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from opaque_keys.edx.keys import CourseKey, UsageKey

from moodle_bridge.errors import BridgeError
from moodle_bridge.service.models import Account, Enrolment, Link, Quiz
from moodle_bridge.service.settings_reading import client_of, configuration
from moodle_bridge.shapes import Json
from xblocks.nudge.api import OPENEDX, Delivered, Fate, Guest, Identity, Outgoing

log = logging.getLogger(__name__)

NOTIFY = "local_microunits_notify"
A_CALL = 50
_FATES = {
    "sent": Fate.SENT,
    "already": Fate.SENT,
    "refused": Fate.REFUSED,
    "failed": Fate.FAILED,
    "uncertain": Fate.UNCERTAIN,
}


class Moodle:
    """All Moodles of the configuration."""

    def people(self, learners: Collection[Identity]) -> Mapping[Identity, Guest]:
        """As their accounts were last told of; in one statement."""
        found: dict[Identity, Guest] = {}
        accounts = Account.objects.filter(_among(learners)).select_related("site").order_by("-is_active", "pk")
        for account in accounts:
            for identity in _names(account):
                if identity in learners:
                    found.setdefault(identity, _guest(account))
        return found

    def enrolled(
        self, learners: Collection[Identity], course_keys: Collection[CourseKey]
    ) -> Mapping[CourseKey, set[Identity]]:
        """As Moodle last told of them; who left since is refused by Moodle itself. In one statement."""
        found: dict[CourseKey, set[Identity]] = defaultdict(set)
        for row in _enrolments(learners, course_keys):
            found[row.link.course_key].update(one for one in _names(row.account) if one in learners)
        return found

    def address(self, learner: Identity, course_key: CourseKey, usage_key: UsageKey | None) -> str:
        """The quiz or page, else the course."""
        row = next(iter(_enrolments([learner], [course_key])), None)
        link = row.link if row else _link_of(learner, course_key)
        if link is None:
            return ""
        quiz = usage_key and Quiz.objects.filter(link=link, usage_key=usage_key).first()
        return f"{_url(link)}/mod/{quiz.modname}/view.php?id={quiz.module}" if quiz else course_address(link)

    def deliver(self, messages: Sequence[Outgoing]) -> Mapping[str, Delivered]:
        """As notifications, in a few calls; a message to somebody who takes part nowhere any more is refused."""
        found: dict[str, Delivered] = {}
        whose = [message.to for message in messages]
        keys = {key for message in messages for key in message.course_keys}
        rows: dict[tuple[Identity, CourseKey], Enrolment] = {}
        for row in _enrolments(whose, keys):
            for identity in _names(row.account):
                rows.setdefault((identity, row.link.course_key), row)
        by_link: dict[Link, list[tuple[Outgoing, int]]] = defaultdict(list)
        for message in messages:
            there = next((rows[message.to, key] for key in message.course_keys if (message.to, key) in rows), None)
            if there is None:
                found[message.key] = Delivered(Fate.REFUSED, "not_enrolled")
            else:
                by_link[there.link].append((message, there.account.user))
        for link, some in by_link.items():
            for start in range(0, len(some), A_CALL):
                found.update(_notify(link, some[start : start + A_CALL]))
        return found


def _notify(link: Link, messages: Sequence[tuple[Outgoing, int]]) -> dict[str, Delivered]:
    """One call; without an answer nothing is known, and the same keys are asked for again."""
    try:
        site = configuration().sites[link.site.name]
        with client_of(site) as client:
            params = {"courseid": link.course, "messages": [_message(one, user) for one, user in messages]}
            answer = client.call(NOTIFY, params)
    except (BridgeError, KeyError) as error:
        log.warning("%d notifications for %s had no answer: %s", len(messages), link, error)
        return {}
    return {one["key"]: Delivered(_FATES[one["status"]], one["reason"]) for one in answer["results"]}


def _message(one: Outgoing, user: int) -> dict[str, Json]:
    return {
        "key": one.key,
        "userid": user,
        "subject": _without_tags(one.subject),
        "text": one.text,
        "html": one.html,
        "url": one.address,
        # Moodle writes "Go to:" before it.
        "urlname": _without_tags(one.course or one.button),
    }


def _without_tags(line: str) -> str:
    """Moodle takes what stands between < and > for a tag, and refuses it."""
    return line.replace("<", "‹").replace(">", "›")


# --- Who is who


def _names(account: Account) -> Iterable[Identity]:
    """Under what an account may be known to nudging."""
    if account.openedx_id is not None:
        return (Identity(OPENEDX, str(account.openedx_id)),)
    return (Identity(f"moodle:{account.site.name}", str(account.user)),)


def _among(learners: Collection[Identity], prefix: str = "") -> Q:
    """The accounts of learners, as a condition."""
    openedx: list[int] = []
    sites: dict[str, list[int]] = defaultdict(list)
    for source, external_id in learners:
        if not external_id.isascii() or not external_id.isdecimal():
            continue
        if source == OPENEDX:
            openedx.append(int(external_id))
        else:
            sites[source.partition(":")[2]].append(int(external_id))
    condition = Q(**{f"{prefix}openedx_id__in": openedx})
    for name, users in sites.items():
        mine: dict[str, Any] = {f"{prefix}site__name": name, f"{prefix}user__in": users, f"{prefix}openedx_id": None}
        condition |= Q(**mine)
    return condition


def _enrolments(learners: Collection[Identity], course_keys: Collection[CourseKey]) -> Iterable[Enrolment]:
    rows = Enrolment.objects.filter(
        _among(learners, "account__"),
        link__course_key__in=list(course_keys),
        link__is_configured=True,
        account__is_active=True,
    )
    return rows.select_related("link__site", "account__site").order_by("pk")


def _guest(account: Account) -> Guest:
    return Guest(
        language=language_of(account),
        time_zone=account.time_zone,
        is_active=account.is_active,
        site=account.site.title,
    )


def language_of(account: Account) -> str:
    """Moodle's name of a language as ours: "pt-br" for "pt_br"."""
    return str(account.language).replace("_", "-")


# --- Addresses


def _link_of(learner: Identity, course_key: CourseKey) -> Link | None:
    """Where somebody took a course whom Moodle does not tell of any more."""
    site = learner.source.partition(":")[2]
    rows = Link.objects.select_related("site").filter(course_key=course_key, site__name=site)
    return rows.order_by("-is_configured", "pk").first()


def course_address(link: Link) -> str:
    """Where a course is in Moodle."""
    return f"{_url(link)}/course/view.php?id={link.course}"


def _url(link: Link) -> str:
    site = configuration().sites.get(link.site.name)
    return site.url if site else ""
