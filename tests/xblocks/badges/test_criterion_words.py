"""What has to be done for a badge, said so that somebody can do it."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from hypothesis import given
from lxml import etree, html

from tests.xblocks.badges.strategies import criteria
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
from xblocks.badges.criterion_words import Told, as_html, as_markdown, told

ENGLISH = NullTranslations()
FIRST, AGAIN = "Answer one question right at the first try", "Answer one question right that went wrong before"
NAMES = {"a": "Senders", "b": "Links & more"}


def count(one: Told) -> int:
    return 1 + sum(map(count, one.parts))


@pytest.mark.parametrize(
    ("criterion", "says"),
    [
        (Completed(("a",)), "Complete “Senders”"),
        (Completed(("a", "b")), "Complete these 2 units:\n\n- Senders\n- Links & more"),
        (Completed(("gone",)), "Complete a unit of this course"),
        (ScoreAtLeast(("a",), 0.8), "Reach 80% or more in “Senders”"),
        (
            ScoreAtLeast(("a", "x"), 0.8),
            "Reach 80% or more in each of these 2 units:\n\n- Senders\n- a unit of this course",
        ),
        (FinishedWithin(("a",), 1), "Complete “Senders” within 1 day"),
        (Reflected(("a",)), "Hand in your reflection in “Senders”"),
        (Prepared(("a",)), "Come prepared to “Senders”"),
        (Attended(("a",)), "Be at “Senders”"),
        (FirstTry(1), "Answer one question right at the first try"),
        (FirstTry(5, ("a",)), "Answer 5 questions right at the first try, in “Senders”"),
        (CameBack(2), "Answer 2 questions right that went wrong before"),
        (Reviews(10, 7), "Repeat 10 questions within 7 days"),
        (WeeksInARow(4), "Practise 4 weeks in a row"),
        (WeeksInARow(4, 1), "Practise 4 weeks in a row; one week of rest in between is fine"),
        (AllOf((Reviews(1, 2),)), "Repeat one question within 2 days"),
        (AnyOf((FirstTry(1), CameBack(1))), f"One of these, whichever:\n\n- {FIRST}\n- {AGAIN}"),
        (
            AllOf((Completed(("a", "b")), SomeOf(1, (FirstTry(1), CameBack(1))))),
            (
                "All of these:\n\n- Complete these 2 units:\n  - Senders\n  - Links & more\n"
                f"- One of these 2, whichever:\n  - {FIRST}\n  - {AGAIN}"
            ),
        ),
    ],
)
def test_a_criterion_says_what_to_do(criterion: Criterion, says: str) -> None:
    assert as_markdown(told(criterion, NAMES, ENGLISH)) == says


@given(criteria())
def test_every_criterion_is_told_with_all_that_it_names(criterion: Criterion) -> None:
    found = told(criterion, NAMES, ENGLISH)
    assert "%(" not in as_markdown(found)
    assert len(as_markdown(found).replace("\n\n", "\n").split("\n")) == count(found)
    tree = html.fragment_fromstring(as_html(found), create_parent="div")
    assert len(tree.findall(".//li")) == count(found) - 1


def test_titles_are_no_markup() -> None:
    found = as_html(told(Completed(("a", "b")), {"a": "<script>x</script>", "b": "B"}, ENGLISH))
    assert etree.fromstring(f"<div>{found}</div>").findtext(".//li") == "<script>x</script>"
