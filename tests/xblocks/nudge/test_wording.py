"""What messages say."""

from __future__ import annotations

import re
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.microquiz.questions import Image, Number, Question, ShortText, SingleChoice, TrueFalse
from xblocks.nudge.kinds import Kind
from xblocks.nudge.wording import (
    WIDTH,
    Addresses,
    Letter,
    Note,
    Occasion,
    Topic,
    as_text,
    letter,
    plain_question,
    variants,
)

ENGLISH = NullTranslations()
INVITATIONS = (Kind.REVIEWS, Kind.DIGEST, Kind.COMEBACK)
ONE = (Topic("Spot the phish", 2),)
TWO = (Topic("Spot the phish", 2), Topic("Safe passwords", 1))
ADDRESSES = Addresses(go="https://x/go", stop="https://x/stop", question="https://x/q")


def occasion(
    kind: Kind = Kind.REVIEWS,
    *,
    topics: tuple[Topic, ...] = ONE,
    variant: int = 0,
    asked: str = "",
    note: Note | None = None,
    rtl: bool = False,
) -> Occasion:
    number = sum(topic.questions for topic in topics)
    return Occasion(
        kind=kind,
        variant=variant,
        topics=topics,
        questions=number,
        site="Campus",
        asked=asked,
        note=note or (Note("Soon", "Be there.", "Prepare") if kind is Kind.ANCHORED else None),
        rtl=rtl,
    )


def written(of: Occasion) -> Letter:
    return letter(of, ENGLISH)


# --- What every message promises


@pytest.mark.parametrize("kind", INVITATIONS)
@pytest.mark.parametrize("variant", range(3))
def test_the_first_line_says_what_and_how_long(kind: Kind, variant: int) -> None:
    assert written(occasion(kind, variant=variant)).lead == "Two questions, one minute"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "One question, half a minute"),
        (2, "Two questions, one minute"),
        (3, "Three questions, about two minutes"),
        (4, "4 questions, about 2 minutes"),
        (5, "5 questions, about 3 minutes"),
    ],
)
def test_a_question_takes_half_a_minute(number: int, said: str) -> None:
    assert written(occasion(topics=(Topic("A", number),))).lead == said


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("topics", [ONE, TWO, ()])
def test_every_message_says_why_it_came_and_how_to_stop(kind: Kind, topics: tuple[Topic, ...]) -> None:
    text = as_text(written(occasion(kind, topics=topics)), ADDRESSES)
    assert re.search(r"You get this .*Campus", text, re.DOTALL)
    assert "stop them:\nhttps://x/stop" in text


@pytest.mark.parametrize("kind", INVITATIONS)
@pytest.mark.parametrize("topics", [ONE, TWO])
def test_there_are_three_texts_for_a_kind(kind: Kind, topics: tuple[Topic, ...]) -> None:
    letters = [written(occasion(kind, topics=topics, variant=number)) for number in range(variants(kind))]
    assert len({one.subject for one in letters}) == len({one.paragraphs for one in letters}) == 3


def test_kinds_that_say_one_thing_have_one_text() -> None:
    assert variants(Kind.GOODBYE) == variants(Kind.ANCHORED) == 1


@given(st.sampled_from(INVITATIONS), st.integers(0, 1000))
def test_any_number_chooses_a_text(kind: Kind, number: int) -> None:
    assert written(occasion(kind, variant=number)).subject


_SCOLDING = re.compile(r"miss|ignor|forgot|fail|haven't|must|should|late|behind|!", re.IGNORECASE)


@pytest.mark.parametrize("kind", [*INVITATIONS, Kind.GOODBYE])
@pytest.mark.parametrize("topics", [ONE, TWO])
def test_no_text_scolds_or_shouts(kind: Kind, topics: tuple[Topic, ...]) -> None:
    for number in range(variants(kind)):
        text = as_text(written(occasion(kind, topics=topics, variant=number)), ADDRESSES)
        assert not _SCOLDING.search(text), text


# --- Courses


def test_several_courses_are_one_calm_list() -> None:
    made = written(occasion(Kind.DIGEST, topics=TWO))
    assert made.topics == ("Spot the phish: 2\u00a0questions", "Safe passwords: 1\u00a0question")
    assert "phish" not in made.subject


def test_one_course_is_named_and_not_listed() -> None:
    made = written(occasion(Kind.REVIEWS))
    assert made.topics == ()
    assert made.subject == "Two questions, one minute: Spot the phish"


@given(st.text())
def test_a_subject_is_one_line_whatever_the_course_is_called(name: str) -> None:
    for kind in INVITATIONS:
        for number in range(3):
            subject = written(occasion(kind, topics=(Topic(name, 1),), variant=number)).subject
            assert subject.splitlines() == [subject]
            assert len(subject) < 130


