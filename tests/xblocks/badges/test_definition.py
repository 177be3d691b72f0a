"""Badges as a team defines them: they come back as they were, and what is wrong is said at its field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from opaque_keys.edx.keys import CourseKey

from tests.xblocks.badges.strategies import criteria
from xblocks.badges import definition, olx
from xblocks.badges.criteria import AllOf, Completed, Reviews
from xblocks.badges.definition import Alignment, Badge, block_name, content_hash, decode_all, encode, key_of, name_of
from xblocks.badges.picture import PALETTE, Design, Shape
from xblocks.badges.unread import problems_of
from xblocks.base.problems import ContentError
from xblocks.base.sanitise import clean_html

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)
MARKUP = st.one_of(TEXTS, st.sampled_from(["<b>so</b> & so", "]]>", "a < b"])).map(clean_html)
NAMES = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
TAGS = NAMES.filter(lambda tag: "," not in tag)
DESIGNS = st.builds(
    Design,
    shape=st.sampled_from(Shape),
    letters=st.sampled_from(["", "A", "ÉB", "ABC"]),
    ground=st.sampled_from(PALETTE),
    ink=st.sampled_from(["#ffffff", "#FFFF00"]),
)
BADGES = st.lists(
    st.builds(
        Badge,
        id=st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True),
        name=NAMES,
        criterion=criteria(),
        description=MARKUP,
        narrative=MARKUP,
        design=DESIGNS,
        image=st.sampled_from(["", "/static/badge.png"]),
        minutes=st.integers(0, 600),
        months=st.integers(0, 36),
        tags=st.lists(TAGS, max_size=3, unique=True).map(tuple),
        alignments=st.lists(st.builds(Alignment, NAMES, st.just("https://example.org/a?b=1")), max_size=2).map(tuple),
    ),
    max_size=4,
    unique_by=(lambda one: one.id.casefold(), lambda one: one.name.casefold()),
).map(tuple)


@given(BADGES)
def test_badges_come_back_as_they_were_from_data(badges: tuple[Badge, ...]) -> None:
    assert decode_all(json.loads(json.dumps([encode(one) for one in badges]))) == badges


@given(BADGES)
def test_badges_come_back_as_they_were_from_olx(badges: tuple[Badge, ...]) -> None:
    node = etree.Element("badges")
    olx.write(node, badges)
    written = etree.tostring(node, pretty_print=True)
    again = etree.fromstring(written)
    assert olx.read(again) == badges
    rewritten = etree.Element("badges")
    olx.write(rewritten, olx.read(again))
    assert etree.tostring(rewritten, pretty_print=True) == written


@given(BADGES)
def test_each_definition_has_a_hash_of_its_own(badges: tuple[Badge, ...]) -> None:
    assert len({content_hash(one) for one in badges}) == len(badges)


DONE = {"kind": "completed", "blocks": ["microquiz@sender"]}
PLAIN = {"id": "steady", "name": "Keeps going", "criterion": DONE}


def problems(*raw: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as found:
        decode_all(list(raw))
    return {problem.path: problem.sentence() for problem in found.value.problems}


@pytest.mark.parametrize(
    ("field", "value", "path", "words"),
    [
        ("id", "no blanks", "id", "letters, digits"),
        ("id", None, "id", "letters, digits"),
        ("name", " ", "name", "Give the badge a name"),
        ("name", None, "name", "Give the badge a name"),
        ("name", "x" * 121, "name", "shorter name"),
        ("description", 1, "description", "no text"),
        ("narrative", "x" * 5001, "narrative", "under 5000"),
        ("minutes", -1, "minutes", "0 to 60000"),
        ("months", 1.5, "months", "0 to 120"),
        ("minutes", True, "minutes", "0 to 60000"),
        (
            "criterion",
            {"kind": "all", "parts": [{"kind": "reviews", "number": 1}]},
            "criterion/parts/0/days",
            "1 to 366",
        ),
        ("criterion", None, "criterion", "Choose what has to be done"),
        ("design", {"shape": "cloud"}, "design", "not known"),
        ("design", {"size": "9"}, "design", "not known"),
        ("design", {"letters": 3}, "design", "not known"),
        ("design", {"ink": "white"}, "design/ink", "Choose a colour"),
        ("tags", "phishing", "tags", "at most 20"),
        ("tags", ["a,b"], "tags", "no commas"),
        ("tags", [3], "tags", "at most 20"),
        ("alignments", {}, "alignments", "at most 20"),
        ("alignments", [{"name": "X"}], "alignments/0", "web address"),
        ("alignments", [{"name": "X", "url": "javascript:x"}], "alignments/0", "web address"),
        ("alignments", ["X"], "alignments/0", "web address"),
        ("colour", "red", "colour", "no field of this name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: Any, path: str, words: str) -> None:
    assert words in problems({**PLAIN, field: value})[f"0/{path}"]


def test_two_badges_are_told_apart() -> None:
    other = {**PLAIN, "id": "STEADY", "name": "keeps GOING"}
    assert set(problems(PLAIN, other)) == {"1/id", "1/name"}


def test_what_is_no_list_of_badges_is_refused() -> None:
    assert "no badge" in problems("badge")["0"]
    assert "At most 50" in problems(*({**PLAIN, "id": str(one), "name": str(one)} for one in range(51)))[""]
    with pytest.raises(ContentError, match="no list"):
        decode_all({})


def test_markup_is_made_safe() -> None:
    (found,) = decode_all([{**PLAIN, "description": "<script>x</script><b>Good</b>", "image": "javascript:x"}])
    assert found.description == "<b>Good</b>"
    assert found.image == ""


def test_a_block_is_named_the_same_in_every_run() -> None:
    assert block_name("microquiz", "sender") == "microquiz@sender"


OLX = """<badges url_name="badges">
  <!-- Ours. -->
  <badge id="steady" name="Keeps going" minutes="60">
    <description>Comes back.</description>
    <design shape="star" letters="KG"/>
    <all><completed blocks="microquiz@sender microquiz@links"/><reviews number="20" days="30"/></all>
    <tag>phishing</tag>
  </badge>
  <option:allowed xmlns:option="http://code.edx.org/xblock/option">{}</option:allowed>
