"""Handing in a reflection."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from tests.xblocks.reflection import strategies
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.frameworks import Framework, Prompt
from xblocks.reflection.handing_in import (
    COMMITMENT,
    ON,
    Handed,
    Part,
    check,
    decode,
    encode,
    hand_in,
    is_same,
    says_the_same,
    words_in,
)

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
PLAN = Design(framework=Framework.FREE, commitment=Commitment.REQUIRED)
MAYBE = Design(framework=Framework.FREE, commitment=Commitment.OPTIONAL)
TEXT = {"thoughts": "It went well."}


def paths(design: Design, answers: dict[str, str]) -> list[str]:
    return [problem.path for problem in check(design, answers, TODAY)]


def test_something_must_be_written() -> None:
    assert paths(Design(), {"thoughts": " \n…"}) == ["answers"]
    assert paths(Design(), {}) == ["answers"]
    assert paths(Design(), TEXT) == []


def test_an_answer_to_a_question_that_is_not_asked_does_not_count() -> None:
    assert paths(Design(), {"gone": "many words here"}) == ["answers"]


def test_the_bounds_are_said_with_how_much_there_is() -> None:
    (short,) = check(Design(least_words=5), TEXT, TODAY)
    assert short.sentence() == "You have 3 words, and at least 5 are asked for. What else comes to mind?"
    (long,) = check(Design(most_words=2), TEXT, TODAY)
    assert long.sentence() == "You have 3 words, and at most 2 are asked for. What matters most?"
    assert not check(Design(least_words=3, most_words=3), TEXT, TODAY)


@pytest.mark.parametrize(
    ("commitment", "wrong"),
    [
        ({}, [COMMITMENT, ON]),
        ({COMMITMENT: "Call first"}, [ON]),
        ({COMMITMENT: " ", ON: "2026-11-26"}, [COMMITMENT]),
        ({COMMITMENT: "Call first", ON: "soon"}, [ON]),
        ({COMMITMENT: "Call first", ON: "2026-11-25"}, [ON]),
        ({COMMITMENT: "Call first", ON: "2030-01-01"}, [ON]),
        ({COMMITMENT: "Call first", ON: "2026-11-26"}, []),
    ],
)
def test_a_commitment_is_a_deed_and_a_day_to_come(commitment: dict[str, str], wrong: list[str]) -> None:
    assert paths(PLAN, {**TEXT, **commitment}) == wrong


def test_a_commitment_that_is_not_required_may_be_left_but_not_half_done() -> None:
    assert paths(MAYBE, TEXT) == []
    assert paths(MAYBE, {**TEXT, ON: "2026-12-01"}) == [COMMITMENT]


def test_a_commitment_counts_no_words() -> None:
    assert words_in({**TEXT, COMMITMENT: "Call first", ON: "2026-12-01"}) == 3


def test_what_is_handed_in_holds_the_questions_as_they_were_asked() -> None:
    prompts = (Prompt("thoughts", "Wat blijft je bij?"), Prompt("more", "Nog iets?"))
    answers = {**TEXT, "gone": "x", COMMITMENT: "Call first ", ON: "2026-12-01"}
    assert hand_in(PLAN, prompts, answers, 2, NOW) == Handed(
        number=2,
        at=NOW,
        words=3,
        parts=(Part("thoughts", "Wat blijft je bij?", "It went well."), Part("more", "Nog iets?", "")),
        commitment="Call first",
        on=date(2026, 12, 1),
    )


def test_a_commitment_that_is_not_asked_for_is_not_handed_in() -> None:
    handed = hand_in(Design(), Design().asked(), {**TEXT, COMMITMENT: "Call", ON: "2026-12-01"}, 1, NOW)
    assert (handed.commitment, handed.on) == ("", None)


def test_a_date_without_a_deed_is_none() -> None:
    assert hand_in(MAYBE, MAYBE.asked(), {**TEXT, ON: "2026-12-01"}, 1, NOW).on is None


def test_what_was_changed_since_is_noticed() -> None:
    answers = {**TEXT, COMMITMENT: "Call first", ON: "2026-12-01"}
    handed = hand_in(PLAN, PLAN.asked(), answers, 1, NOW)
    assert says_the_same(handed, answers)
    assert says_the_same(handed, TEXT)
    assert not says_the_same(handed, {**answers, "thoughts": "Else"})
    assert not says_the_same(handed, {**answers, ON: "2026-12-02"})


def test_two_versions_are_the_same_by_what_they_say() -> None:
    first = hand_in(Design(), Design().asked(), TEXT, 1, NOW)
    assert is_same(first, hand_in(Design(), Design().asked(), TEXT, 2, NOW.replace(hour=10)))
    assert not is_same(first, hand_in(Design(), Design().asked(), {"thoughts": "Else"}, 2, NOW))


def test_what_was_written_does_not_show_in_a_repr() -> None:
    answers = {"thoughts": "secret", COMMITMENT: "secret", ON: "2026-12-01"}
    assert "secret" not in repr(hand_in(PLAN, PLAN.asked(), answers, 1, NOW))


@given(strategies.handed)
def test_what_is_kept_is_read_as_it_was(handed: Handed) -> None:
    assert decode(json.loads(json.dumps(encode(handed)))) == handed
