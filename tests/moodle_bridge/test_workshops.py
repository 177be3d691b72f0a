"""Workshops on their way to Moodle: a page, an event for each session, and a sentence for what Moodle cannot do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from moodle_bridge.carrying import carried_course
from moodle_bridge.components import WAITING, Component, Course, Fate, field_hash, hashes
from moodle_bridge.files_to_import import files_of
from moodle_bridge.keys import LONGEST, component_key, is_of_one_learner, session_key
from moodle_bridge.olx_course import read
from moodle_bridge.plan import Action, Held, HeldField, make_plan
from moodle_bridge.plan_text import as_json, counted, lines, loss_lines
from moodle_bridge.words import catalogue
from moodle_bridge.workshop_words import Told, before_in_words, event_fields, page_markup, sessions_markup
from tests.moodle_bridge.exported import EXPORT, carried, finder, reader
from tests.xblocks.workshop import strategies
from xblocks.workshop import olx
from xblocks.workshop.moments import Distance
from xblocks.workshop.plan import Completes, Fixed, Item, ItemKind, Later, Plan, Relative, Session
from xblocks.workshop.timeline import appointment

USAGE = "block-v1:Org+PHISH+2026+type@workshop+block@day"
ENGLISH = catalogue("en")
THURSDAY = '<session id="thu" starts="2026-12-03T13:30" ends="2026-12-03T16:30" zone="Europe/Amsterdam"{more}/>'
SESSION = THURSDAY.format(more="")


def export(inside: str, language: str = "en", hidden: bool = False, **attributes: str) -> dict[str, str | bytes]:
    """The export with a workshop in its first unit."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    whole = f'<workshop url_name="day" display_name="Phishing day"{more}>{inside}</workshop>'
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", f"{whole}</vertical>")
    if hidden:
        unit = unit.replace("<vertical ", '<vertical visible_to_staff_only="true" ')
    course = str(EXPORT["course/2026.xml"]).replace('language="nl"', f'language="{language}"')
    return {**EXPORT, "vertical/v1.xml": unit, "course/2026.xml": course}


def page_of(course: Course) -> Component:
    return next(one for _section, one in course.placed() if one.kind == "workshop")


def losses(course: Course) -> set[tuple[str, Fate]]:
    key = component_key(USAGE)
    return {(loss.path, loss.fate) for loss in course.losses if loss.key == key}


def fixed(starts: str, ends: str) -> Fixed:
    return Fixed(datetime.fromisoformat(starts), datetime.fromisoformat(ends))


# --- The page


def test_a_workshop_is_a_page_in_its_section_that_learners_mark_as_done() -> None:
    course = carried(
        export(
            f"<about><![CDATA[<p>An <b>afternoon</b>.</p>]]></about>{SESSION}"
            '<item id="read" kind="read" title="Read the case" minutes="10" before="2d" url="/static/mail.png"/>'
            '<item id="try" kind="quiz" title="Do the quiz" block="microquiz@sender"/>'
            '<item id="ask" kind="question" title="What do you want to ask?" minutes="0"><about>One.</about></item>'
        )
    )
    page = page_of(course)
    assert (page.kind, page.key, page.title, page.origin) == ("workshop", component_key(USAGE), "Phishing day", USAGE)
    assert [one.title for one in course.sections[0].components][-1] == "Phishing day"
    assert (page.fields["name"], page.fields["completion"], page.fields["visible"]) == ("Phishing day", "manual", True)
    assert page.fields["intro"] == "<p><strong>Thursday 3 December 2026, 13:30–16:30 (Amsterdam)</strong></p>"
    (file,) = page.files
    assert page.fields["content"] == (
        "<p>An <b>afternoon</b>.</p><h3>Prepare</h3><p>About 15 minutes in all.</p><ol>"
        f'<li><p><a href="@@FILE:{file.sha256}@@"><strong>Read the case</strong></a>'
        "<br><small>about 10 minutes · 2 days before</small></p></li>"
        "<li><p><strong>Do the quiz</strong>: Who is writing?<br><small>about 5 minutes · 1 day before</small></p></li>"
        "<li><p><strong>What do you want to ask?</strong><br><small>1 day before</small></p><div>One.</div>"
        "<p>Think about it beforehand, and bring your answer along.</p></li></ol>"
        "<p>All done? Then mark this page as done, with the button above.</p>"
    )
    assert losses(course) == {("items", Fate.CHANGED), ("items/1", Fate.CHANGED), ("items/2", Fate.CHANGED)}


