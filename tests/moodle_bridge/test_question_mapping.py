"""Every type of question becomes one of Moodle's, and what no loss names comes back as it was."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st
from lxml import etree

from moodle_bridge.components import Fate, Loss
from moodle_bridge.fractions import SHARES, is_exact, per_cent, share
from moodle_bridge.moodle_xml_writing import write
from moodle_bridge.question_mapping import RATINGS, Mapped, mapped
from tests.xblocks.microquiz import strategies
from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz import moodle_xml
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Explanation,
    Feedback,
    Flashcard,
    GapOption,
    Image,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    Pair,
    PickedGap,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)

KEY = "mu-q1-0123456789ab"


def read_back(found: Mapped) -> Question:
    reading = moodle_xml.read(f"<quiz>{write(found.question, [])}</quiz>", lambda: "new")
    assert len(reading.questions) == 1, [problem.problem.sentence() for problem in reading.problems]
    return reading.questions[0]


# --- Nothing is lost that no loss names


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value of a question, with its path ("choices/2/feedback")."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name), f"{path}/{field.name}")
    elif isinstance(value, tuple):
        yield f"{path}#", len(value)
        for index, one in enumerate(value):
            yield from leaves(one, f"{path}/{index}")
    else:
        yield path.lstrip("/"), value


def settled(value: Any) -> Any:
    """Numbers as near as Moodle's seven digits; texts without the blanks at their ends, which no reader keeps."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (float, int, Decimal)):
        return round(float(value), 4)
    return value


def is_about(loss: Loss, path: str) -> bool:
    return path == loss.path or path.startswith((f"{loss.path}/", f"{loss.path}#"))


def comes_otherwise(question: Question, path: str) -> bool:
    """What reading gives otherwise without a loss for anybody: ids of parts, a name, a picture's place."""
    if re.search(r"(^|/)(id|gaps/\d+/id)$", path) or path in ("title", "image/src", "image/alt"):
        return True
    if path == "text":
        return bool(question.image.src) or isinstance(question, Cloze)
    # Moodle has no word for accents, so the reader takes them as it takes case.
    return path.endswith("fold_accents")


def readable(text: str) -> bool:
    """A plain text that Moodle shows as it is, and that nobody who reads Moodle XML takes for markup."""
    return "<" not in text and "&" not in text and text == text.strip() and text != ""


def is_plain_enough(question: Question) -> bool:
    """Whether the plain texts of a question are such as people write; hostile markup is tested elsewhere."""
    if "@@PLUGINFILE@@" in repr(question):
        return False  # Moodle's own word for an address
    match question:
        case Matching():
            return all(readable(pair.right) for pair in question.pairs) and all(map(readable, question.distractors))
        case Cloze():
            texts = [
                text
                for gap in question.gaps
                for text in (
                    [option.text for option in gap.options]
                    if isinstance(gap, PickedGap)
                    else [answer.pattern for answer in gap.answers]
                )
            ]
            return all(readable(text) and "\\" not in text for text in texts)
        case ShortText():
            return all(readable(answer.pattern) for answer in question.answers)
        case Number():
            return not question.unit or readable(question.unit)
    return True


def as_placed(question: Question) -> Question:
    """What reading settles without anybody missing it: blank hints, tags in one line and once, gaps in their order."""
    tags = tuple(dict.fromkeys(" ".join(tag.split()) for tag in question.tags))
    hints = tuple(hint for hint in question.hints if hint.strip())
    settled_question = dataclasses.replace(question, tags=tags, hints=hints)
    if isinstance(settled_question, Cloze):
        placed = as_plain_text(settled_question.text)
        gaps = sorted(settled_question.gaps, key=lambda gap: placed.index(f"[[{gap.id}]]"))
        return dataclasses.replace(settled_question, gaps=tuple(gaps))
    return settled_question


