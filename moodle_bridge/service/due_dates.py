"""The day on which questions come back, in the learner's own calendar in Moodle: one date a course, seen by them alone.

`xblocks.nudge.calendar_day` says for whom and when that is welcome. Whoever takes a date out of their calendar is not
given it again; the next one comes when something else is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation

from moodle_bridge.client import Client
from moodle_bridge.components import field_hash
from moodle_bridge.errors import RecordMissingError
from moodle_bridge.keys import due_key
from moodle_bridge.plan_calls import DELETE, REMOVE, UPSERT
from moodle_bridge.service.leases import Lease
from moodle_bridge.service.models import Account, DueDate, Link
from moodle_bridge.service.people import identity
from moodle_bridge.service.reaching import course_address, language_of
from moodle_bridge.shapes import Json
from moodle_bridge.wire import Call
from xblocks.base.i18n import _, ngettext
from xblocks.base.platform import platform
from xblocks.nudge import api as nudge

KIND = "event"
A_PAGE = 200
LONGEST_NAME = 255


def keep(client: Client, link: Link, users: Collection[int] | None, lease: Lease) -> Mapping[str, int]:
    """Bring calendars up to date; how many dates were set, taken away, or could not be.

    Args:
        users: of these learners only, by Moodle's id; None: of all who have or may have a date.
    """
    counted: Counter[str] = Counter()
    accounts = Account.objects.filter(site=link.site_id).select_related("site").order_by("pk")
    if users is not None:
        accounts = accounts.filter(user__in=users)
    ids = set(accounts.filter(enrolments__link=link).values_list("pk", flat=True))
    ids |= set(accounts.filter(due_dates__link=link).values_list("pk", flat=True))
    ordered = sorted(ids)
    course = nudge.course(link.course_key)
    title = (course and course.name) or link.course_key.course
    for start in range(0, len(ordered), A_PAGE):
        some = list(accounts.filter(pk__in=ordered[start : start + A_PAGE]))
        counted.update(_keep_page(client, link, some, title, platform().now()))
        lease.renew()
    return counted


def _keep_page(client: Client, link: Link, accounts: Iterable[Account], title: str, now: datetime) -> Counter[str]:
    counted: Counter[str] = Counter()
    by_id = {one.pk: one for one in accounts}
    rows = {row.account_id: row for row in DueDate.objects.filter(link=link, account__in=list(by_id))}
    enrolled = Account.objects.filter(pk__in=list(by_id), enrolments__link=link, is_active=True)
    whose = {pk: identity(by_id[pk]) for pk in enrolled.values_list("pk", flat=True)}
    coming = nudge.coming(list(whose.values()), link.course_key, now)
    calls: dict[int, tuple[Account, nudge.Coming | None, str]] = {}
    made: list[Call] = []
    for pk, account in by_id.items():
        one = coming.get(whose[pk]) if pk in whose else None
        row = rows.get(pk)
        call, mark = (None, "") if one is None else _upsert(link, account, one, title)
        if one is None and row is not None and row.at > now:
            call = _removal(link, account)
        if call is None or (row is not None and row.mark == mark):
            continue
        calls[id(call)] = (account, one, mark)
        made.append(call)
    for outcome in client.call_many(made):
        account, one, mark = calls[id(outcome.call)]
        is_gone = isinstance(outcome.error, RecordMissingError)
        if outcome.error is not None and not (one is None and is_gone):
            # What could not be taken away is known as long as it stands there, and tried again.
            counted["failed"] += 1
        elif one is None:
            # Also when the course or the date is gone already.
            DueDate.objects.filter(link=link, account=account).delete()
            counted["taken_away"] += 1
        else:
            row = DueDate(link=link, account=account, at=one.at, mark=mark)
            DueDate.objects.bulk_create([row], ignore_conflicts=True)
            DueDate.objects.filter(link=link, account=account).update(at=one.at, mark=mark)
            counted["set"] += 1
    return counted


def _upsert(link: Link, account: Account, coming: nudge.Coming, title: str) -> tuple[Call, str]:
    """The call that puts a date into a calendar, and the mark of what it says."""
    with translation.override(language_of(account)):
        name = ngettext("%(number)d question to look back at", "%(number)d questions to look back at", coming.questions)
        text = _("They come back on this day, when recalling them helps most. A minute or two is enough.")
        button = _("Go to the course")
    address = course_address(link)
    values: dict[str, Json] = {
        "name": f"{name % {'number': coming.questions}}: {title}"[:LONGEST_NAME],
        "description": f'<p>{text}</p><p><a href="{address}">{button}</a></p>',
        "timestart": int(coming.at.timestamp()),
        "duration": 0,
        "userid": account.user,
        "visible": True,
    }
    fields: dict[str, Any] = {key: {"value": value, "hash": field_hash(value)} for key, value in values.items()}
    params = {"courseid": link.course, "kind": KIND, "key": _key(link, account), "payload": {"fields": fields}}
    return Call(UPSERT, params), field_hash(values)


def _removal(link: Link, account: Account) -> Call:
    return Call(REMOVE, {"courseid": link.course, "key": _key(link, account), "mode": DELETE})


def _key(link: Link, account: Account) -> str:
    return due_key(str(link.course_key), account.user)
