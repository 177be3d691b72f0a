"""What the facilitator's page shows, from what is kept; so many statements whatever the number of learners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from xblocks.base.accounts import user_id_of
from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform
from xblocks.base.spreadsheet import Cell
from xblocks.workshop import models, reading
from xblocks.workshop.messages import when_in_words
from xblocks.workshop.plan import Fixed, ItemKind, Plan, Relative
from xblocks.workshop.team_page import TeamLearner, TeamQuestion, TeamSession

NOBODY = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A learner in a workshop.

    Attributes:
        answers: what they did, by item; the text is what they answered.
        there: by session, whether they were there.
    """

    pk: int
    name: str
    holds: int | None
    waits: int | None
    answers: Mapping[str, str]
    there: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Everybody:
    """All of a workshop, loaded at once."""

    plan: Plan
    sessions: Sequence[models.Session]
    rows: Sequence[Row]

    def left(self, row: Row) -> list[str]:
        """Titles of what somebody has not done."""
        return [item.title for item in self.plan.items if item.id not in row.answers]

    def of(self, session: models.Session | None) -> list[Row]:
        """Who has a seat in a session, or was there without one; everybody for None."""
        if session is None:
            return list(self.rows)
        return [row for row in self.rows if row.holds == session.pk or session.pk in row.there]


def everybody(workshop: models.Workshop) -> Everybody:
    """Four statements of ours, and the platform's for names. Who left the course is there where they had been."""
    sessions = list(workshop.sessions.order_by("place_in_plan", "pk"))
    people: Any = models.Participant.objects.filter(workshop=workshop).order_by("pk")
    columns = ("pk", "person__source", "person__external_id", "holds_id", "waits_id")
    here = list(people.values_list(*columns, "left_at"))
    answers: dict[int, dict[str, str]] = {}
    done = models.Done.objects.filter(participant__workshop=workshop).exclude(done_at=None)
    for pk, item_id, text in done.values_list("participant_id", "item_id", "text"):
        answers.setdefault(pk, {})[item_id] = text
    there: dict[int, dict[int, bool]] = {}
    noted = models.Attendance.objects.filter(session__workshop=workshop)
    for pk, session_id, was_there in noted.values_list("participant_id", "session_id", "was_there"):
        there.setdefault(pk, {})[session_id] = was_there
    # Of those who left, a seat is kept in what was over by then, and whether they were there.
    found = [row for *row, left_at in here if left_at is None or row[0] in there or row[3] is not None]
    names = _names([(pk, source, external_id) for pk, source, external_id, _holds, _waits in found])
    rows = [
        Row(pk, names[pk], holds, waits, answers.get(pk, {}), there.get(pk, {}))
        for pk, _source, _external_id, holds, waits in found
    ]
    rows.sort(key=lambda row: (row.name.casefold(), row.pk))
    return Everybody(reading.plan_of(workshop), sessions, rows)


def _names(people: Sequence[tuple[int, str, str]]) -> dict[int, str]:
    users = {pk: user_id_of(source, external_id) for pk, source, external_id in people}
    known = platform().people([one for one in users.values() if one is not None])
    named = {}
    for pk, source, external_id in people:
        person = known.get(users[pk] or NOBODY)
        named[pk] = (person.name or person.email) if person is not None else f"{source} {external_id}"
    return named


# --- For the page


def sessions(found: Everybody, chosen: str, urls: Mapping[str, str], now: datetime) -> list[TeamSession]:
    """The sessions with their figures."""
    come = Counter(row.holds for row in found.rows)
    ready = Counter(row.holds for row in found.rows if not found.left(row))
    waiting = Counter(row.waits for row in found.rows)
    return [
        TeamSession(
            id=row.session_id,
            when=_when(row, now),
            form=form_of(row),
            come=come[row.pk],
            ready=ready[row.pk],
            waiting=waiting[row.pk],
            is_cancelled=row.is_cancelled,
            is_chosen=row.session_id == chosen,
            url=urls[row.session_id],
        )
        for row in found.sessions
        if not row.is_retired
    ]


