"""How far somebody is, as a bar and as a sentence."""

from __future__ import annotations

from datetime import timedelta
from gettext import NullTranslations

import pytest
from hypothesis import given

from tests.xblocks.badges.strategies import BLOCKS, START, criteria, logs
from tests.xblocks.badges.test_fulfilment import DAY, answered, done, fact, on, repeated
from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    Attended,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)
from xblocks.badges.facts import Did, Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.progress import Progress, progress
from xblocks.badges.progress_words import sentence
from xblocks.badges.record import record_of

WORDS = NullTranslations()
NAMES = {"a": "Links", "b": "Senders", "c": "Attachments", "d": "Passwords"}


def far(criterion: Criterion, *log: Fact, day: float = 10) -> Progress:
    return progress(criterion, record_of(log), on(day), on(day).date())


def said(criterion: Criterion, *log: Fact, day: float = 10) -> str:
    return sentence(far(criterion, *log, day=day), NAMES, WORDS)


@given(criteria(), logs())
def test_a_bar_is_full_when_it_is_fulfilled_and_only_then(criterion: Criterion, log: list[Fact]) -> None:
    record, now = record_of(log), START + 50 * DAY
    found = progress(criterion, record, now, now.date())
    assert 0 <= found.share <= 1
    assert found.is_fulfilled == (fulfilled_at(criterion, record) is not None)
    assert 0 <= found.done <= found.of
    assert (found.done == found.of) == found.is_fulfilled
    assert set(found.missing) <= set(BLOCKS)


@given(criteria(), logs())
def test_there_is_a_sentence_for_everything(criterion: Criterion, log: list[Fact]) -> None:
    now = START + timedelta(days=50)
    found = sentence(progress(criterion, record_of(log), now, now.date()), NAMES, WORDS)
    assert found
    assert "%" not in found.replace("%,", "").replace("% ", "").removesuffix("%")


FOUR = Completed(("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("criterion", "log", "words"),
    [
        (FOUR, [], "0 of 4 units, 4 to go"),
        (FOUR, [done("a", 1), done("b", 1)], "2 of 4 units, 2 to go"),
        (FOUR, [done("a", 1), done("b", 1), done("c", 1)], "3 of 4 units, only “Passwords” to go"),
        (FOUR, [done(block, 1) for block in BLOCKS], "All 4 units done"),
        (Completed(("a",)), [], "To do: “Links”"),
        (Completed(("gone",)), [], "0 of 1 unit, one to go"),
        (Completed(("a",)), [done("a", 1)], "Done"),
        (ScoreAtLeast(("a",), 0.8), [], "To do: 80% in “Links”"),
        (ScoreAtLeast(("gone",), 0.8), [], "80% in 0 of 1 unit, one to go"),
        (ScoreAtLeast(("a",), 0.8), [fact(Did.SCORED, 1, score=0.6)], "Best so far 60%, 80% is enough"),
        (ScoreAtLeast(("a",), 0.8), [fact(Did.SCORED, 1, score=0.9)], "80% or more reached"),
        (ScoreAtLeast(("a", "b"), 0.8), [fact(Did.SCORED, 1, score=0.9)], "80% in 1 of 2 units, one to go"),
        (FirstTry(3), [answered("x", 1, 1.0)], "1 of 3 questions right at the first try, 2 to go"),
        (FirstTry(1), [answered("x", 1, 1.0)], "One question right at the first try"),
        (CameBack(2), [], "0 of 2 questions tried again and known now, 2 to go"),
        (CameBack(1), [answered("x", 1, 0), repeated(2, "x")], "One question tried again and known now"),
        (Reviews(5, 7), [repeated(9), repeated(1)], "1 of 5 questions repeated in the last 7 days, 4 to go"),
        (Reviews(2, 7), [repeated(9), repeated(8)], "2 questions repeated in 7 days"),
        (WeeksInARow(3), [repeated(1), repeated(8)], "2 of 3 weeks in a row, one to go"),
        (WeeksInARow(2), [repeated(1), repeated(8)], "Practised 2 weeks in a row"),
        (FinishedWithin(("a", "b"), 3), [done("a", 9)], "1 of 2 units in the last 3 days, one to go"),
        (FinishedWithin(("a", "b"), 3), [done("a", 9), done("b", 9)], "All 2 units done within 3 days"),
        (Reflected(("a",)), [], "To do: your reflection “Links”"),
        (Reflected(("a", "b")), [], "0 of 2 reflections, 2 to go"),
        (Reflected(("a",)), [fact(Did.REFLECTED, 1)], "Reflection handed in"),
        (Prepared(("a",)), [], "To do: prepare for “Links”"),
        (Prepared(("a", "b")), [], "Prepared for 0 of 2 workshops, 2 to go"),
        (Prepared(("a",)), [fact(Did.PREPARED, 1)], "Prepared for the workshop"),
        (Attended(("a",)), [], "To do: be at “Links”"),
        (Attended(("a", "b")), [], "At 0 of 2 workshops, 2 to go"),
        (Attended(("a",)), [fact(Did.ATTENDED, 1)], "At the workshop"),
        (AllOf((FOUR, Reviews(1, 1))), [], "0 of 2 parts, 2 to go"),
        (AllOf((FOUR, Reviews(1, 1))), [repeated(1)], "0 of 4 units, 4 to go"),
        (AllOf((Reviews(1, 1), FirstTry(1))), [repeated(1), answered("x", 1, 1.0)], "All 2 parts done"),
        (AnyOf((FOUR, Completed(("a",)))), [], "0 of 4 units, 4 to go"),
        (
            AnyOf((FOUR, Completed(("a", "b", "c")))),
            [done("a", 1), done("b", 1)],
            "2 of 3 units, only “Attachments” to go",
        ),
        (AnyOf((FOUR, Completed(("a",)))), [done("a", 1)], "Done"),
        (SomeOf(2, (FOUR, Completed(("a",)), Reviews(1, 1))), [done("a", 1)], "1 of 2 parts, one to go"),
        (SomeOf(2, (FOUR, Completed(("a",)), Reviews(1, 1))), [done("a", 1), repeated(1)], "2 parts done"),
    ],
)
def test_what_is_said(criterion: Criterion, log: list[Fact], words: str) -> None:
    assert said(criterion, *log) == words


def test_near_a_score_is_not_there() -> None:
    found = far(ScoreAtLeast(("a",), 1.0), fact(Did.SCORED, 1, score=0.999))
    assert found.share == 0.99
    assert said(ScoreAtLeast(("a",), 1.0), fact(Did.SCORED, 1, score=0.999)) == "Best so far 99%, 100% is enough"


def test_a_run_that_has_ended_no_longer_counts() -> None:
    log = [repeated(1), repeated(8)]
    assert far(WeeksInARow(3), *log, day=20).done == 2
    assert far(WeeksInARow(3), *log, day=21).done == 0
    assert far(WeeksInARow(3, rest=1), *log, day=21).done == 2
    assert far(WeeksInARow(3)).done == 0


def test_what_was_completed_too_long_ago_no_longer_counts_in_a_series() -> None:
    within = FinishedWithin(("a", "b"), 3)
    assert far(within, done("a", 1), day=4).done == 1
    assert far(within, done("a", 1), day=5).done == 0


def test_nothing_to_do_is_no_progress() -> None:
    for nothing in (AllOf(()), Completed(()), ScoreAtLeast((), 0.5)):
        assert far(nothing).share == 0