def test_a_workshop_without_preparation_is_not_done_by_anybody() -> None:
    page = page_of(carried(export("<about>Just come.</about>")))
    assert (page.fields["completion"], page.fields["content"]) == ("none", "Just come.")
    assert page.fields["intro"] == "<p>There is no date yet. You will find it here once there is one.</p>"


def test_a_page_speaks_the_language_of_its_course() -> None:
    files = export(f'{SESSION}<item id="a" title="Lees de casus"/>')
    page = page_of(carried_course(read(reader(files)), finder(files), lambda file: b"", catalogue("nl")))
    assert "donderdag 3 december 2026, 13:30–16:30 (Amsterdam)" in str(page.fields["intro"])
    assert "Voorbereiden" in str(page.fields["content"])
    assert "1 dag van tevoren" in str(page.fields["content"])


def test_where_and_with_whom_a_session_is_stands_below_its_time() -> None:
    more = ' place="Room &lt;2.14&gt;" link="https://meet.example.org/a?b=1&amp;c=2" facilitator="Fatima"'
    course = carried(export(THURSDAY.format(more=more)))
    assert str(page_of(course).fields["intro"]).endswith(
        '</strong><br>Room &lt;2.14&gt;, <a href="https://meet.example.org/a?b=1&amp;c=2">Join online</a>, '
        "with Fatima</p>"
    )


def test_a_block_without_a_name_has_one_in_the_language_of_the_course() -> None:
    files = export(SESSION, language="nl")
    unit = str(files["vertical/v1.xml"]).replace(' display_name="Phishing day"', "")
    assert page_of(carried({**files, "vertical/v1.xml": unit})).title == "Workshop"


# --- Its sessions


def test_a_session_is_an_event_of_the_course() -> None:
    more = ' place="Room 2.14" facilitator="Fatima"'
    course = carried(export(f'{THURSDAY.format(more=more)}<item id="a" title="Read" minutes="10"/>'))
    (event,) = course.beside
    assert (event.kind, event.key, event.origin) == ("event", session_key(USAGE, "thu"), USAGE)
    assert event.title == "Phishing day, Thursday 3 December 2026, 13:30–16:30 (Amsterdam)"
    assert event.fields == {
        "name": "Phishing day",
        "description": "<p>Room 2.14, with Fatima</p><p>Prepare beforehand: about 10 minutes.</p>",
        "timestart": int(datetime(2026, 12, 3, 12, 30, tzinfo=UTC).timestamp()),
        "duration": 3 * 3600,
        "visible": True,
    }


def test_sessions_of_a_workshop_that_learners_do_not_see_are_hidden() -> None:
    course = carried(export(SESSION, hidden=True))
    assert page_of(course).fields["visible"] is False
    assert course.beside[0].fields["visible"] is False


def test_a_key_of_a_session_is_short_and_its_own() -> None:
    keys = {session_key(usage, id_) for usage in (USAGE, f"{USAGE}2") for id_ in ("a", "b", "x" * 64)}
    assert len(keys) == 6
    assert max(map(len, keys)) <= LONGEST
    assert not any(map(is_of_one_learner, keys))


def test_what_moodle_has_no_place_for_is_said() -> None:
    course = carried(
        export(
            THURSDAY.format(more=' seats="20" link="/courses/room"')
            + '<session id="own" days="14" starts="10:00" ends="10:30" zone="Europe/Amsterdam"/>'
            + '<session id="spring" zone="Europe/Amsterdam"/>'
            + '<item id="a" kind="read" title="Look" url="/courses/here"/>',
            completes="attended",
        )
    )
    assert losses(course) == {
        ("sessions", Fate.CHANGED),
        ("sessions/0/seats", Fate.LOST),
        ("sessions/0/link", Fate.LOST),
        ("sessions/1/days", Fate.CHANGED),
        ("sessions/2", Fate.CHANGED),
        ("items", Fate.CHANGED),
        ("items/0/url", Fate.LOST),
        ("completes", Fate.CHANGED),
    }
    said = "\n".join(loss_lines(course))
    assert "Moodle's calendar has no event for it" in said
    assert "It has no date yet" in said
    assert len(course.beside) == 1
    assert course.waiting == {session_key(USAGE, "own"), session_key(USAGE, "spring")}
    intro = str(page_of(course).fields["intro"])
    assert "14 days after you begin the course, 10:00–10:30 (Amsterdam)" in intro
    assert "The date follows" in intro
    assert "/courses/" not in intro + str(page_of(course).fields["content"])


def test_a_workshop_that_cannot_be_read_is_left_out_and_the_rest_is_carried() -> None:
    course = carried(export("<nonsense/>"))
    assert [one.type for one in course.left_out] == ["video", "workshop"]
    assert len(list(course.placed())) == 3


