"""Moodle's embedded answers: gaps written into the text between { and }."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from xblocks.microquiz import cloze_syntax
from xblocks.microquiz.content import GAP


def remarks(source: str) -> list[str]:
    return [remark.message for remark in cloze_syntax.read(source).remarks]


@pytest.mark.parametrize("kind", ["SHORTANSWER", "SA", "MW"])
def test_a_word_to_type(kind: str) -> None:
    found = cloze_syntax.read(f"Fire is {{1:{kind}:=hot#Yes.~%50%warm~*#No.}}, not cold.")
    assert found.text == "Fire is [[g1]], not cold."
    assert found.gaps == [
        {
            "kind": "typed",
            "id": "g1",
            "answers": [
                {"pattern": "hot", "score": 1.0, "feedback": "Yes."},
                {"pattern": "warm", "score": 0.5, "feedback": ""},
                {"pattern": "*", "score": 0.0, "feedback": "No."},
            ],
        }
    ]
    assert (found.remarks, found.fatal) == ([], None)


@pytest.mark.parametrize("kind", ["SHORTANSWER_C", "SAC", "MWC"])
def test_a_word_in_which_capitals_count(kind: str) -> None:
    (gap,) = cloze_syntax.read(f"{{:{kind}:=NaCl}}").gaps
    assert (gap["fold_case"], gap["fold_accents"]) == (False, False)


@pytest.mark.parametrize(
    "kind", "MULTICHOICE MC MULTICHOICE_V MCV MULTICHOICE_H MCH MULTICHOICE_S MCS MULTICHOICE_VS MCVS MCHS".split()
)
def test_a_word_to_pick(kind: str) -> None:
    (gap,) = cloze_syntax.read(f"{{2:{kind}:cold#No.~%100%<b>hot</b>#Yes.~~tepid}}").gaps
    assert gap == {
        "kind": "picked",
        "id": "g1",
        "options": [
            {"id": "o1", "text": "cold", "right": False, "feedback": "No."},
            {"id": "o2", "text": "hot", "right": True, "feedback": "Yes."},
            {"id": "o3", "text": "tepid", "right": False, "feedback": ""},
        ],
    }


@pytest.mark.parametrize("kind", ["NUMERICAL", "NM"])
def test_a_number_is_typed_with_point_or_comma(kind: str) -> None:
    found = cloze_syntax.read(f"{{1:{kind}:=3.5:0#Yes.~%50%4~*}}")
    assert [answer["pattern"] for answer in found.gaps[0]["answers"]] == ["3.5", "3,5", "4", "*"]
    assert found.remarks == []


def test_a_tolerance_cannot_be_kept_and_that_is_said() -> None:
    assert remarks("{1:NM:=3.5:0.1}") == [cloze_syntax.TOLERANCE_LOST]
    assert remarks("{1:NM:=3.5:x}") == [cloze_syntax.TOLERANCE_LOST]


def test_a_list_with_several_or_partly_right_options_says_what_becomes_of_them() -> None:
    assert remarks("{1:MC:=a~=b~%50%c}") == [cloze_syntax.ONE_RIGHT, cloze_syntax.PARTLY_RIGHT]
    rights = [option["right"] for option in cloze_syntax.read("{1:MC:=a~=b}").gaps[0]["options"]]
    assert rights == [True, False]


@pytest.mark.parametrize("kind", ["MULTIRESPONSE", "MR", "MULTIRESPONSE_HS", "MRH", "MRS", "MRHS"])
def test_boxes_to_tick_have_no_place_in_a_text(kind: str) -> None:
    fatal = cloze_syntax.read(f"{{1:{kind}:=a~=b~c}}").fatal
    assert fatal is not None
    assert fatal.message == cloze_syntax.SEVERAL_TO_TICK


def test_a_gap_without_an_end_shows_where_it_begins() -> None:
    fatal = cloze_syntax.read("Fire {1:SA:=hot} is {1:SA:=red\\}").fatal
    assert fatal is not None
    assert fatal.params["text"] == "{1:SA:=red\\}"


def test_a_gap_with_more_answers_than_fit_says_so() -> None:
    fatal = cloze_syntax.read("{1:SA:=a" + "~b" * cloze_syntax.MOST_ANSWERS + "}").fatal
    assert fatal is not None
    assert fatal.message == cloze_syntax.TOO_MANY


def test_signs_can_be_text() -> None:
    (gap,) = cloze_syntax.read("{1:SA:=a\\}b\\#c\\~d &amp; &#123;e#f\\}&lt;g&gt;}").gaps
    assert gap["answers"] == [{"pattern": "a}b#c~d & {e", "score": 1.0, "feedback": "f}<g>"}]


def test_weights_are_kept_and_said_when_they_differ() -> None:
    found = cloze_syntax.read("{:SA:=a} {2:SA:=b}")
    assert found.weights == [1, 2]
    assert [remark.message for remark in found.remarks] == [cloze_syntax.WEIGHTS]
    assert remarks("{2:SA:=a} {2:SA:=b}") == []


def test_other_braces_and_brackets_stay_text() -> None:
    found = cloze_syntax.read("{x} {1:OTHER:=a} [[g1]] {1:SA:=b}")
    assert found.text == "{x} {1:OTHER:=a} [ [g1]] [[g1]]"


@run(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["{1:SA:", "{2:MC:", "{:NM:", "{1:MR:", "}", "~", "=", "%50%", "#", "\\", "[[", "]]"]),
            st.text(max_size=3),
        ),
        max_size=20,
    ).map("".join)
)
def test_any_text_has_a_place_for_each_of_its_gaps(source: str) -> None:
    found = cloze_syntax.read(source)
    if found.fatal is None:
        assert GAP.findall(found.text) == [gap["id"] for gap in found.gaps]


@pytest.mark.parametrize(
    "source", ["{1:SA:" * 50_000, "{1:SA:" + "~" * 200_000 + "}", "{1:SA:=" + "\\" * 200_000 + "}"]
)
def test_hostile_texts_take_time_in_proportion(source: str) -> None:
    started = time.process_time()
    cloze_syntax.read(source)
    assert time.process_time() - started < 5
