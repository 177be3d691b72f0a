"""A plan comes back from data and from OLX as it went in; what cannot be read is named where it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.xblocks.workshop.strategies import items, plans, sessions
from xblocks.base.problems import ContentError
from xblocks.workshop import definition, olx
from xblocks.workshop.plan import Fixed, Item, ItemKind, Later, Plan, Session


def problems(raw: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as caught:
        definition.decode(raw)
    return {problem.path: problem.sentence() for problem in caught.value.problems}


@given(plans)
def test_a_plan_comes_back_from_its_data(plan: Plan) -> None:
    assert definition.decode(definition.encode(plan)) == plan


@given(sessions, items())
def test_sessions_and_items_come_back_from_their_data(session: Session, item: Item) -> None:
    assert definition.decode_session(definition.encode_session(session)) == session
    assert definition.decode_item(definition.encode_item(item)) == item


@given(plans)
def test_a_plan_comes_back_from_olx(plan: Plan) -> None:
    node = etree.Element("workshop")
    olx.write(node, plan)
    assert olx.read(etree.fromstring(etree.tostring(node, encoding="unicode"))) == plan
    # What an import wrote again is the same to the byte.
    again = etree.Element("workshop")
    olx.write(again, olx.read(node))
    assert etree.tostring(again) == etree.tostring(node)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
NAMES = (
    "id",
    "starts",
    "ends",
    "days",
    "zone",
    "place",
    "link",
    "seats",
    "kind",
    "title",
    "before",
    "block",
    "minutes",
)
entries = st.dictionaries(st.sampled_from(NAMES), json_like, max_size=8)


@given(
    json_like
    | st.fixed_dictionaries(
        {"sessions": st.lists(entries, max_size=3), "items": st.lists(entries, max_size=3)},
        optional={"reminders": json_like, "about": json_like, "completes": json_like, "reflection": json_like},
    )
)
def test_whatever_it_is_given_it_is_a_plan_or_named_problems(raw: Any) -> None:
    try:
        plan = definition.decode(raw)
    except ContentError as error:
        told = [problem.sentence() for problem in error.problems]
    else:
        told = ["none"]
        assert definition.decode(definition.encode(plan)) == plan
    assert told
    assert all(told)


def test_each_problem_is_told_at_its_field() -> None:
    found = problems(
        {
            "sessions": [
                {"id": "a b", "zone": "Europe", "starts": "2026-12-03T16:30", "ends": "2026-12-03T13:30", "seats": -1},
                {"id": "x", "starts": "2026-13-03T16:30", "ends": "", "link": "room 3", "colour": 1},
                {"id": "x", "days": 3, "starts": "25:00", "ends": "10:00"},
            ],
            "items": [{"id": "q", "kind": "quiz", "before": "soon"}, {"id": "t", "kind": "dance", "title": 3}, 7],
            "reminders": ["7d", 3],
            "completes": "never",
            "reflection": "nothing",
            "more": 1,
        }
    )
    assert set(found) == {
        "sessions/0/id",
        "sessions/0/zone",
        "sessions/0/ends",
        "sessions/0/seats",
        "sessions/1/starts",
        "sessions/1/ends",
        "sessions/1/link",
        "sessions/1/colour",
        "sessions/2/id",
        "sessions/2/starts",
        "items/0/title",
        "items/0/before",
        "items/0/block",
        "items/1/kind",
        "items/1/title",
        "items/2",
        "reminders",
        "completes",
        "reflection",
        "more",
    }
    assert found["sessions/0/ends"] == "It ends before it begins. Give a later end."
    assert found["sessions/2/id"] == "Another one here has this id."


def test_what_is_too_long_or_too_much_is_refused() -> None:
    long = {"id": "a", "place": "x" * 301, "link": f"https://example.org/{'x' * 300}", "starts": "2026-12-03T13:00"}
    many = [{"id": f"r{number}", "title": "x"} for number in range(51)]
    found = problems({"about": "x" * 20_001, "sessions": [long], "items": many, "reminders": "7d"})
    assert set(found) == {"about", "sessions/0/place", "sessions/0/link", "sessions/0/ends", "items", "reminders"}
    assert problems([]) == {"": "This cannot be read; remove it and write it anew."}
    assert set(problems({"sessions": [{"id": "y", "starts": "0001-01-01T00:00", "ends": "9999-12-31T00:00"}]})) == {
        "sessions/0/starts",
        "sessions/0/ends",
    }
    assert set(problems({"sessions": [{"id": "y", "days": 3, "starts": "noon", "ends": "12:00"}]})) == {
        "sessions/0/starts"
    }


def test_one_session_or_item_alone_says_what_is_wrong_with_it() -> None:
    for decode in (definition.decode_session, definition.decode_item):
        for raw in ({"id": "no id"}, None):
            with pytest.raises(ContentError):
                decode(raw)


def test_sessions_that_cannot_be_read_are_left_out_where_only_the_others_matter() -> None:
    assert definition.sessions_in({"sessions": [{"id": "a"}, {"id": "b c"}, 3]}) == (Session(id="a"),)


def test_versions_tell_data_apart() -> None:
    assert definition.version({"a": 1, "b": 2}) == definition.version({"b": 2, "a": 1})
    assert definition.version({"a": 1}) != definition.version({"a": 2})


# --- OLX by hand

TEXT = """
<workshop display_name="Phishing" completes="attended" reflection="reflection@day">
  <!-- by hand -->
  <about><![CDATA[<p>An afternoon with <b>real</b> mails.</p>]]></about>
  <session id="thu" starts="2026-12-03T13:30" ends="2026-12-03T16:30" zone="Europe/Amsterdam" place="2.14" seats="20"/>
  <session id="later" zone="Europe/Amsterdam"/>
  <item id="read" kind="read" title="Read the case" minutes="10" before="2d" url="/static/case.pdf"/>
  <item id="quiz" kind="quiz" title="Four questions" block="microquiz@sender"><about>Short.</about></item>
  <reminders none="true"/>
</workshop>
"""


def test_olx_written_by_hand_is_read() -> None:
    plan = olx.read(etree.fromstring(TEXT))
    assert plan.sessions[0].when == Fixed(datetime(2026, 12, 3, 13, 30), datetime(2026, 12, 3, 16, 30))
    assert plan.sessions[1].when == Later()
    assert (plan.items[0].minutes, plan.items[1].kind) == (10, ItemKind.QUIZ)
    assert plan.items[1].about == "Short."
    assert plan.reminders == ()


def test_what_xblock_writes_itself_is_left_to_it() -> None:
    option = f'<x:tag xmlns:x="{olx.OPTION_NAMESPACE}">7</x:tag>'
    assert olx.read(etree.fromstring(f"<workshop>{option}</workshop>")) == Plan()


def test_what_is_wrong_in_olx_is_told_with_its_line() -> None:
    text = TEXT.replace('seats="20"/>', 'seats="many"><x/></session>').replace("<about>Short.</about>", "<b/>")
    with pytest.raises(ContentError) as caught:
        olx.read(etree.fromstring(text.replace("<reminders", '<room/><reminder before="x"/><reminders')))
    assert sorted(problem.path for problem in caught.value.problems) == [
        "b:8",
        "reminders",
        "room:9",
        "sessions/0/seats:5",
        "x:5",
    ]


@given(plans)
def test_data_is_brought_to_one_shape_or_known_to_be_no_plan(plan: Plan) -> None:
    raw = definition.encode(plan)
    assert definition.normal({**raw, "completes": str(plan.completes), "about": plan.about}) == raw
    assert definition.normal({**raw, "nonsense": 1}) is None
