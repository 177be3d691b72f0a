"""Badges on their way to Moodle: what was awarded or revoked here is awarded or revoked there, once, whatever ends.

A row says what an award is now and what Moodle was last told; it stays, so that the same is not told again. Signals
make rows at once. What nobody told of (a process that died, a learner who was enrolled or matched later) is found by
looking through the awards of the course again (`catch_up`). Rows are carried in pages; who cannot be reached now, or is
refused, is tried again later and later.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from moodle_bridge.client import Client
from moodle_bridge.errors import BridgeError
from moodle_bridge.keys import badge_key
from moodle_bridge.service.leases import InHandsError, Lease, leased
from moodle_bridge.service.models import Award, Enrolment, Link
from moodle_bridge.service.people import identity
from moodle_bridge.shapes import Json
from xblocks.badges import api as badges
from xblocks.base.platform import platform

log = logging.getLogger(__name__)

SET_AWARDS = "local_microunits_set_awards"
A_CALL = 50
A_PAGE = 500
OVERLAP = timedelta(minutes=10)
"""An award is dated before it is kept for good; longer than that takes nobody."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)
MOST_DOUBLINGS = 10
AWARDED, REVOKED = "awarded", "revoked"
CORRECTED = "again"
"""How a badge came that replaces another one: the learner knows of it already."""
WAITS_FOR_A_SYNC = "no_badge"
LONGEST_REASON = 200


# --- What is to be carried


def note(awards: Iterable[Any]) -> set[int]:
    """Make rows for awards of the badges' door (`xblocks.badges.api`); the sites that they go to. Safe to repeat."""
    known = list(awards)
    enrolled = _enrolled(known)
    rows = [row for award in known for row in _rows(award, enrolled)]
    if not rows:
        return set()
    now = platform().now()
    Award.objects.bulk_create(rows, ignore_conflicts=True)
    revoked = [award.uid for award in known if award.revoked_at is not None]
    # Those that were there already; Moodle is told as soon as may be.
    Award.objects.filter(award__in=revoked, is_revoked=False).update(is_revoked=True, next_at=now, tries=0)
    return {row.link.site_id for row in rows}


def _enrolled(awards: Sequence[Any]) -> Mapping[tuple[str, str, str], list[Enrolment]]:
    """Where the learners of awards take part in their courses, by source, id and course."""
    openedx = [award.holder.external_id for award in awards if award.holder.external_id.isdecimal()]
    rows = Enrolment.objects.filter(
        Q(account__openedx_id__in=openedx) | Q(account__openedx_id=None, account__user__in=openedx),
        link__course_key__in={award.badge.course_key for award in awards},
        link__is_configured=True,
    )
    found: dict[tuple[str, str, str], list[Enrolment]] = {}
    for row in rows.select_related("account__site", "link__site"):
        who = identity(row.account)
        found.setdefault((who.source, who.external_id, str(row.link.course_key)), []).append(row)
    return found


def _rows(award: Any, enrolled: Mapping[tuple[str, str, str], list[Enrolment]]) -> Iterable[Award]:
    who = (award.holder.source, award.holder.external_id, str(award.badge.course_key))
    for enrolment in enrolled.get(who, ()):
        yield Award(
            link=enrolment.link,
            account=enrolment.account,
            award=award.uid,
            badge_id=award.badge.badge_id,
            awarded_at=award.awarded_at,
            expires_at=badges.valid_until(award),
            is_quiet=award.how == CORRECTED,
            is_revoked=award.revoked_at is not None,
            next_at=platform().now(),
        )


def catch_up(link: Link) -> None:
    """Make rows for what nobody told of since the last time; from the beginning where there was none."""
    began = platform().now()
    since, after = (link.awards_at - OVERLAP) if link.awards_at else None, 0
    while page := badges.awards_changed(link.course_key, since, A_PAGE, after):
        note(page)
        after = page[-1].pk
    # Unless somebody was enrolled meanwhile, for whom all has to be looked through again.
    Link.objects.filter(pk=link.pk, awards_at=link.awards_at).update(awards_at=began)
    link.awards_at = began


# --- Carrying


def carry_all(client: Client, link: Link) -> Counter[str]:
    """Carry what there is, also what nobody told of; what another worker has in hand is left to that one.

    Raises:
        BridgeError: what concerns the whole site.
    """
    catch_up(link)
    if not _due(link, platform().now()).exists():
        return Counter()
    try:
        with leased(link) as lease:
            return carry(client, link, lease)
    except InHandsError as error:
        log.info("%s", error)
        return Counter()


def carry(client: Client, link: Link, lease: Lease) -> Counter[str]:
    """Carry what is due, in the order in which it came; how many were awarded, revoked, unchanged, refused or failed.

    Raises:
        BridgeError: what concerns the whole site. What was carried until then is carried.
    """
    counted: Counter[str] = Counter()
    now, after = platform().now(), 0
    while page := list(_due(link, now).filter(pk__gt=after).select_related("account")[:A_CALL]):
        counted.update(_carry_page(client, link, page))
        after = page[-1].pk
        lease.renew()
    return counted


def _due(link: Link, now: datetime) -> Any:
    behind = Q(told="") | Q(told=AWARDED, is_revoked=True)
    return Award.objects.filter(behind, link=link, next_at__lte=now).order_by("pk")


def _carry_page(client: Client, link: Link, page: Sequence[Award]) -> Counter[str]:
    params = {"courseid": link.course, "awards": [_sent(link, row) for row in page]}
    try:
        answer = client.call(SET_AWARDS, params)
    except BridgeError as error:
        if error.concerns_all:
            raise
        if len(page) > 1:
            # One of them may be what cannot be done; the others are not held up by it.
            return sum((_carry_page(client, link, [row]) for row in page), Counter())
        log.warning("%s cannot be carried to %s now: %s", page[0], link, error)
        _try_later(page[0], str(error)[:LONGEST_REASON])
        return Counter(failed=1)
    results = {one["key"]: one for one in answer["results"]}
    counted: Counter[str] = Counter()
    for row in page:
        result = results.get(str(row.award), {"status": "failed", "reason": ""})
        counted[result["status"]] += 1
        _keep(row, result)
    return counted


_FINAL = frozenset({AWARDED, REVOKED, "unchanged"})


def _keep(row: Award, result: Mapping[str, Json]) -> None:
    if result["status"] not in _FINAL and result["reason"] != REVOKED:
        _try_later(row, str(result["reason"])[:LONGEST_REASON])
        return
    # What was revoked while the call was under way is still to be told.
    told = REVOKED if row.is_revoked else AWARDED
    Award.objects.filter(pk=row.pk).update(told=told, reason="", tries=0, told_at=platform().now())


def _try_later(row: Award, reason: str) -> None:
    wait = min(FIRST_WAIT * 2 ** min(row.tries, MOST_DOUBLINGS), LONGEST_WAIT)
    now = platform().now()
    Award.objects.filter(pk=row.pk).update(tries=F("tries") + 1, next_at=now + wait, reason=reason)


def _sent(link: Link, row: Award) -> dict[str, Json]:
    return {
        "key": str(row.award),
        "badge": badge_key(str(link.course_key), row.badge_id),
        "userid": row.account.user,
        "time": int(row.awarded_at.timestamp()),
        "expires": int(row.expires_at.timestamp()) if row.expires_at else 0,
        "revoked": row.is_revoked,
        "quiet": row.is_quiet,
    }


def synced(link: Link) -> None:
    """Badges may stand in the course now that did not before: what waited for them is carried next."""
    Award.objects.filter(link=link, reason=WAITS_FOR_A_SYNC).update(next_at=platform().now(), tries=0)