# --- Words


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (Distance(), ""),
        (Distance(1), "1 day before"),
        (Distance(2, 180), "2 days, 3 hours before"),
        (Distance(0, 61), "1 hour, 1 minute before"),
    ],
)
def test_how_long_before_a_session_something_is_due_is_said_in_words(before: Distance, says: str) -> None:
    assert before_in_words(before, ENGLISH) == says


def test_a_cancelled_session_is_struck_out() -> None:
    session = Session(id="a", when=fixed("2026-12-03T13:30", "2026-12-03T16:00"), place="Room 1")
    assert sessions_markup([Told(session, is_cancelled=True)], ENGLISH) == (
        "<p><del><strong>Thursday 3 December 2026, 13:30–16:00 (UTC)</strong></del> cancelled</p>"
    )


def test_a_session_over_midnight_and_one_on_the_first_day_are_said_so() -> None:
    night = Session(id="n", when=fixed("2026-12-31T22:00", "2027-01-01T01:00"))
    first = Session(id="f", when=Relative(0, time(9), time(10)))
    markup = sessions_markup([Told(night), Told(first)], ENGLISH)
    assert "Thursday 31 December 2026, 22:00 – Friday 1 January 2027, 01:00 (UTC)" in markup
    assert "On the day you begin the course, 09:00–10:00 (UTC)" in markup


# --- Plans


def held_of(course: Course) -> list[Held]:
    whole = [*(section.itself() for section in course.sections), *course.all()]
    found = []
    for one in whole:
        fields = {name: HeldField(hash=value) for name, value in hashes(one).items()}
        found.append(Held(key=one.key, kind=one.kind, fields=fields))
        for part in one.parts:
            parts = {name: HeldField(hash=value) for name, value in hashes(part).items()}
            found.append(Held(key=part.key, kind=part.kind, parent=one.key, fields=parts))
    return found


def changes(before: Course, after: Course) -> dict[str, set[str]]:
    """By key the fields that another sync would write."""
    plan = make_plan(after, held_of(before))
    return {one.key: {change.name for change in one.fields} for one in plan.all() if one.fields}


PLAN_OF_A_DAY = f'{SESSION}<item id="a" title="Read"/>'


def test_a_session_that_moves_changes_its_event_and_what_the_page_says_of_it_alone() -> None:
    before = carried(export(PLAN_OF_A_DAY))
    after = carried(export(PLAN_OF_A_DAY.replace("T13:30", "T12:00")))
    assert changes(before, after) == {
        component_key(USAGE): {"intro"},
        session_key(USAGE, "thu"): {"timestart", "duration"},
    }
    assert changes(before, before) == {}


def test_a_session_and_a_workshop_that_go_are_removed_with_their_events() -> None:
    before = carried(export(PLAN_OF_A_DAY))
    without = make_plan(carried(export('<item id="a" title="Read"/>')), held_of(before))
    assert [(one.key, one.action) for one in without.components if one.component is None] == [
        (session_key(USAGE, "thu"), Action.REMOVED)
    ]
    gone = make_plan(carried(EXPORT), held_of(before))
    removed = {one.key for one in gone.components if one.action is Action.REMOVED}
    assert removed == {component_key(USAGE), session_key(USAGE, "thu")}


def test_what_the_service_made_of_a_session_without_a_date_stays_and_what_had_a_date_goes() -> None:
    undated = carried(export('<session id="thu"/>'))
    key = session_key(USAGE, "thu")
    made = Held(key=key, kind="event", fields={name: HeldField(hash=WAITING) for name in ("name", "timestart")})
    held = held_of(undated)
    assert make_plan(undated, [*held, made]).is_empty
    dated = replace(made, fields={"timestart": HeldField(hash=field_hash(1))})
    (gone,) = [one for one in make_plan(undated, [*held, dated]).components if one.key == key]
    assert gone.action is Action.REMOVED
    # Once the course has a date, it is written over what the service made.
    assert changes(undated, carried(export(SESSION)))[key] >= {"timestart", "duration"}


def test_a_plan_tells_of_a_workshop_and_of_its_dates() -> None:
    course = carried(export(PLAN_OF_A_DAY))
    told = "\n".join(lines(make_plan(course, [])))
    assert "    + Phishing day (workshop): new" in told
    assert "  + Phishing day, Thursday 3 December 2026, 13:30–16:30 (Amsterdam) (date): new" in told
    assert [counted(kind, 2) for kind in ("workshop", "event")] == ["2 workshops", "2 dates in the calendar"]
    prepared = Held(key="w", kind="workshop", attempts=2)
    (gone,) = [line for line in lines(make_plan(carried(EXPORT), [prepared])) if "w:" in line]
    assert gone.endswith(", 2 learners have marked it as done")
    assert {one["kind"] for one in as_json(make_plan(course, []))["components"]} >= {"workshop", "event"}


