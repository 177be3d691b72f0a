"""What a learner's page shows of a workshop, from what is kept of it; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.workshop import feeds, models, reading, reminders
from xblocks.workshop.messages import left_in_words, moment_in_words, when_in_words, zone_in_words
from xblocks.workshop.plan import Item, ItemKind, Plan, Session
from xblocks.workshop.preparation import Progress, progress
from xblocks.workshop.timeline import Appointment, appointment, earliest
from xblocks.workshop.workshop_page import ItemLine, SessionLine, WorkshopView


def of_plan(title: str, plan: Plan, notice: str, now: datetime, team_url: str = "") -> WorkshopView:
    """A plan as nobody in particular sees it."""
    first = earliest(plan.sessions, now)
    lines = [_session_line(one, appointment(one), now, free=one.seats or None) for one in plan.sessions]
    return WorkshopView(
        title=title,
        about=plan.about,
        notice=notice,
        team_url=team_url,
        sessions=lines,
        items=[_item_line(item, first, now, {}, "") for item in plan.items],
        **_figures(progress(plan.items, ())),
    )


def of_workshop(workshop: models.Workshop, notice: str, now: datetime, team_url: str = "") -> WorkshopView:
    """A workshop as it is now, as nobody in particular sees it: its sessions may have moved since it was published."""
    plan, rows = reading.plan_of(workshop), list(workshop.sessions.order_by("place_in_plan", "pk"))
    first = reading.next_offered(rows, now, None)
    return WorkshopView(
        title=workshop.title,
        about=plan.about,
        notice=notice,
        team_url=team_url,
        sessions=_session_lines((), reading.offered(rows), now),
        is_over=bool(reading.offered(rows)),
        items=[
            _item_line(item, reading.appointment_of(first) if first is not None else None, now, {}, "")
            for item in plan.items
        ],
        **_figures(progress(plan.items, ())),
    )


def of_participant(
    one: models.Participant, now: datetime, file_url: Callable[[str], str], team_url: str = ""
) -> WorkshopView:
    """The workshop as one learner has it.

    Args:
        file_url: where the calendar file of the session with an id is.
    """
    workshop = one.workshop
    plan, rows = reading.plan_of(workshop), list(workshop.sessions.order_by("place_in_plan", "pk"))
    answers = {row.item_id: row.text for row in one.done.all() if row.done_at is not None}
    at = progress(plan.items, answers)
    standing = reminders.standing_of(one, rows, now)
    shown = [row for row in rows if row in reading.offered(rows) or row.pk in (one.holds_id, one.waits_id)]
    own = standing.appointment if standing.is_chosen else None
    is_past = own is not None and own.ends <= now
    # Of one that was everybody's there is something to look back at, too.
    mine = (one.holds_id, standing.session.pk if is_past and standing.session is not None else None)
    return WorkshopView(
        title=workshop.title,
        about=plan.about,
        sessions=_session_lines(mine, shown, now, one, file_url),
        is_over=bool(reading.offered(rows)),
        items=[_item_line(item, standing.appointment, now, answers, _item_url(workshop, item)) for item in plan.items],
        next_id=at.next.id if at.next is not None else "",
        is_live=True,
        team_url=team_url,
        has_feed=True,
        feed=feeds.feed_address(one.person),
        reflection_url=_reflection_url(workshop, plan) if is_past else "",
        **_figures(at),
    )


def state_of(one: models.Participant) -> dict[str, Any]:
    """What a learner has of a workshop, as JSON-ready data; moments are in UTC."""
    plan, rows = reading.plan_of(one.workshop), list(one.workshop.sessions.order_by("place_in_plan", "pk"))
    names = {row.pk: row.session_id for row in rows}
    done = one.done.exclude(done_at=None).order_by("pk").values_list("item_id", flat=True)
    return {
        "sessions": [_session_state(row, one.began_at) for row in rows if not row.is_retired],
        "holds": names.get(one.holds_id),
        "waits": names.get(one.waits_id),
        "done": [item_id for item_id in done if item_id in {item.id for item in plan.items}],
        "prepared_at": one.prepared_at.isoformat() if one.prepared_at else None,
        "attended_at": one.attended_at.isoformat() if one.attended_at else None,
    }


def _session_state(row: models.Session, began: datetime) -> dict[str, Any]:
    session, at = reading.session_of(row), reading.appointment_of(row, began)
    return {
        "id": row.session_id,
        "starts": at.starts.isoformat() if at is not None else None,
        "ends": at.ends.isoformat() if at is not None else None,
        "zone": session.zone,
        "place": session.place,
        "link": session.link,
        "facilitator": session.facilitator,
        "is_cancelled": row.is_cancelled,
    }


def _figures(at: Progress) -> dict[str, Any]:
    left = left_in_words(at, translator()) if at.left else ""
    return {
        # Here it begins a line; in other languages than English it may begin with a word.
        "left": left[:1].upper() + left[1:],
        "share": at.share,
        "minutes": at.minutes,
    }


def _session_lines(
    mine: Collection[int | None],
    rows: Sequence[models.Session],
    now: datetime,
    one: models.Participant | None = None,
    file_url: Callable[[str], str] = lambda _session_id: "",
) -> list[SessionLine]:
    ids = [row.pk for row in rows]
    people = models.Participant.objects
    taken = _counted(people.filter(holds__in=ids), "holds_id")
    waiting = _counted(people.filter(waits__in=ids), "waits_id")
    # Where one stands in line.
    waits = one.waits_id if one is not None else None
    turn = people.filter(waits=waits, number__lte=one.number).count() if one is not None and waits else 0
    found = []
    for row in rows:
        session, at = reading.session_of(row), reading.appointment_of(row, one.began_at if one is not None else None)
        line = _session_line(
            session,
            at,
            now,
            free=max(0, session.seats - taken.get(row.pk, 0)) if session.seats else None,
            waiting=waiting.get(row.pk, 0),
            is_mine=row.pk in mine,
            turn=turn if row.pk == waits else 0,
            file_url=file_url(row.session_id) if at is not None else "",
        )
        # What is over is of interest to those only who were there.
        if not line.is_over or line.is_mine:
            found.append(line)
    return found


def _counted(rows: Any, column: str) -> Mapping[int, int]:
    return {row[column]: row["number"] for row in rows.values(column).annotate(number=Count("pk")).order_by()}


def _session_line(session: Session, at: Appointment | None, now: datetime, **more: Any) -> SessionLine:
    return SessionLine(
        id=session.id,
        when=when_in_words(at, now, translator()) if at is not None else "",
        zone=zone_in_words(at) if at is not None else "",
        place=session.place,
        link=session.link,
        facilitator=session.facilitator,
        is_over=at is not None and at.ends <= now,
        **more,
    )


def _item_line(
    item: Item,
    at: Appointment | None,
    now: datetime,
    answers: Mapping[str, str],
    url: str,
) -> ItemLine:
    due = at.due(item) if at is not None else None
    return ItemLine(
        id=item.id,
        kind=item.kind,
        title=item.title,
        about=item.about,
        minutes=item.minutes,
        due=moment_in_words(due, at, now, translator()) if due is not None and at is not None else "",
        is_late=due is not None and due <= now,
        is_done=item.id in answers,
        url=url or item.url,
        answer=answers.get(item.id, ""),
    )


def _item_url(workshop: models.Workshop, item: Item) -> str:
    if item.kind is not ItemKind.QUIZ:
        return item.url
    key = reading.block_of(workshop, item.block)
    return platform().block_url(key) if key is not None else ""


def _reflection_url(workshop: models.Workshop, plan: Plan) -> str:
    key = reading.block_of(workshop, plan.reflection)
    return platform().block_url(key) if key is not None else ""
