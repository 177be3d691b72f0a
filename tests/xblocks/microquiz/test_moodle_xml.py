"""Moodle XML: what Moodle exports, question by question; hostile or mistaken texts get a sentence."""

from __future__ import annotations

import itertools
import time
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from xblocks.microquiz import moodle_xml
from xblocks.microquiz.content import check
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Explanation,
    Feedback,
    GapOption,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    PickedGap,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)
from xblocks.microquiz.reading import Reading


def read(text: str | bytes) -> Reading:
    numbers = itertools.count(1)
    return moodle_xml.read(text, lambda: f"new{next(numbers)}")


def text(markup: str) -> str:
    return f"<text>{escape(markup)}</text>"


def quiz(type_: str, inner: str, question: str = "Which?", form: str = "html") -> str:
    """A quiz of one question, which begins in line 3."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n<question type="{type_}">\n'
        f'<questiontext format="{form}">{text(question)}</questiontext>\n{inner}\n</question>\n</quiz>\n'
    )


def answer(markup: str, fraction: object = 0, feedback: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html">{text(markup)}{more}'
        f'<feedback format="html">{text(feedback)}</feedback></answer>\n'
    )


def only(source: str) -> Question:
    reading = read(source)
    assert reading.problems == ()
    (question,) = reading.questions
    return question


def sentences(source: str | bytes) -> list[tuple[int, str, bool]]:
    """Line, beginning of the sentence, and whether a question is missing because of it."""
    return [(each.line, each.problem.sentence()[:30], each.dropped) for each in read(source).problems]


# --- What all questions have

WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0  -->
  <question type="category">
    <category><text>$course$/top/Safety/Phishing, basics</text></category>
    <info format="html"><text></text></info>
  </question>

<!-- question: 17  -->
  <question type="multichoice">
    <name><text>Sender</text></name>
    <questiontext format="html">
      <text><![CDATA[<p>Who <b>sent</b> it? <img src="@@PLUGINFILE@@/box/the%20mail.png?t=1" alt="Mail"></p>]]></text>
      <file name="the mail.png" path="/box/" encoding="base64">iVBORw0KGgo=
AAAA</file>
    </questiontext>
    <generalfeedback format="moodle_auto_format"><text>Look at the address,
not at the name.</text></generalfeedback>
    <defaultgrade>2.5000000</defaultgrade>
    <penalty>0.3333333</penalty>
    <hidden>0</hidden>
    <idnumber>sender-1</idnumber>
    <single>true</single>
    <shuffleanswers>true</shuffleanswers>
    <answernumbering>abc</answernumbering>
    <correctfeedback format="html"><text>Well seen.</text></correctfeedback>
    <partiallycorrectfeedback format="html"><text>Almost.</text></partiallycorrectfeedback>
    <incorrectfeedback format="html"><text>Not yet.</text></incorrectfeedback>
    <answer fraction="100" format="plain_text">
      <text>1 &lt; 2</text>
      <feedback format="markdown"><text>**Yes.**</text></feedback>
    </answer>
    <answer fraction="0" format="html">
      <text><![CDATA[<img src="@@PLUGINFILE@@/the%20mail.png">]]></text>
      <feedback format="html"><text></text></feedback>
    </answer>
    <hint format="html"><text>Hover over it.</text><shownumcorrect/></hint>
    <hint format="html"><text></text></hint>
    <tags><tag><text>mail</text></tag><tag><text>a, b</text></tag><tag><text>mail</text></tag></tags>
  </question>
</quiz>
"""


def test_everything_that_has_a_place_is_kept() -> None:
    reading = read(WHOLE)
    assert reading.questions == (
        SingleChoice(
            id="sender-1",
            title="Sender",
            text='<p>Who <b>sent</b> it? <img src="/static/the_mail.png" alt="Mail"></p>',
            points=2.5,
            hints=("Hover over it.",),
            feedback=Feedback(right="Well seen.", partly="Almost.", wrong="Not yet."),
            explanation=Explanation(text="Look at the address,<br>not at the name."),
            tags=("Phishing basics", "mail", "a b"),
            choices=(
                Choice(id="c1", text="1 &lt; 2", right=True, feedback="<strong>Yes.</strong>"),
                Choice(id="c2", text='<img src="/static/the_mail.png">'),
            ),
        ),
    )