def _when(row: models.Session, now: datetime) -> str:
    session, at = reading.session_of(row), reading.appointment_of(row)
    if at is not None:
        return when_in_words(at, now, translator())
    if isinstance(session.when, Relative):
        text = translator().ngettext(
            "%(number)d day after each learner's start", "%(number)d days after each learner's start", session.when.days
        )
        return text % {"number": session.when.days}
    return _("The date follows")


def form_of(row: models.Session) -> dict[str, str]:
    """A session as the fields of a form."""
    session = reading.session_of(row)
    form = {name: str(getattr(session, name)) for name in ("zone", "place", "link", "facilitator", "seats")}
    if isinstance(session.when, Fixed):
        form["date"] = session.when.starts.date().isoformat()
    if isinstance(session.when, Fixed | Relative):
        form["starts"] = session.when.starts.strftime("%H:%M")
        form["ends"] = session.when.ends.strftime("%H:%M")
    return form


def facts_in(form: Mapping[str, str], row: models.Session) -> dict[str, Any]:
    """What a team typed, as data of a session; what it lacks is told by `definition`."""
    facts: dict[str, Any] = {"id": row.session_id}
    for name in ("zone", "place", "link", "facilitator"):
        facts[name] = form.get(name, "")
    seats = form.get("seats", "").strip()
    facts["seats"] = int(seats) if seats.isascii() and seats.isdigit() and len(seats) < 7 else (seats or 0)
    date, starts, ends = (form.get(name, "").strip() for name in ("date", "starts", "ends"))
    session = reading.session_of(row)
    if date:
        facts |= {"starts": f"{date}T{starts}", "ends": f"{date}T{ends}"}
        if isinstance(session.when, Fixed) and _ends_later(session.when, date, starts, ends):
            # It goes on over several days, which the fields do not show: it stays as long as it was.
            begin = datetime.fromisoformat(f"{date}T{starts}")
            facts["ends"] = (begin + (session.when.ends - session.when.starts)).isoformat(timespec="minutes")
    elif isinstance(session.when, Relative):
        facts |= {"days": session.when.days, "starts": starts, "ends": ends}
    return facts


def _ends_later(when: Fixed, date: str, starts: str, ends: str) -> bool:
    if when.starts.date() == when.ends.date() or ends != when.ends.strftime("%H:%M"):
        return False
    try:
        datetime.fromisoformat(f"{date}T{starts}")
        time.fromisoformat(starts)
    except ValueError:
        return False
    return True


def learners(found: Everybody, session: models.Session | None) -> list[TeamLearner]:
    """Who is in a session, and what they lack."""
    return [
        TeamLearner(
            key=row.pk,
            name=row.name,
            left=found.left(row),
            was_there=row.there.get(session.pk) if session is not None else None,
        )
        for row in found.of(session)
    ]


def questions(found: Everybody, session: models.Session | None) -> list[TeamQuestion]:
    """What was answered, question by question."""
    rows = found.of(session)
    return [
        TeamQuestion(
            title=item.title, answers=[(row.answers[item.id], row.name) for row in rows if item.id in row.answers]
        )
        for item in found.plan.items
        if item.kind is ItemKind.QUESTION
    ]


def table(found: Everybody, session: models.Session | None, now: datetime) -> Iterator[list[Cell]]:
    """The learners as lines of a table, with a heading."""
    by_id = {row.pk: row for row in found.sessions}
    yield [_("Name"), _("Session"), _("Waits for"), _("Was there"), *(item.title for item in found.plan.items)]
    for row in found.of(session):
        at, waits = by_id.get(row.holds or NOBODY), by_id.get(row.waits or NOBODY)
        looked_at = session or at
        was_there = row.there.get(looked_at.pk) if looked_at is not None else None
        yield [
            row.name,
            _when(at, now) if at is not None else "",
            _when(waits, now) if waits is not None else "",
            "" if was_there is None else _("yes") if was_there else _("no"),
            *(_cell(row, item.id, item.kind) for item in found.plan.items),
        ]


def _cell(row: Row, item_id: str, kind: ItemKind) -> str:
    if item_id not in row.answers:
        return ""
    return row.answers[item_id] if kind is ItemKind.QUESTION else _("yes")
