"""What the pages say in each case; whatever people wrote stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from gettext import NullTranslations
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.workshop.stage import ITEMS, NOW, at
from xblocks.workshop.messages import About, Notice, notice, reminder, when_in_words, where_in_words, zone_in_words
from xblocks.workshop.plan import Fixed, ItemKind, Session
from xblocks.workshop.preparation import progress
from xblocks.workshop.reminding import Occasion
from xblocks.workshop.team_page import (
    TeamFrame,
    TeamLearner,
    TeamQuestion,
    TeamSession,
    TeamView,
    render_page,
    render_team,
)
from xblocks.workshop.timeline import appointment
from xblocks.workshop.unread import problems_of, render_unread
from xblocks.workshop.workshop_page import ItemLine, SessionLine, WorkshopView, render

WORDS = NullTranslations()
SESSION = at("a", 10)
HOSTILE = "\"><script>alert(1)</script>'&"


def about(session: Session = SESSION, **named: Any) -> About:
    return About(title="Phishing day", appointment=appointment(session), now=NOW, **named)


# --- Messages


def test_a_session_over_midnight_names_both_days() -> None:
    long = Session(id="n", when=Fixed(datetime(2026, 12, 10, 22, 0), datetime(2026, 12, 11, 2, 0)), zone="Asia/Tokyo")
    found = appointment(long)
    assert found is not None
    assert when_in_words(found, NOW, WORDS) == "Thursday 10 December, 22:00 – Friday 11 December, 02:00"
    assert zone_in_words(found) == "Tokyo"
    assert where_in_words(found) == ""


@pytest.mark.parametrize("kind", Notice)
def test_every_notice_says_what_it_is_about_and_where_to_go(kind: Notice) -> None:
    for others in (True, False):
        said = notice(kind, about(others=others), WORDS)
        assert "Phishing day" in said["subject"]
        assert "Thursday 10 December, 13:00–15:00 (Amsterdam)" in said["text"]
        assert said["button"]
        assert ("Room 1" in said["text"]) == (kind is not Notice.CANCELLED)
    nowhere = notice(kind, about(at("a", 10, place="")), WORDS)
    assert "Where" not in nowhere["text"]
    later = notice(kind, replace(about(), appointment=None), WORDS)
    assert "a day that is still to be set" in later["text"]
    waiting = notice(kind, about(is_waiting=True, kept=appointment(at("b", 15))), WORDS)
    assert ("that you wait for" in waiting["text"]) == (kind in (Notice.MOVED, Notice.CHANGED))
    assert "You keep your seat in the session on Tuesday 15 December" in waiting["text"]


def test_reminders_say_what_is_left() -> None:
    left = progress(ITEMS, ())
    assert reminder(Occasion.PREPARE, about(), left, WORDS)["subject"].endswith("2 things left, about 15 minutes")
    quick = progress([replace(ITEMS[0], minutes=0)], ())
    assert reminder(Occasion.PREPARE, about(), quick, WORDS)["subject"].endswith("1 thing left")
    assert "first session" in reminder(Occasion.CHOOSE, about(), left, WORDS)["text"]
    assert reminder(Occasion.AFTER, about(), left, WORDS)["button"] == "Look back"


# --- The learner's page

texts = st.sampled_from(["", "Plain", HOSTILE])
session_lines = st.builds(
    SessionLine,
    id=st.sampled_from(["a", HOSTILE]),
    when=texts,
    zone=texts,
    place=texts,
    link=texts,
    facilitator=texts,
    free=st.sampled_from([None, 0, 1, 5]),
    waiting=st.integers(0, 2),
    is_mine=st.booleans(),
    is_over=st.booleans(),
    turn=st.integers(0, 2),
    file_url=texts,
)
item_lines = st.builds(
    ItemLine,
    id=st.sampled_from(["a", HOSTILE]),
    kind=st.sampled_from(ItemKind),
    title=texts,
    minutes=st.integers(0, 2),
    due=texts,
    is_late=st.booleans(),
    is_done=st.booleans(),
    url=texts,
    answer=texts,
    about=st.sampled_from(["", "<p>Markup</p>"]),
)
views = st.builds(
    WorkshopView,
    title=texts,
    about=st.sampled_from(["", "<p>Markup</p>"]),
    notice=texts,
    sessions=st.lists(session_lines, max_size=3),
    items=st.lists(item_lines, max_size=4),
    left=texts,
    next_id=st.sampled_from(["", "a"]),
    share=st.floats(0, 1),
    minutes=st.integers(0, 3),
    is_live=st.booleans(),
    feed=texts,
    has_feed=st.booleans(),
    reflection_url=texts,
    team_url=texts,
)


def well_formed(html: str) -> None:
    """As a browser reads it without a mistake, and with no script of others in it."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(html)
    assert [error for _at, error, _more in parser.errors] == []
    assert "<script>" not in html