def test_a_file_is_asked_for_once_by_its_name() -> None:
    ((line, sentence, dropped),) = [(each.line, each.problem.sentence(), each.dropped) for each in read(WHOLE).problems]
    assert (line, dropped) == (12, False)
    assert "Upload the mail.png" in sentence
    assert "the_mail.png." in sentence


def test_an_id_number_that_does_not_fit_is_replaced_and_said() -> None:
    reading = read(quiz("truefalse", "<idnumber>one two</idnumber>" + answer("true", 100)))
    assert [question.id for question in reading.questions] == ["new1"]
    assert [(each.line, each.dropped) for each in reading.problems] == [(3, False)]


def test_a_mark_that_is_no_number_is_said_in_its_line() -> None:
    for mark, sentence in (("two", "“two” is not a number."), ("2000", "Points go from 0 to 1000.")):
        assert sentences(quiz("truefalse", f"<defaultgrade>{mark}</defaultgrade>" + answer("true", 100))) == [
            (5, sentence, True)
        ]


# --- Each type


def test_multiple_choice_by_shares() -> None:
    inner = answer("A", 50) + answer("B", 50) + answer("C", "-50,0")
    question = only(quiz("multichoice", "<single>false</single><shuffleanswers>0</shuffleanswers>" + inner))
    assert isinstance(question, MultipleChoice)
    assert question.scoring is Scoring.PARTIAL_WITH_PENALTY
    assert [choice.right for choice in question.choices] == [True, True, False]
    assert question.shuffle is False


def test_other_shares_are_remarked() -> None:
    inner = answer("A", 75) + answer("B", 25) + answer("C", -100)
    assert sentences(quiz("multichoice", "<single>false</single>" + inner)) == [
        (3, "The choices counted for unequa", False)
    ]
    assert sentences(quiz("multichoice", answer("A", 100) + answer("B", 50))) == [
        (3, "Some of these wrong choices ea", False)
    ]


def test_the_plug_in_for_all_or_nothing() -> None:
    question = only(quiz("multichoiceset", answer("A", 100) + answer("B", 100) + answer("C")))
    assert isinstance(question, MultipleChoice)
    assert question.scoring is Scoring.ALL_OR_NOTHING


@pytest.mark.parametrize(
    ("inner", "right"),
    [
        (answer("true", 100, "Yes.") + answer("false", 0, "No."), True),
        (answer("false", 100, "No.") + answer("true", 0, "Yes."), False),
        (answer("Waar", 0, "Yes.") + answer("Onwaar", 100, "No."), False),
    ],
)
def test_true_or_false_in_any_order_and_language(inner: str, right: bool) -> None:
    question = only(quiz("truefalse", inner))
    assert question == TrueFalse(id="new1", text="Which?", right=right, feedback_true="Yes.", feedback_false="No.")


def test_true_or_false_needs_one_that_is_right() -> None:
    assert sentences(quiz("truefalse", answer("true") + answer("false"))) == [
        (3, "Neither true nor false is mark", True)
    ]


@pytest.mark.parametrize(
    ("usecase", "folds"), [("", True), ("<usecase>0</usecase>", True), ("<usecase>1</usecase>", False)]
)
def test_short_text(usecase: str, folds: bool) -> None:
    question = only(quiz("shortanswer", usecase + answer("ph*ing", 100) + answer("<b>", 33.33333, "Near.")))
    assert isinstance(question, ShortText)
    assert question.answers == (
        TextAnswer(pattern="ph*ing"),
        TextAnswer(pattern="<b>", score=0.3333333, feedback="Near."),
    )
    assert (question.fold_case, question.fold_accents) == (folds, folds)