@run(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(strategies.questions().filter(is_plain_enough))
def test_what_no_loss_names_comes_back_as_it_was(question: Question) -> None:
    question = as_placed(question)
    found = mapped(question, KEY)
    if isinstance(question, Flashcard):
        return
    again = read_back(found)
    assert again.type == question.type
    back = dict(leaves(again))
    lost = {loss.path for loss in found.losses}
    joined = {field for field in lost if field.startswith("feedback/")}
    for path, value in leaves(question):
        if any(is_about(loss, path) for loss in found.losses) or comes_otherwise(question, path):
            continue
        if joined and path.startswith(("feedback", "answers", "/answers")):
            continue  # feedback for everybody stands with the answers: tests of its own below
        if path.endswith("/relative") and path.replace("/relative", "/tolerance") in lost:
            continue
        if path == "scoring" and all(choice.right for choice in getattr(question, "choices", ())):
            continue  # where every choice is right, a penalty for wrong ones says nothing
        assert settled(back.get(path)) == settled(value), path


# --- What each type becomes


def fields_lost(found: Mapped) -> dict[str, Fate]:
    return {loss.path: loss.fate for loss in found.losses}


TWO = (Choice(id="a", text="Yes", right=True), Choice(id="b", text="No", feedback="Look again."))


@pytest.mark.parametrize("rights", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20])
def test_shares_that_moodle_knows_are_exact(rights: int) -> None:
    assert is_exact(Decimal(1) / rights)


def test_a_share_that_moodle_does_not_know_becomes_the_nearest_and_is_said() -> None:
    rights = [Choice(id=f"c{n}", text=str(n), right=True) for n in range(11)]
    choices = (*rights, Choice(id="x", text="no"))
    found = mapped(MultipleChoice(id="q", text="?", choices=choices), KEY)
    assert fields_lost(found) == {"choices/score": Fate.CHANGED}
    assert {answer.score for answer in found.question.answers} == {Decimal("0.1"), Decimal("-0.1")}


def test_a_share_is_written_in_per_cent() -> None:
    assert [per_cent(score) for score in (1, 0.33333, -0.25, 0)] == ["100", "33.33333", "-25", "0"]
    assert share(Decimal("-0.4")) == Decimal("-0.4")
    assert SHARES[0] == 1


@pytest.mark.parametrize(
    ("scoring", "wrong"),
    [
        (Scoring.PARTIAL_WITH_PENALTY, Decimal("-0.5")),
        (Scoring.PARTIAL, Decimal(0)),
        (Scoring.ALL_OR_NOTHING, Decimal(-1)),
    ],
)
def test_a_wrong_choice_costs_what_the_scoring_says(scoring: Scoring, wrong: Decimal) -> None:
    choices = (*TWO, Choice(id="c", text="Perhaps", right=True))
    found = mapped(MultipleChoice(id="q", text="?", choices=choices, scoring=scoring), KEY)
    assert [answer.score for answer in found.question.answers] == [Decimal("0.5"), wrong, Decimal("0.5")]
    assert ("scoring" in fields_lost(found)) == (scoring is not Scoring.PARTIAL_WITH_PENALTY)


def test_feedback_for_everybody_follows_that_of_each_answer_where_moodle_has_no_place_for_it() -> None:
    feedback = Feedback(right="Well done.", partly="Half.", wrong="Not yet.")
    found = mapped(TrueFalse(id="q", text="?", right=False, feedback_true="It is not.", feedback=feedback), KEY)
    assert [answer.feedback for answer in found.question.answers] == ["It is not.\nNot yet.", "Well done."]
    assert fields_lost(found) == {
        "feedback/right": Fate.CHANGED,
        "feedback/partly": Fate.LOST,
        "feedback/wrong": Fate.CHANGED,
    }


def test_what_everybody_hears_who_is_wrong_becomes_an_answer_that_fits_everything_else() -> None:
    answers = (TextAnswer(pattern="fire"), TextAnswer(pattern="flame", score=0.5))
    found = mapped(ShortText(id="q", text="?", answers=answers, feedback=Feedback(wrong="Not yet.")), KEY)
    assert [(one.text, one.score, one.feedback) for one in found.question.answers] == [
        ("fire", 1, ""),
        ("flame", Decimal("0.5"), ""),
        ("*", 0, "Not yet."),
    ]


