"""GIFT: Moodle's questions as text, read with every line that was not understood, written without losing anything."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from xblocks.microquiz import gift
from xblocks.microquiz.content import check
from xblocks.microquiz.questions import (
    Choice,
    Explanation,
    Feedback,
    Flashcard,
    Image,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Pair,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)
from xblocks.microquiz.reading import Reading

many = run(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Types that have a form in GIFT.
GIFT_TYPES = (SingleChoice, MultipleChoice, TrueFalse, ShortText, Number, Matching)


def new_ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"new{next(numbers)}"


def read(text: str) -> Reading:
    return gift.read(text, new_ids())


def only(text: str) -> Question:
    """The one question of a text without any problem."""
    reading = read(text)
    assert reading.problems == ()
    (question,) = reading.questions
    return question


def sentences(text: str) -> list[tuple[int, str, bool]]:
    """Line, beginning of the sentence, and whether a question is missing because of it."""
    return [(each.line, each.problem.sentence()[:30], each.dropped) for each in read(text).problems]


def single(**fields: Any) -> SingleChoice:
    choices = (Choice(id="red", text="Red", right=True, feedback="Yes."), Choice(id="blue", text="Blue"))
    return dataclasses.replace(SingleChoice(id="q1", text="Which?", choices=choices), **fields)


# --- Nothing is lost


@many
@given(strategies.quizzes(max_size=3))
def test_what_is_written_comes_back_whole(quiz: tuple[Question, ...]) -> None:
    assert read(gift.write(quiz).text) == Reading(quiz)


@many
@given(strategies.questions())
def test_moodle_sees_a_question_of_the_same_type(question: Question) -> None:
    """Without our comment, all types that GIFT has are still themselves (an arrow always means matching to Moodle)."""
    text = gift.write([question]).text
    seen = read("\n".join(line for line in text.split("\n") if not line.startswith("// microunits:"))).questions
    arrow = isinstance(question, ShortText) and any("->" in answer.pattern for answer in question.answers)
    has_form = isinstance(question, GIFT_TYPES) and not arrow
    assert [type(each) for each in seen] == ([type(question)] if has_form else [])


@many
@given(strategies.quizzes(max_size=2))
def test_another_editor_may_change_line_ends_and_blanks(quiz: tuple[Question, ...]) -> None:
    text = gift.write(quiz).text.replace("\n\t", "\n    ").replace("\n", "  \r\n")
    assert read(text).questions == quiz


@many
@given(strategies.questions())
def test_what_moodle_will_not_see_is_said(question: Question) -> None:
    losses = gift.write([dataclasses.replace(question, hints=("Think.",))]).losses
    assert {"questions/0/hints", "questions/0"} & {loss.path for loss in losses}


def test_a_plain_question_needs_no_comment_of_ours() -> None:
    choices = (Choice(id="c1", text="Red", right=True), Choice(id="c2", text="Blue"))
    writing = gift.write([SingleChoice(id="q1", text="Which?", title="Colour", tags=("light",), choices=choices)])
    assert writing.text == "// [id:q1] [tag:light]\n::Colour::[html]Which?{\n\t=Red\n\t~Blue\n}\n\n"
    assert writing.losses == ()


def test_losses_name_the_fields() -> None:
    question = single(points=2.0, image=Image(src="/static/a.png"), shuffle=False, tags=("a]b",))
    paths = [loss.path for loss in gift.write([TrueFalse(id="t", text="x"), question]).losses]
    assert paths == [f"questions/1/{name}" for name in ("image", "points", "shuffle", "tags")]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (TrueFalse(id="q", text="x", right=True), "[html]x{TRUE}"),
        (TrueFalse(id="q", text="x", right=False, feedback_true="No."), "[html]x{FALSE#No.}"),
        (TrueFalse(id="q", text="x", feedback_true="Yes."), "[html]x{TRUE##Yes.}"),
        (
            TrueFalse(id="q", text="x", feedback_false="No.", explanation=Explanation(text="So.")),
            "[html]x{TRUE#No.####So.}",
        ),
        (
            ShortText(id="q", text="2+2=", answers=(TextAnswer(pattern="4"), TextAnswer(pattern="[x]", score=1 / 3))),
            "[html]2+2\\={\n\t=%100%4\n\t=%33.33333%[html][x]\n}",
        ),
        (
            Number(
                id="q",
                text="x",
                answers=(NumberAnswer(value=Decimal("1E+3"), tolerance=Decimal("0.05"), relative=True),),
                feedback=Feedback(wrong="No."),
            ),
            "[html]x{#\n\t=%100%1000:50\n\t~#No.\n}",
        ),
        (
            Matching(
                id="q",
                text="x",
                pairs=(Pair(id="a", left="a -> b", right="1 -> 2"), Pair(id="b", left="c", right="3")),
                distractors=("4",),
            ),
            "[html]x{\n\t=a -&gt; b -> 1 -> 2\n\t=c -> 3\n\t= -> 4\n}",
        ),
    ],
)
def test_each_type_is_written_as_moodle_reads_it(question: Question, text: str) -> None:
    assert text in gift.write([question]).text


@pytest.mark.parametrize(
    ("scoring", "wrong"),
    [(Scoring.PARTIAL, "~C"), (Scoring.PARTIAL_WITH_PENALTY, "~%-50%C"), (Scoring.ALL_OR_NOTHING, "~%-100%C")],
)
def test_multiple_choice_is_written_in_shares(scoring: Scoring, wrong: str) -> None:
    choices = tuple(Choice(id=name, text=name, right=name != "C") for name in "ABC")
    text = gift.write([MultipleChoice(id="q", text="x", choices=choices, scoring=scoring)]).text
    assert f"{{\n\t~%50%A\n\t~%50%B\n\t{wrong}\n}}" in text


def test_what_gift_cannot_hold_at_all_is_a_comment() -> None:
    card = Flashcard(id="q", text="Front", back="Back")
    arrow = ShortText(id="q", text="x", answers=(TextAnswer(pattern="a->b"),))
    for question in (card, arrow):
        writing = gift.write([question])
        assert writing.text.startswith("// microunits: {")
        assert writing.text.count("\n") == 2
        assert [loss.path for loss in writing.losses] == ["questions/0"]


def test_texts_do_not_look_like_moodles_own_notation_in_comments() -> None:
    text = gift.write([Flashcard(id="q", text="[id:x] [tag:y]", back="Back")]).text
    assert "[id:" not in text
    assert "[tag:" not in text


# --- Edited by hand


def edited(question: Question, old: str, new: str) -> Question:
    text = gift.write([question]).text
    head, line, body = text.rpartition("\n// [")
    assert old in body
    return only(head + line + body.replace(old, new))


def test_an_edited_text_wins_and_the_rest_stays() -> None:
    question = single(hints=("Think.",), points=3.0, explanation=Explanation(text="So.", source_url="/static/a"))
    now = edited(question, "Which?", "Which one?")
    assert now == dataclasses.replace(question, text="Which one?")


def test_an_edited_explanation_keeps_its_source() -> None:
    question = single(explanation=Explanation(text="So.", source_url="https://example.org", source_title="Ex"))
    now = edited(question, "So.", "Thus.")
    assert now.explanation == Explanation(text="Thus.", source_url="https://example.org", source_title="Ex")


def test_a_choice_keeps_its_id_when_it_is_reworded_or_moved() -> None:
    assert [choice.id for choice in edited(single(), "~Blue", "~Sky blue").choices] == ["red", "blue"]  # type: ignore[attr-defined]
    moved = edited(single(), "=Red#Yes.\n\t~Blue", "~Blue\n\t=Red#Yes.")
    assert [choice.id for choice in moved.choices] == ["blue", "red"]  # type: ignore[attr-defined]


def test_a_new_choice_gets_an_id_that_is_free() -> None:
    choices = (Choice(id="c3", text="Red", right=True), Choice(id="c4", text="Blue"))
    now = edited(single(choices=choices), "~Blue", "~Blue\n\t~Green\n\t~Grey")
    assert [choice.id for choice in now.choices] == ["c3", "c4", "c3-2", "c4-2"]  # type: ignore[attr-defined]


def test_another_right_choice_is_right() -> None:
    now = edited(single(), "=Red#Yes.\n\t~Blue", "~Red#No.\n\t=Blue")
    assert [(choice.id, choice.right, choice.feedback) for choice in now.choices] == [  # type: ignore[attr-defined]
        ("red", False, "No."),
        ("blue", True, ""),
    ]


def test_foreseen_answers_keep_what_gift_cannot_say() -> None:
    roughly = NumberAnswer(value=Decimal(100), tolerance=Decimal("0.1"), relative=True)
    question = Number(id="q", text="x", answers=(roughly, NumberAnswer(value=Decimal(3))), unit="m")
    now = edited(question, "=%100%3:0", "=%100%4:0")
    assert now == dataclasses.replace(question, answers=(roughly, NumberAnswer(value=Decimal(4))))


def test_an_answer_can_be_added() -> None:
    question = ShortText(id="q", text="x", answers=(TextAnswer(pattern="a"),), fold_case=False)
    now = edited(question, "=%100%a", "=%100%a\n\t=b")
    assert now == dataclasses.replace(question, answers=(TextAnswer(pattern="a"), TextAnswer(pattern="b")))


def test_an_edited_distractor_leaves_the_pairs_alone() -> None:
    pairs = (Pair(id="a", left="A", right="1"), Pair(id="b", left="B", right="2"))
    question = Matching(id="q", text="x", pairs=pairs, distractors=("3",), scoring=Scoring.ALL_OR_NOTHING)
    assert edited(question, "-> 3", "-> 4\n\t= -> 5") == dataclasses.replace(question, distractors=("4", "5"))


def test_tags_and_the_id_in_the_comment_can_be_edited() -> None:
    question = single(tags=("light",), hints=("Think.",))
    now = edited(question, "id:q1] [tag:light]", "id:q2] [tag:dark]")
    assert now == dataclasses.replace(question, id="q2", tags=("dark",))


def test_a_question_of_another_type_keeps_what_all_types_have() -> None:
    feedback = Feedback(right="Well done.")
    question = single(hints=("Think.",), points=3.0, feedback=feedback)
    now = edited(question, "{\n\t=Red#Yes.\n\t~Blue\n}", "{T}")
    assert now == TrueFalse(id="q1", text="Which?", hints=("Think.",), points=3.0, feedback=feedback)


def test_an_edit_that_leaves_the_question_incomplete_says_where() -> None:
    question = Matching(
        id="q",
        text="x",
        pairs=(Pair(id="a", left="A", right="1"), Pair(id="b", left="B", right="2")),
        distractors=(" 3 ",),
    )
    text = gift.write([question]).text.replace("\t=B -> 2", "\t=B -> 3")
    assert sentences(text) == [(6, "This also stands in a pair, so", True)]
    almost = (TextAnswer(pattern="a"), TextAnswer(pattern="b", score=0.999999999))
    text = gift.write([ShortText(id="q", text="x", answers=almost)]).text.replace("=%100%a", "=%50%a")
    assert sentences(text) == [(3, "Give at least one answer that ", True)]
    broken = gift.write([question]).text.replace("\t=B -> 2", "\t=B")
    assert sentences(broken) == [(5, "A matching needs -> between th", True)]


def test_a_comment_that_was_changed_is_left_and_said() -> None:
    text = gift.write([single(points=2.0)]).text.replace('"points":2.0', '"points":')
    reading = read(text)
    assert reading.questions[0].points == 1.0
    assert sentences(text) == [(1, "The comment that holds the res", False)]
    assert sentences("// microunits: " + "[" * 100_000) == [(1, "The comment that holds the res", True)]
    assert sentences("// microunits: {}") == [(1, "The comment that holds the res", True)]


def test_a_question_whose_text_was_taken_away_is_gone_and_said() -> None:
    comment, _, _ = gift.write([single(points=2.0)]).text.partition("\n")
    assert read(comment).questions == ()
    assert sentences(f"\n{comment}\n") == [(2, "The text of this question is g", True)]


def test_text_below_the_comment_of_a_flashcard_is_a_question_of_its_own() -> None:
    card = Flashcard(id="card", text="Front", back="Back")
    reading = read(gift.write([card]).text.strip() + "\nTrue? {T}")
    assert reading.questions == (card, TrueFalse(id="new1", text="True?"))


# --- Each type as Moodle's users write it


def test_single_choice() -> None:
    question = only("::Colours:: What is red? {~the sky#Look up. =blood#Right! ~grass}")
    assert question == SingleChoice(
        id="new1",
        title="Colours",
        text="What is red?",
        choices=(
            Choice(id="c1", text="the sky", feedback="Look up."),
            Choice(id="c2", text="blood", right=True, feedback="Right!"),
            Choice(id="c3", text="grass"),
        ),
    )


@pytest.mark.parametrize(
    ("answers", "scoring"),
    [
        ("~%50%a ~%50%b ~c", Scoring.PARTIAL),
        ("~%50%a ~%50%b ~%-50%c", Scoring.PARTIAL_WITH_PENALTY),
        ("~%33.33333%a ~%33,3%b ~%33.3%d ~%-33.333%c", Scoring.PARTIAL_WITH_PENALTY),
        ("~%100%a ~%-100%c", Scoring.PARTIAL_WITH_PENALTY),
    ],
)
def test_multiple_choice_by_equal_shares(answers: str, scoring: Scoring) -> None:
    question = only(f"Which? {{{answers}}}")
    assert isinstance(question, MultipleChoice)
    assert question.scoring is scoring
    assert [choice.text for choice in question.choices if not choice.right] == ["c"]


@pytest.mark.parametrize(
    ("answers", "scoring"),
    [
        ("~%50%a ~%50%b ~%-100%c", Scoring.PARTIAL_WITH_PENALTY),
        ("~%75%a ~%25%b ~c", Scoring.PARTIAL),
        ("~%50%a ~%50%b ~%-50%c ~d", Scoring.PARTIAL_WITH_PENALTY),
    ],
)
def test_unequal_shares_become_the_nearest_scoring_with_a_remark(answers: str, scoring: Scoring) -> None:
    reading = read(f"\nWhich? {{{answers}}}")
    assert [question.scoring for question in reading.questions] == [scoring]  # type: ignore[attr-defined]
    assert [(each.line, each.dropped) for each in reading.problems] == [(2, False)]


def test_partial_credit_of_a_wrong_choice_is_remarked() -> None:
    text = "Which? {=%100%a ~%50%b ~=}"
    assert sentences(text) == [(1, "Write a text here, or remove t", True)]
    assert sentences("Which? {=%100%a ~%50%b}") == [(1, "Some of these wrong choices ea", False)]
    assert sentences("Which? {=a ~=b ~c}") == [(1, "More than one choice is right,", False)]


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("{T}", TrueFalse(id="new1", text="Sun?")),
        ("{FALSE}", TrueFalse(id="new1", text="Sun?", right=False)),
        ("{true}", TrueFalse(id="new1", text="Sun?")),
        ("{T#no#yes}", TrueFalse(id="new1", text="Sun?", feedback_false="no", feedback_true="yes")),
        ("{F#no#yes}", TrueFalse(id="new1", text="Sun?", right=False, feedback_true="no", feedback_false="yes")),
        (
            "{T#no####why}",
            TrueFalse(id="new1", text="Sun?", feedback_false="no", explanation=Explanation(text="why")),
        ),
    ],
)
def test_true_or_false(answer: str, question: TrueFalse) -> None:
    assert only(f"Sun? {answer}") == question


def test_short_text_with_partial_credit_and_feedback() -> None:
    question = only("Two plus two? {=four =4#Yes. =%50%3#Near. =%0%*#No.}")
    assert isinstance(question, ShortText)
    assert question.answers == (
        TextAnswer(pattern="four"),
        TextAnswer(pattern="4", feedback="Yes."),
        TextAnswer(pattern="3", score=0.5, feedback="Near."),
        TextAnswer(pattern="*", score=0.0, feedback="No."),
    )
    assert only("Two plus two? {four}").answers == (TextAnswer(pattern="four"),)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [
        ("{#3}", "3", "0"),
        ("{#3:2}", "3", "2"),
        ("{# -3,5 : 0,5 }", "-3.5", "0.5"),
        ("{#1..5}", "3", "2"),
        ("{#5..-1}", "2", "3"),
        ("{#=1e3:.5}", "1E+3", "0.5"),
    ],
)
def test_number(answer: str, value: str, tolerance: str) -> None:
    question = only(f"How many? {answer}")
    assert isinstance(question, Number)
    assert question.answers == (NumberAnswer(value=Decimal(value), tolerance=Decimal(tolerance)),)


def test_several_numbers_and_what_is_said_about_all_others() -> None:
    question = only("How many? {#\n=3:0.1#Yes.\n=%50%3:2#Near.\n~#Far off.\n####Count.}")
    assert isinstance(question, Number)
    assert [(answer.score, answer.feedback) for answer in question.answers] == [(1.0, "Yes."), (0.5, "Near.")]
    assert question.feedback == Feedback(wrong="Far off.")
    assert question.explanation == Explanation(text="Count.")


def test_matching_with_something_extra() -> None:
    question = only("Match. {\n=Canada -> Ottawa\n=Italy->Rome\n=-> Paris\n}")
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("Canada", "Ottawa"), ("Italy", "Rome")]
    assert question.distractors == ("Paris",)


def test_a_missing_word_is_a_line_to_fill() -> None:
    assert only("Two and {=two} is four.").text == "Two and _____ is four."
    assert only("[html]<p>Two and two is {=four}</p>").text == "<p>Two and two is </p>"


# --- Formats, escapes, comments, categories


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("one\ntwo", "one<br>two"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p>\n<p>two</p>"),
        ("[html]one\ntwo", "one\ntwo"),
        ("[plain]1 < 2\nyes", "1 &lt; 2<br>yes"),
        ("[markdown]**Is** this *so* or `a<b`?", "<strong>Is</strong> this <em>so</em> or <code>a&lt;b</code>?"),
        ("[markdown]one\ntwo", "one<br>two"),
        ("[markdown]- one\n- *two*", "<ul><li>one</li><li><em>two</em></li></ul>"),
        (
            "[markdown]Which?\\n\\n1. one\\n2. two",
            "<p>Which?</p>\n<ol><li>one</li><li>two</li></ol>",
        ),
        (
            "[markdown][here](https://example.org/?a\\=1&b)",
            '<a href="https://example.org/?a=1&amp;b" rel="noopener noreferrer">here</a>',
        ),
        ("[markdown][here](javascript\\:x)", '<a rel="noopener noreferrer">here</a>'),
        ("[other]one", "[other]one"),
        ("[moodle", "[moodle"),
        ("a\\nb \\{x\\} \\~ \\= \\# \\: \\\\ \\q", "a<br>b {x} ~ = # : \\ \\q"),
        ("C\\:\\\\new", "C:\\new"),
        ("one\n// two\nthree", "one<br>three"),
        ("::no title", "::no title"),
        ("<script>x</script>Is it?", "Is it?"),
    ],
)
def test_texts_become_markup(text: str, markup: str) -> None:
    assert only(f"{text} {{T}}").text == markup


def test_parts_take_the_format_of_the_question_unless_they_say_otherwise() -> None:
    question = only("[plain]Which? {=<b> ~[html]<b>x</b>#[markdown]*y*}")
    assert isinstance(question, SingleChoice)
    assert [choice.text for choice in question.choices] == ["&lt;b&gt;", "<b>x</b>"]
    assert question.choices[1].feedback == "<em>y</em>"
    assert only("x {=[html]y}").answers == (TextAnswer(pattern="y"),)  # type: ignore[attr-defined]


def test_ids_and_tags_stand_in_comments_as_in_moodle() -> None:
    question = only("// [id:q-1] [tag:one, two] [tag:a\\]b]\n// [id:other] [tag:a\\]b]\nSun? {T}")
    assert question == TrueFalse(id="q-1", text="Sun?", tags=("one two", "a]b"))


def test_an_id_that_does_not_fit_is_replaced_and_said() -> None:
    reading = read("\n// [id:not so good]\nSun? {T}")
    assert [question.id for question in reading.questions] == ["new1"]
    assert [(each.line, each.dropped) for each in reading.problems] == [(2, False)]


def test_a_category_is_a_tag_of_the_questions_below_it() -> None:
    text = (
        "One? {T}\n\n$CATEGORY: $course$/top/Safety, first/Phishing\nTwo? {T}\n$CATEGORY: a/b//c, d\n\n"
        "Three? {T}\n\n$CATEGORY: $course$/top/Default for X\n\nFour? {T}\n\n$CATEGORY:\n\nFive? {T}"
    )
    assert [question.tags for question in read(text).questions] == [(), ("Phishing",), ("b/c d",), (), ()]


def test_comments_and_empty_texts_are_nothing() -> None:
    for text in ("", "\n\n", "// only this", "\ufeff// and\n\n// this", "   "):
        assert read(text) == Reading()


# --- What is not understood, and where


def test_one_broken_question_never_takes_others_with_it() -> None:
    text = "One? {T}\n\nTwo? {~%50%a\n\nThree? {T}\n\nFour\n\nFive? {}\n\n}{\n\nSix? {#x}\n\nSeven? {=a ~b}"
    assert [question.text for question in read(text).questions] == ["One?", "Three?", "Seven?"]
    assert sentences(text) == [
        (3, "{ and } do not match here. A q", True),
        (7, "There are no answers in { }, s", True),
        (9, "This is an essay, which nobody", True),
        (11, "{ and } do not match here. A q", True),
        (13, "“x” is not a number. Write {#5", True),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Which?\n{\n=a\n~ \n}", 4),
        ("Which?\n{\n=a\n}{", 4),
        ("Which?\n// comment\n{#\n=1:x\n}", 4),
        ("Which?\n{=a -> b\n=c\n}", 3),
        ("Which?\n{=a -> b\n=a -> c\n}", 3),
        ("Which?\n{=a -> b\n=c -> d\n= ->\n}", 4),
        ("Which?\n{=a\n=%50%*\n}", 3),
        ("{T}", 1),
        ("Which? {~a ~b}", 1),
        ("Which? {" + "~" * 501 + "}", 1),
    ],
)
def test_a_problem_is_in_the_line_where_it_is(text: str, line: int) -> None:
    assert [each.line for each in read(f"// first\n\n{text}").problems] == [line + 2]


def test_xml_is_recognised_and_refused() -> None:
    for text in ("<?xml version='1.0'?><quiz/>", "\n<quiz>", "<!-- x --><question type='x'>"):
        assert sentences(text) == [(1, "This is XML, not GIFT. Choose ", True)]
    assert only("<b>Sun?</b> {T}").text == "<b>Sun?</b>"


def test_a_text_that_is_too_long_says_so() -> None:
    assert sentences("x" * (gift.MOST_CHARACTERS + 1)) == [(1, "This is longer than 1000000 ch", True)]
    reading = read("a {T}\n\n" * 1001)
    assert len(reading.questions) == 1000
    assert [(each.line, each.dropped) for each in reading.problems] == [(2001, True)]


# --- Any text at all

SIGNS = (
    *"{ } ~ = # #### : :: \\ \\n % %50% %-50% -> .. // T F TRUE 3 3:2 * a [html] [markdown] ** ` $CATEGORY:".split(),
    "\n",
    "\n\n",
    " ",
    "// microunits: ",
    '{"type":"truefalse","id":"q","text":"x"}',
    "[id:q]",
    "[tag:t]",
)


@run(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=3)), max_size=30).map("".join))
def test_any_text_gives_questions_that_are_fine_and_problems_that_have_a_line(text: str) -> None:
    reading = read(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert [check(question) for question in reading.questions] == [[]] * len(reading.questions)
    assert all(1 <= each.line <= lines and each.problem.sentence() for each in reading.problems)
    assert read(gift.write(reading.questions).text) == Reading(reading.questions)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 200_000,
        "a{" + "~" * 200_000 + "}",
        "a{=" + "->" * 100_000 + "}",
        "a{=%" + "5%" * 100_000 + "}",
        "\\" * 200_000 + "{T}",
        "// " + "[id:" * 50_000 + "\na{T}",
        "// [tag:" + "\\]" * 50_000 + "\na{T}",
        "[markdown]" + "*a" * 50_000 + "[x](y" * 5_000 + "`" * 9_999 + "{T}",
        "a {T}" + "</p>" * 50_000 + "x",
        "a\n" * 100_000 + "{T}",
        "// microunits: " + "[" * 200_000,
    ],
    ids=range(11),
)
def test_hostile_texts_take_time_in_proportion(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 5