</badges>"""


def test_olx_as_people_write_it() -> None:
    (found,) = olx.read(etree.fromstring(OLX))
    assert found == Badge(
        id="steady",
        name="Keeps going",
        criterion=AllOf((Completed(("microquiz@sender", "microquiz@links")), Reviews(20, 30))),
        description="Comes back.",
        design=Design(Shape.STAR, "KG"),
        minutes=60,
        tags=("phishing",),
    )


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("<tag>", "<tagg>", "tagg:7", "not known here"),
        ('minutes="60"', 'minutes="many"', "badge/0/minutes:3", "0 to 60000"),
        ('days="30"', 'days="0"', "badge/0/criterion/parts/1/days:3", "1 to 366"),
        ("<tag>", '<any><weeks weeks="2"/></any><tag>', "any:7", "one thing to do"),
        ("<all>", "<all><magic/>", "magic:6", "not known here"),
        ('<reviews number="20" days="30"/>', '<weeks weeks="2"><all/></weeks>', "all:6", "not known here"),
        (
            '<reviews number="20" days="30"/>',
            '<score blocks="a@b" least="most"/>',
            "badge/0/criterion/parts/1/least:3",
            "percent",
        ),
        (
            '<reviews number="20" days="30"/>',
            '<weeks weeks="2" speed="9"/>',
            "badge/0/criterion/parts/1/speed:3",
            "no field",
        ),
        ("</badges>", "<medal/></badges>", "medal:10", "not known here"),
    ],
)
def test_what_is_wrong_in_olx_is_said_with_its_line(old: str, new: str, path: str, words: str) -> None:
    text = OLX.replace(old, new).replace("phishing</tag>", "phishing</tagg>" if new == "<tagg>" else "phishing</tag>")
    with pytest.raises(ContentError) as found:
        olx.read(etree.fromstring(text))
    assert words in {problem.path: problem.sentence() for problem in found.value.problems}[path]


def test_olx_that_nests_without_end_is_refused() -> None:
    deep = "<all>" * 20 + '<weeks weeks="2"/>' + "</all>" * 20
    with pytest.raises(ContentError) as found:
        olx.read(etree.fromstring(OLX.replace('<reviews number="20" days="30"/>', deep)))
    assert "too deep" in "; ".join(problem.sentence() for problem in found.value.problems)


def test_the_most_that_is_allowed_is_what_the_editor_offers() -> None:
    assert (definition.MAX_BADGES, definition.MOST_MONTHS) == (50, 120)


def test_markup_that_is_no_text_is_not_lost_in_silence() -> None:
    badge = '<badge id="a" name="A"><description>Did <b>all</b></description><reviews number="1" days="1"/></badge>'
    text = f"<badges>{badge}</badges>"
    with pytest.raises(ContentError, match="CDATA"):
        olx.read(etree.fromstring(text))


def test_a_block_is_found_again_by_its_name() -> None:
    course = CourseKey.from_string("course-v1:Microunits+NAMES+2026")
    key = course.make_usage_key("microquiz", "sender")
    assert key_of(course, name_of(key)) == key
    assert [key_of(course, name) for name in ("", "microquiz", "@sender", "micro quiz@so so")] == [None] * 4


def test_what_can_be_read_by_now_has_no_problems() -> None:
    assert problems_of('<badges url_name="b"/>') == ()