def test_an_answer_that_fits_everything_else_keeps_its_own_feedback() -> None:
    answers = (TextAnswer(pattern="fire"), TextAnswer(pattern="*", score=0, feedback="Hot?"))
    found = mapped(ShortText(id="q", text="?", answers=answers, feedback=Feedback(wrong="Not yet.")), KEY)
    assert [one.feedback for one in found.question.answers] == ["", "Hot?"]
    assert fields_lost(found)["feedback/wrong"] is Fate.LOST


def test_a_relative_tolerance_becomes_an_amount() -> None:
    answer = NumberAnswer(value=Decimal(-200), tolerance=Decimal("0.05"), relative=True)
    found = mapped(Number(id="q", text="?", answers=(answer,), unit="kg"), KEY)
    assert found.question.answers[0].tolerance == Decimal("10.00")
    assert found.question.settings["unit"] == "kg"
    assert fields_lost(found) == {"answers/0/tolerance": Fate.CHANGED}


@pytest.mark.parametrize(
    ("scoring", "kind", "lost"),
    [
        (Scoring.ALL_OR_NOTHING, "ALL_OR_NOTHING", {}),
        (Scoring.PARTIAL, "RELATIVE_ALL_PREVIOUS_AND_NEXT", {"scoring": Fate.CHANGED}),
        (Scoring.PARTIAL_WITH_PENALTY, "RELATIVE_ALL_PREVIOUS_AND_NEXT", {"scoring": Fate.CHANGED}),
    ],
)
def test_ordering_counts_as_moodle_can(scoring: Scoring, kind: str, lost: dict[str, Fate]) -> None:
    found = mapped(Ordering(id="q", text="?", scoring=scoring), KEY)
    assert found.question.settings["gradingtype"] == kind
    assert fields_lost(found) == lost


def options(*texts: str, feedback: str = "") -> PickedGap:
    return PickedGap(
        id="g",
        options=tuple(
            GapOption(id=f"o{index}", text=text, right=not index, feedback=feedback) for index, text in enumerate(texts)
        ),
    )


def test_gaps_to_pick_from_without_feedback_are_missing_words() -> None:
    found = mapped(Cloze(id="q", text="It is [[g]] [[h]].", gaps=(options("hot", "cold"),)), KEY)
    assert found.question.qtype == "gapselect"
    assert found.question.text == "It is [[1]] [[h]]."
    assert found.losses == ()
    written = re.sub(r">\s+<", "><", write(found.question, []))
    assert "<selectoption><text>hot</text><group>1</group></selectoption>" in written


def test_accents_are_lost_only_where_they_were_folded() -> None:
    for folds in (True, False):
        question = ShortText(id="q", text="Who?", answers=(TextAnswer(pattern="café"),), fold_accents=folds)
        assert fields_lost(mapped(question, KEY)) == ({"fold_accents": Fate.CHANGED} if folds else {})


def test_a_gap_with_feedback_or_to_type_in_is_an_embedded_answer() -> None:
    typed = TypedGap(id="t", answers=(TextAnswer(pattern="a}b"), TextAnswer(pattern="c", score=0.5)), fold_case=False)
    gaps = (options("hot", "cold", feedback="<b>no</b>"), typed)
    found = mapped(Cloze(id="q", text="{1:SHORTANSWER:=x} [[g]] [[t]]", gaps=gaps, feedback=Feedback(right="Yes")), KEY)
    assert found.question.qtype == "multianswer"
    assert found.question.text == (
        "&#123;1:SHORTANSWER:=x} {1:MULTICHOICE_S:=hot\\#&lt;b&gt;no&lt;/b&gt;".replace("\\#", "#")
        + "~%0%cold#&lt;b&gt;no&lt;/b&gt;} {1:SHORTANSWER_C:=a\\}b~%50%c}"
    )
    assert fields_lost(found) == {
        "gaps/0/options": Fate.CHANGED,
        "gaps/1/fold_accents": Fate.CHANGED,
        "feedback/right": Fate.LOST,
    }