def test_number_with_unit() -> None:
    unit = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>{}</units>"
    inner = (
        answer("3,14", 100, more="<tolerance>0.01</tolerance>")
        + '<answer fraction="50">3</answer>'
        + answer("*", 0, "Far off.")
    )
    question = only(quiz("numerical", inner + unit.format("")))
    assert isinstance(question, Number)
    assert question.answers == (
        NumberAnswer(value=Decimal("3.14"), tolerance=Decimal("0.01")),
        NumberAnswer(value=Decimal(3), score=0.5),
    )
    assert (question.unit, question.feedback) == ("m", Feedback(wrong="Far off."))
    two = unit.format("<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit>")
    assert sentences(quiz("numerical", answer("3", 100) + two)) == [(3, "Only the first unit, m, is sho", False)]


def test_any_number_cannot_be_right() -> None:
    assert sentences(quiz("numerical", answer("3", 100) + answer("*", 50))) == [
        (6, "An answer that accepts any num", False)
    ]
    assert sentences(quiz("numerical", answer("three", 100))) == [(5, "“three” is not a number.", True)]


@pytest.mark.parametrize("type_", ["matching", "match", "ddmatch"])
def test_matching_with_distractors(type_: str) -> None:
    def pair(left: str, right: str) -> str:
        return f'<subquestion format="html">{text(left)}<answer format="html">{text(right)}</answer></subquestion>\n'

    question = only(quiz(type_, pair("<i>Canada</i>", "<p>Ottawa</p>") + pair("Italy", "Rome") + pair("", "Paris")))
    assert isinstance(question, Matching)
    assert [(each.left, each.right) for each in question.pairs] == [("<i>Canada</i>", "Ottawa"), ("Italy", "Rome")]
    assert question.distractors == ("Paris",)
    assert sentences(quiz(type_, pair("A", "1") + pair("B", "2") + pair("", "2"))) == [
        (7, "This also stands in a pair, so", True)
    ]


def test_ordering_by_the_place_of_each() -> None:
    inner = answer("second", "2.0000000") + answer("first", "1.0000000") + answer("third", "3.0000000")
    question = only(
        quiz("ordering", "<gradingtype>ABSOLUTE_POSITION</gradingtype><selecttype>ALL</selecttype>" + inner)
    )
    assert isinstance(question, Ordering)
    assert [item.text for item in question.items] == ["first", "second", "third"]
    assert question.scoring is Scoring.PARTIAL
    part = "<gradingtype>ALL_OR_NOTHING</gradingtype><selecttype>RANDOM</selecttype>"
    assert read(quiz("ordering", part + inner)).questions[0].scoring is Scoring.ALL_OR_NOTHING  # type: ignore[attr-defined]
    assert sentences(quiz("ordering", part + inner)) == [(3, "Moodle asked for a part of the", False)]


@pytest.mark.parametrize("type_", ["cloze", "multianswer"])
def test_embedded_answers(type_: str) -> None:
    source = "<p>Fire is {1:SA:=hot} and {2:MC:=red~blue}.</p>"
    reading = read(quiz(type_, "", source))
    assert reading.questions == (
        Cloze(
            id="new1",
            text="<p>Fire is [[g1]] and [[g2]].</p>",
            points=3.0,
            gaps=(
                TypedGap(id="g1", answers=(TextAnswer(pattern="hot"),)),
                PickedGap(
                    id="g2", options=(GapOption(id="o1", text="red", right=True), GapOption(id="o2", text="blue"))
                ),
            ),
        ),
    )
    assert [(each.line, each.dropped) for each in reading.problems] == [(4, False)]
    assert only(quiz(type_, "<defaultgrade>5</defaultgrade>", "{1:SA:=hot} it is")).points == 5.0


def test_embedded_answers_that_cannot_be_are_said() -> None:
    assert sentences(quiz("cloze", "", "Tick {1:MR:=a~b}")) == [(4, "A gap with boxes to tick (MULT", True)]
    assert sentences(quiz("cloze", "", "No gap.")) == [(3, "Make at least one gap.", True)]


