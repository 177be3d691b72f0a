"""What learners hand in at reflections in Moodle: read once, without texts; these as plain text, where asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodle_bridge import pulling
from moodle_bridge.keys import component_key
from moodle_bridge.olx_course import read
from moodle_bridge.plain_text import plain_text
from moodle_bridge.pulling import CHANGES, Batch, Place, pull
from moodle_bridge.streams import SUBMISSIONS
from moodle_bridge.submissions import (
    TEXTS,
    Submission,
    assignments_in,
    assignments_of,
    submissions_of,
    written_of,
)
from tests.moodle_bridge.double import Double, connected
from tests.moodle_bridge.exported import EXPORT, reader
from xblocks.badges.facts import Did

LOOK = "block-v1:Org+PHISH+2026+type@reflection+block@look"
KEY = component_key(LOOK)
ASSIGNMENTS = assignments_of([LOOK])
MARKER = "heron-marker-text"


class Reader:
    """A double with an assignment and three learners, and somebody who reads on from a place."""

    def __init__(self) -> None:
        self.double = Double()
        self.client = connected(self.double)
        self.course = self.double.course().id
        fields = {"name": {"value": "Look", "hash": "0" * 32}}
        call = {"courseid": self.course, "kind": "reflection", "key": KEY, "payload": {"fields": fields}}
        self.client.call("local_microunits_upsert", call)
        self.learners = [self.double.learner(self.course, name).id for name in ("ann", "bob", "cas")]
        self.place = Place()
        self.found: set[str] = set()

    def hand_in(self, learner: int = 0, text: str = MARKER, **more: Any) -> int:
        return self.double.hand_in(self.course, KEY, self.learners[learner], text, **more)

    def pull(self, most: int | None = None) -> list[Batch]:
        self.double.advance(3)
        batches = []
        for batch in islice(pull(self.client, self.place, [self.course], {SUBMISSIONS.name: [self.course]}), most):
            self.found.update(f"{one.row}.{one.mark}" for one in submissions_of(batch.rows, ASSIGNMENTS))
            self.place = batch.place
            batches.append(batch)
        return batches

    def texts(self, *ids: int) -> list[str]:
        answer = self.client.call(TEXTS, {"courseid": self.course, "submissionids": [*ids]})
        return [one.text for one in written_of(answer["texts"], ASSIGNMENTS)]


@pytest.fixture
def reading() -> Reader:
    return Reader()


# --- Reading on


def test_what_was_handed_in_is_read_once_and_without_the_text(reading: Reader) -> None:
    reading.pull()
    reading.double.advance(600)
    row = reading.hand_in()
    reading.double.calls.clear()
    batches = reading.pull()
    assert reading.double.calls == [CHANGES, SUBMISSIONS.function]
    assert MARKER not in repr(batches)
    (one,) = [one for batch in batches for one in submissions_of(batch.rows, ASSIGNMENTS)]
    assert (one.row, one.user, one.usage_key) == (row, reading.learners[0], LOOK)
    reading.double.calls.clear()
    reading.pull()
    assert reading.double.calls == [CHANGES]


def test_handing_in_again_is_news_of_the_same_submission(reading: Reader) -> None:
    reading.hand_in()
    reading.pull()
    reading.double.advance(600)
    reading.hand_in(text="again")
    reading.pull()
    assert len(reading.found) == 2
    assert len({one.partition(".")[0] for one in reading.found}) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 300), st.integers(1, 4)), max_size=8))
def test_wherever_reading_ends_nothing_that_was_handed_in_is_missed(
    monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, int, int]]
) -> None:
    monkeypatch.setattr(pulling, "ROWS_A_PAGE", 2)
    reading, latest = Reader(), dict[int, int]()
    for learner, seconds, most in steps:
        reading.double.advance(seconds)
        reading.hand_in(learner)
        latest[learner] = reading.double.now()
        reading.pull(most)
    reading.pull()
    times = sorted(int(one.partition(".")[2]) for one in reading.found)
    assert set(latest.values()) <= set(times)


def test_texts_come_where_they_are_asked_for_and_drafts_never(reading: Reader) -> None:
    first, second = reading.hand_in(text="<p>Mine &amp; yours</p>"), reading.hand_in(1, status="draft")
    third = reading.hand_in(2, text="<p> </p>")
    assert reading.texts(first, second, third, 999) == ["Mine & yours"]


def test_what_the_course_does_not_have_any_more_says_nothing(reading: Reader) -> None:
    reading.hand_in()
    rows = [row for batch in reading.pull() for row in batch.rows]
    assert rows
    assert list(submissions_of(rows, assignments_of([]))) == []


def test_the_reflections_of_a_course_are_found() -> None:
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", '<reflection url_name="look"/></vertical>')
    assert assignments_in(read(reader({**EXPORT, "vertical/v1.xml": unit}))) == {KEY: LOOK}


def test_it_is_a_fact_on_the_learners_own_day() -> None:
    at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    fact = Submission(row=1, user=2, usage_key=LOOK, at=at).fact(ZoneInfo("Pacific/Auckland"))
    assert (fact.what, fact.at, fact.block) == (Did.REFLECTED, at, "reflection@look")
    assert fact.day == (at + timedelta(hours=13)).date()


# --- Plain text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p dir='ltr'>One<br>two</p>", "One\ntwo"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ol>", "1. a\n\n2. b"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n1. b\n- c"),
        ("Tom &amp; Jerry&nbsp;&lt;b&gt;", "Tom & Jerry <b>"),
        ('<p>See <img src="@@PLUGINFILE@@/a.png" alt="a mail"> here</p>', "See a mail here"),
        ("<style>p{}</style><script>x()</script><p>Seen</p>", "Seen"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>one\ntwo</pre>", "one\ntwo"),
        ("<p>line\nof source</p>", "line of source"),
        ("<div>a</div></p></pre></li>b", "a\n\nb"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_what_is_no_html_is_text_already() -> None:
    assert plain_text("<b> stays\r\n\r\n\r\nand *this*", 2) == "<b> stays\n\nand *this*"
    assert plain_text("# Head\n\n- item", 4) == "# Head\n\n- item"
    assert plain_text("one\n<b>two</b>", 0) == "one\ntwo"


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
TAGS = st.sampled_from(["p", "div", "b", "em", "li", "ul", "ol", "h3", "blockquote", "span", "td", "pre"])


@given(st.recursive(WORDS, lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)), max_leaves=12))
def test_no_word_is_lost_or_turned_around(tree: Any) -> None:
    def written(node: Any) -> str:
        return node + " " if isinstance(node, str) else f"<{node[0]}>{''.join(map(written, node[1]))}</{node[0]}>"

    def words(node: Any) -> list[str]:
        return [node] if isinstance(node, str) else [word for one in node[1] for word in words(one)]

    said = [one for one in plain_text(written(tree)).split() if one != "-" and not one.rstrip(".").isdecimal()]
    assert said == [one for one in words(tree) if not one.isdecimal()]


@given(st.text(max_size=80), st.integers(0, 4))
def test_any_text_can_be_read(text: str, form: int) -> None:
    assert plain_text(text, form) == plain_text(text, form).strip()