@given(views)
def test_whatever_is_in_it_the_page_is_well_formed_and_texts_stay_texts(view: WorkshopView) -> None:
    well_formed(render(view, WORDS))


def test_who_waits_and_who_has_a_seat_see_what_they_can_do() -> None:
    mine = SessionLine(id="a", when="Thursday", is_mine=True)
    waited = SessionLine(id="b", when="Friday", free=0, waiting=1, turn=1)
    html = render(WorkshopView(title="x", sessions=[mine, waited], is_live=True), WORDS)
    assert html.index("Your session") < html.index("Choose another session")
    assert 'data-act="leave"' in html
    assert 'data-act="stop_waiting"' in html


def test_who_is_ready_reads_so_and_what_is_late_is_marked() -> None:
    late = ItemLine(id="a", kind=ItemKind.TICK, title="Do it", due="Monday", is_late=True)
    html = render(WorkshopView(title="x", items=[late]), WORDS)
    assert "All done. You are ready." in html
    assert "was due Monday" in html
    assert "data-late" in html


# --- The facilitator's page

team_sessions = st.builds(
    TeamSession,
    id=st.sampled_from(["a", "b"]),
    when=texts,
    form=st.dictionaries(st.sampled_from(["date", "place", "seats"]), texts, max_size=3),
    come=st.integers(0, 3),
    waiting=st.integers(0, 2),
    is_cancelled=st.booleans(),
    is_chosen=st.booleans(),
    url=texts,
)
learners = st.builds(
    TeamLearner,
    key=st.integers(1, 9),
    name=texts,
    left=st.lists(texts, max_size=2),
    was_there=st.none() | st.booleans(),
)
questions = st.builds(TeamQuestion, title=texts, answers=st.lists(st.tuples(texts, texts), max_size=4))
teams = st.builds(
    TeamView,
    title=texts,
    sessions=st.lists(team_sessions, max_size=2, unique_by=lambda one: one.id),
    learners=st.lists(learners, max_size=3, unique_by=lambda one: one.key),
    questions=st.lists(questions, max_size=2),
    chosen=st.sampled_from(["", "a"]),
    unchosen=st.integers(0, 2),
    notice=texts,
    csv_url=texts,
    problems=st.sampled_from([None, {"date": HOSTILE}]),
)


@given(teams)
def test_whatever_is_in_it_the_facilitators_page_is_well_formed(view: TeamView) -> None:
    well_formed(render_team(view, WORDS))


@pytest.mark.parametrize("rtl", [True, False])
def test_a_whole_page_has_a_way_back_and_a_direction(rtl: bool) -> None:
    html = render_page(
        TeamFrame(way=("/x", "Back"), site="Site", css=["/a.css"], lang="en", rtl=rtl), HOSTILE, "<p>x</p>"
    )
    assert f'dir="{"rtl" if rtl else "ltr"}"' in html
    assert "<script>" not in html


# --- What could not be read


def test_what_could_not_be_read_is_shown_with_what_to_mend() -> None:
    text = '<workshop url_name="x" xblock-family="xblock.v1"><session id="a b"/></workshop>'
    html = render_unread("Day", text, WORDS)
    assert "An id has letters" in html
    assert "&lt;session" in html
    assert problems_of("<workshop/>") == ()