@pytest.mark.parametrize(("type_", "name"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_words_to_put_into_the_text(type_: str, name: str) -> None:
    words = (("<b>fox</b>", 1), ("dog", 1), ("quick", 2), ("lazy", 2), ("quick", 2))
    inner = "".join(f"<{name}>{text(word)}<group>{group}</group></{name}>" for word, group in words)
    question = only(quiz(type_, inner, "The [[3]] [[1]] and the [[4]] [[1]]."))
    assert isinstance(question, Cloze)
    assert question.text == "The [[g1]] [[g2]] and the [[g3]] [[g4]]."
    options = [
        [(option.text, option.right) for option in gap.options] for gap in question.gaps if isinstance(gap, PickedGap)
    ]
    assert options[:2] == [[("quick", True), ("lazy", False)], [("fox", True), ("dog", False)]]
    assert sentences(quiz(type_, inner, "[[1]]" * 51)) == [(4, "This text has more than 50 gap", True)]
    assert sentences(quiz(type_, inner, "The [[9]].")) == [(4, "The gap [[9]] has no choice of", True)]


@pytest.mark.parametrize(
    ("type_", "sentence"),
    [
        ("essay", "This is an essay, which nobody"),
        ("description", "This is a text and not a quest"),
        ("calculatedmulti", "This is calculated anew for ea"),
        ("stack", "There is no kind of question l"),
        ("", "There is no kind of question l"),
    ],
)
def test_other_kinds_say_what_to_do(type_: str, sentence: str) -> None:
    source = quiz(type_, "").replace("</quiz>", quiz("truefalse", answer("true", 100)).partition("<quiz>")[2])
    assert sentences(source) == [(3, sentence, True)]
    assert [question.type for question in read(source).questions] == ["truefalse"]


def test_a_question_that_is_not_complete_is_left_out_and_the_others_stay() -> None:
    source = quiz("multichoice", answer("A", 100) + answer("")).replace(
        "</quiz>", quiz("truefalse", answer("true", 100)).partition("<quiz>")[2]
    )
    assert sentences(source) == [(6, "Write a text here, or remove t", True)]
    assert len(read(source).questions) == 1


@pytest.mark.parametrize("type_", ["multichoice", "shortanswer", "numerical", "matching", "ordering", "gapselect"])
def test_questions_without_anything_in_them_are_said_to_lack_it(type_: str) -> None:
    reading = read(f'<quiz><question type="{type_}"></question></quiz>')
    assert reading.questions == ()
    assert all(each.dropped for each in reading.problems)


def test_elements_that_do_not_belong_are_remarked() -> None:
    assert sentences("<quiz>\n<html/></quiz>") == [(2, "<question> was expected here a", False)]


def test_questions_without_a_quiz_around_them() -> None:
    source = quiz("truefalse", answer("true", 100)).partition("<quiz>")[2].replace("</quiz>", "")
    assert len(read(source).questions) == 1
    assert [each.line for each in read("\n\n" + source * 2 + "<question type='essay'/>").problems] == [
        3 + 2 * source.count("\n")
    ]


def test_a_very_long_bank_is_read_to_a_limit() -> None:
    reading = read("<quiz>" + '<question type="essay"/>\n' * 1001 + "</quiz>")
    assert len(reading.problems) == 1001
    assert reading.problems[-1].problem.params == {"most": 1000}


# --- Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_files_are_read_in_the_encoding_that_they_name(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    source = quiz("truefalse", answer("true", 100), "Café?").replace("UTF-8", declared)
    assert [question.text for question in read(source.encode(encoding)).questions] == ["Café?"]


@pytest.mark.parametrize(
    "source",
    [
        quiz("truefalse", "", "Café?").encode("iso-8859-1"),
        quiz("truefalse", "").replace("UTF-8", "utf-7").encode(),
        quiz("truefalse", "").replace("UTF-8", "klingon").encode(),
        b"\xff\xfe\x00",
    ],
)
def test_an_encoding_that_is_not_the_named_one_is_said(source: bytes) -> None:
    assert sentences(source) == [(1, "This is not text in the encodi", True)]


# --- Mistakes and malice

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("", 1, "There is nothing here yet; pas"),
        ("  \n", 1, "There is nothing here yet; pas"),
        ("::Q:: Sun? {T}", 1, "This is not XML. If it is GIFT"),
        ("\n<html><body/></html>", 2, "This is XML, but no Moodle qui"),
        ("<quiz>\n<question>\n</quiz>", 3, "This is not well-formed XML: O"),
        ("\n<quiz>\n", 2, "This is not well-formed XML: P"),
        ("<quiz>\n\n&nbsp;</quiz>", 3, "This has a DOCTYPE or entities"),
        ("<!DOCTYPE quiz SYSTEM 'http://127.0.0.1:1/x'><quiz/>", 1, "This has a DOCTYPE or entities"),
        (f'<!DOCTYPE quiz [<!ENTITY l0 "ha">{LAUGHS}]><quiz>&l11;</quiz>', 1, "This has a DOCTYPE or entities"),
        ("<quiz>" + "<question>" * 10_000, 1, "This is nested too deeply or i"),
        ("<quiz>" + "<a>" * 10_000 + "</a>" * 10_000 + "</quiz>", 1, "This is nested too deeply or i"),
        ("<quiz>" + "<a/>" * 200_000 + "</quiz>", 1, "This is nested too deeply or i"),
    ],
    ids=range(12),
)
def test_mistakes_and_malice_get_a_sentence(source: str, line: int, sentence: str) -> None:
    started = time.process_time()
    assert [(each[0], each[1]) for each in sentences(source)] == [(line, sentence)]
    assert time.process_time() - started < 5