def test_a_flashcard_becomes_a_choice_of_how_well_one_knew_it() -> None:
    found = mapped(Flashcard(id="q", text="Front", back="<p>Back</p>"), KEY, gettext=lambda text: text.upper())
    assert found.question.text == "Front\n<details><summary>TURN THE CARD</summary><p>Back</p></details>"
    assert len(found.question.answers) == len(RATINGS)
    assert {answer.score for answer in found.question.answers} == {Decimal(1)}
    assert fields_lost(found) == {"type": Fate.CHANGED}


def test_a_picture_and_a_source_stand_within_the_texts() -> None:
    explanation = Explanation(text="So.", source_url="https://example.org/?a=1&b=2", source_title="A & B")
    image = Image(src="https://example.org/a.png", alt='A "mail"')
    found = mapped(SingleChoice(id="q", text="Which?", image=image, choices=TWO, explanation=explanation), KEY)
    assert found.question.text == '<p><img src="https://example.org/a.png" alt="A &quot;mail&quot;"></p>\nWhich?'
    assert found.question.explanation == 'So.\n<p><a href="https://example.org/?a=1&amp;b=2">A &amp; B</a></p>'
    assert fields_lost(found) == {"explanation": Fate.CHANGED}
    untitled = Explanation(source_title="A book")
    lost = mapped(SingleChoice(id="q", text="Which?", choices=TWO, explanation=untitled), KEY)
    assert fields_lost(lost) == {"explanation/source_title": Fate.LOST}


@given(st.sampled_from([Scoring.ALL_OR_NOTHING, Scoring.PARTIAL_WITH_PENALTY]))
def test_matching_and_gaps_are_partly_right_in_moodle(scoring: Scoring) -> None:
    pairs = (Pair(id="a", left="1", right="one"), Pair(id="b", left="2", right="two"))
    assert fields_lost(mapped(Matching(id="q", text="?", pairs=pairs, scoring=scoring), KEY)) == {
        "scoring": Fate.CHANGED
    }
    cloze = Cloze(id="q", text="[[g]]", gaps=(options("a", "b"),), scoring=scoring)
    assert fields_lost(mapped(cloze, KEY)) == {"scoring": Fate.CHANGED}


def test_what_is_no_question_is_refused() -> None:
    with pytest.raises(TypeError, match="no type of question"):
        mapped(Question(id="q", text="?"), KEY)


def test_an_element_has_what_moodles_importer_asks_for() -> None:
    choice = SingleChoice(id="q", title="Sender", text="Who <b>sent</b> it?", choices=TWO, hints=("Look.", " "))
    root = etree.fromstring(write(mapped(choice, KEY, penalty=0.25).question, []))
    assert root.get("type") == "multichoice"
    assert {name: root.findtext(name) for name in ("idnumber", "penalty", "single", "shuffleanswers")} == {
        "idnumber": KEY,
        "penalty": "0.25",
        "single": "true",
        "shuffleanswers": "true",
    }
    assert root.findtext("name/text") == "Sender"
    assert [hint.findtext("text") for hint in root.findall("hint")] == ["Look."]
    assert [answer.get("fraction") for answer in root.findall("answer")] == ["100", "0"]


def test_a_unit_is_the_one_that_moodle_counts_in() -> None:
    number = Number(id="q", text="How long?", answers=(NumberAnswer(value=Decimal("1.5")),), unit="km")
    root = etree.fromstring(write(mapped(number, KEY).question, []))
    assert (root.findtext("units/unit/unit_name"), root.findtext("units/unit/multiplier")) == ("km", "1")
    assert (root.findtext("answer/tolerance"), root.findtext("showunits")) == ("0", "0")


def test_missing_words_are_written_with_the_gap_that_each_belongs_to() -> None:
    gaps = (options("hot", "cold"), dataclasses.replace(options("sun", "moon"), id="h"))
    root = etree.fromstring(write(mapped(Cloze(id="q", text="[[g]] [[h]]", gaps=gaps), KEY).question, []))
    written = [(one.findtext("text"), one.findtext("group")) for one in root.findall("selectoption")]
    assert written == [("hot", "1"), ("cold", "1"), ("sun", "2"), ("moon", "2")]
    # Each gap names its right answer by its place among all.
    assert root.findtext("questiontext/text") == "[[1]] [[3]]"