# --- Whatever the plan


def olx_of(plan: Plan) -> str:
    node = etree.Element("workshop", url_name="day", display_name="Day")
    olx.write(node, plan)
    return etree.tostring(node, encoding="unicode")


def course_with(plan: Plan) -> Course:
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", f"{olx_of(plan)}</vertical>")
    return carried({**EXPORT, "vertical/v1.xml": unit})


@settings(deadline=None, max_examples=100)
@given(strategies.plans)
def test_every_session_with_a_date_is_one_event_at_its_moment_and_every_other_waits(plan: Plan) -> None:
    course = course_with(plan)
    events = {one.key: one.fields for one in course.beside}
    dated = {session_key(USAGE, one.id): appointment(one) for one in plan.sessions if isinstance(one.when, Fixed)}
    assert events.keys() == dated.keys()
    for key, at in dated.items():
        assert at is not None
        assert events[key]["timestart"] == int(at.starts.timestamp())
        assert events[key]["duration"] == int((at.ends - at.starts) / timedelta(seconds=1)) > 0
    assert course.waiting == {session_key(USAGE, one.id) for one in plan.sessions} - events.keys()
    assert make_plan(course, held_of(course)).is_empty
    undated = {index for index, one in enumerate(plan.sessions) if isinstance(one.when, Later)}
    assert undated == {
        int(path.split("/")[1]) for path, _fate in losses(course) if path.count("/") == 1 and "ses" in path
    }


@settings(deadline=None, max_examples=100)
@given(strategies.plans, st.sampled_from(["en", "nl"]))
def test_every_item_stands_on_the_page_and_the_markup_is_whole(plan: Plan, language: str) -> None:
    words = catalogue(language)
    whole = page_markup(plan, {}, words) + sessions_markup([Told(one) for one in plan.sessions], words)
    root = etree.HTML(f"<body>{whole}</body>")
    text = " ".join("".join(root.itertext()).split())
    for item in plan.items:
        assert " ".join(item.title.split()) in text
    assert len(root.findall(".//script")) == 0
    said = {link.get("href", "") for link in root.iter("a")}
    assert not any(address.startswith("/") and not address.startswith("/static/") for address in said - own_links(plan))


def own_links(plan: Plan) -> set[str]:
    """Links in texts that the team wrote."""
    texts = plan.about + "".join(item.about for item in plan.items)
    return {link.get("href", "") for link in etree.HTML(f"<body>{texts}</body>").iter("a")}


def test_an_event_of_a_workshop_with_a_long_name_has_a_name_that_fits() -> None:
    session = Session(id="a", when=fixed("2026-12-03T13:00", "2026-12-03T14:00"))
    fields: Any = event_fields("x" * 300, session, 0, ENGLISH)
    assert len(fields["name"]) == 255
    assert fields["description"] == ""


def test_a_quiz_that_is_called_like_its_item_is_not_named_twice() -> None:
    item = Item(id="a", kind=ItemKind.QUIZ, title="Who?", block="microquiz@sender", minutes=0, before=Distance())
    plan = Plan(items=(item,), completes=Completes.PREPARED)
    assert "<li><p><strong>Who?</strong></p></li>" in page_markup(plan, {"microquiz@sender": "Who?"}, ENGLISH)


# --- By hand


def test_without_the_companion_there_are_a_page_and_a_calendar_to_import() -> None:
    course = carried(export(THURSDAY.format(more=' place="Room"') + '<item id="a" title="Read"/>'))
    files = dict(files_of(course, lambda sha256: b"png"))
    (page,) = [text.decode() for name, text in files.items() if name.endswith("Phishing-day.html")]
    assert "Thursday 3 December 2026" in page
    assert "<strong>Read</strong>" in page
    (event,) = Calendar.from_ical(files["dates.ics"]).walk("VEVENT")
    assert (str(event["SUMMARY"]), event.decoded("DTSTART").timestamp()) == (
        "Phishing day",
        datetime(2026, 12, 3, 12, 30, tzinfo=UTC).timestamp(),
    )
    assert "Room" in str(event["DESCRIPTION"])
    assert "dates.ics" not in dict(files_of(carried(EXPORT), lambda sha256: b"png"))