def test_a_file_that_is_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moodle_xml, "MOST_CHARACTERS", 100)
    assert sentences(WHOLE) == [(1, "This is longer than 100 charac", True)]


def test_the_files_inside_an_export_do_not_count_for_its_size() -> None:
    picture = '<file name="a.png" encoding="base64">' + "A" * 12_000_000 + "</file>"
    assert len(read(quiz("truefalse", picture + answer("true", 100))).questions) == 1


SIGNS = (
    *(
        "<quiz>",
        "</quiz>",
        "<question>",
        "</question>",
        "<text>",
        "</text>",
        "<answer>",
        "</answer>",
        "<![CDATA[",
        "]]>",
    ),
    *(
        '<question type="multichoice">',
        '<question type="cloze">',
        '<question type="numerical">',
        "<!--",
        "-->",
        "<?x?>",
    ),
    *(
        '<answer fraction="100">',
        '<answer fraction="x">',
        "<questiontext>",
        "</questiontext>",
        "&amp;",
        "&",
        "<",
        "[[1]]",
    ),
)


@run(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=3)), max_size=20).map("".join))
def test_any_text_gives_questions_that_are_fine_and_problems_that_have_a_line(source: str) -> None:
    for each in (source, f"<quiz>{source}</quiz>"):
        reading = read(each)
        assert [check(question) for question in reading.questions] == [[]] * len(reading.questions)
        assert all(problem.line >= 1 and problem.problem.sentence() for problem in reading.problems)


PARTS = (
    *(
        f"<{name}>{value}</{name}>"
        for name in ("idnumber", "defaultgrade", "single", "usecase")
        for value in ("", "x", "1")
    ),
    *(answer(markup, fraction) for markup in ("", "3", "*", "<b>x</b>", "[[1]]") for fraction in (100, 0, "x", "-50")),
    f"<subquestion>{text('a')}<answer>{text('b')}</answer></subquestion>",
    f"<selectoption>{text('a')}</selectoption>",
    f"<dragbox>{text('a')}<group>2</group></dragbox>",
    f"<hint>{text('@@PLUGINFILE@@/x.png')}</hint>",
)
KINDS = ("multichoice", "truefalse", "shortanswer", "numerical", "matching", "ordering", "cloze", "gapselect", "ddwtos")


@run(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), st.lists(st.sampled_from(PARTS), max_size=5).map("".join), st.text(max_size=5))
def test_any_parts_of_any_kind_give_a_question_that_is_fine_or_a_problem(kind: str, inner: str, asked: str) -> None:
    reading = read(quiz(kind, inner, f"{asked} [[1]] {{1:SA:=a}}"))
    assert [check(question) for question in reading.questions] == [[]] * len(reading.questions)
    assert len(reading.questions) == 1 or any(problem.dropped for problem in reading.problems)