def test_percent_signs_in_a_name_are_just_signs() -> None:
    assert "100 %(course)s %" in written(occasion(topics=(Topic("100 %(course)s %", 1),))).subject


def test_a_long_name_is_cut_in_the_subject_only() -> None:
    made = written(occasion(topics=(Topic("long " * 30, 2),)))
    assert made.subject.endswith("…")
    assert ("long " * 30).strip() in made.why


def test_marks_that_turn_the_direction_do_not_get_in() -> None:
    made = written(occasion(topics=(Topic("a\u202eb", 2),)))
    assert "\u202e" not in made.subject + made.why


def test_a_name_of_the_other_direction_keeps_to_itself() -> None:
    hebrew = "סיסמאות"
    assert f"\u2068{hebrew}\u2069" in written(occasion(topics=(Topic(hebrew, 2),))).why
    assert hebrew in written(occasion(topics=(Topic(hebrew, 2),), rtl=True)).why
    assert "\u2068" not in written(occasion(topics=(Topic(hebrew, 2),), rtl=True)).why
    assert "\u2068Spot the phish\u2069" in written(occasion(rtl=True)).why
    assert "\u2068" not in written(occasion(topics=(Topic("2026", 2),), rtl=True)).why


# --- What stands behind the subject in a list of mails


def test_the_list_of_mails_tells_what_the_subject_does_not() -> None:
    assert written(occasion(variant=0, asked="What first?")).preheader == "What first?"
    assert written(occasion(variant=1, asked="What first?")).preheader == "Two questions, one minute. What first?"
    assert written(occasion(variant=0)).preheader.startswith("From “Spot the phish”")


# --- Kinds of their own


def test_a_goodbye_says_that_silence_is_fine_and_how_to_begin_again() -> None:
    text = as_text(written(occasion(Kind.GOODBYE, topics=())), ADDRESSES)
    assert text.startswith("This is our last message for now\n")
    assert "Practise once" in text
    assert "Practise again:\nhttps://x/go" in text


def test_an_anchored_message_says_what_its_asker_wants_to_say() -> None:
    note = Note("Soon:\n workshop", "On Tuesday\nat two.\n \n\nBring a mail.\n\n", "Prepare")
    made = written(occasion(Kind.ANCHORED, note=note))
    assert (made.subject, made.lead) == ("Soon: workshop", "Soon: workshop")
    assert made.paragraphs == ("On Tuesday at two.", "Bring a mail.")
    assert made.button == "Prepare"


def test_an_anchored_message_without_words_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="note"):
        letter(Occasion(kind=Kind.ANCHORED), ENGLISH)


# --- A question in the mail

CHOICE = SingleChoice(id="q", text="<p>What do you look at <b>first</b>?</p>")


def test_a_plain_question_is_asked_in_the_mail_with_a_link_of_its_own() -> None:
    text = as_text(written(occasion(asked="What first?")), ADDRESSES)
    assert "One of them:\n  What first?\n\nAnswer it right away, without signing in:\nhttps://x/q\n" in text


def test_a_single_question_is_called_so() -> None:
    assert written(occasion(topics=(Topic("A", 1),), asked="What?")).asked_label == "The question:"


def test_without_a_plain_question_there_is_no_such_link() -> None:
    assert "https://x/q" not in as_text(written(occasion()), ADDRESSES)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (CHOICE, "What do you look at first?"),
        (TrueFalse(id="q", text="A lock means safe."), "True or false? A lock means safe."),
        (ShortText(id="q", text="Who?\n Name\x00 them."), "Who? Name them."),
        (Number(id="q", text="How many?"), ""),
        (SingleChoice(id="q", text=""), ""),
        (SingleChoice(id="q", text="long " * 100), ""),
        (SingleChoice(id="q", text='Look: <img src="/a.png" alt="">'), ""),
        (SingleChoice(id="q", text="x<sup>2</sup>?"), ""),
        (SingleChoice(id="q", text=r"What is \(x\)?"), ""),
        (SingleChoice(id="q", text="What is this?", image=Image(src="/a.png")), ""),
    ],
)
def test_only_what_text_alone_can_say_is_asked_in_a_mail(question: Question, text: str) -> None:
    assert plain_question(question, ENGLISH) == text


# --- As text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=400))
def test_lines_of_the_text_part_fit(name: str) -> None:
    spaced = " ".join(name[start : start + 9] for start in range(0, len(name), 9))
    text = as_text(written(occasion(topics=(Topic(spaced, 2), Topic("B", 1)), asked=spaced)), ADDRESSES)
    assert max(map(len, text.split("\n"))) <= WIDTH


def test_an_address_is_never_broken() -> None:
    far = Addresses(go=f"https://x/{'a-' * 100}", stop="https://x/stop")
    assert far.go in as_text(written(occasion()), far).split("\n")
