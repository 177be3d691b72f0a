"""Problems: a path and a sentence that is whole in every language."""

from __future__ import annotations

from xblocks.base.problems import N_, ContentError, Problem


def test_a_marked_message_is_the_message() -> None:
    assert N_("Write the question.") == "Write the question."


def test_parameters_are_filled_in_after_translating() -> None:
    problem = Problem("id", "The id %(id)s is used twice.", {"id": "a"})
    assert problem.sentence() == "The id a is used twice."
    assert problem.sentence({"The id %(id)s is used twice.": "Tweemaal %(id)s."}.__getitem__) == "Tweemaal a."


def test_a_message_without_parameters_may_hold_a_per_cent_sign() -> None:
    assert Problem("", "Give 100 % here.").sentence() == "Give 100 % here."


def test_a_problem_can_be_seen_from_above() -> None:
    assert Problem("text", "x").under("questions/2").path == "questions/2/text"
    assert Problem("", "x").under("questions/2").path == "questions/2"


def test_an_error_says_all_its_problems() -> None:
    error = ContentError((Problem("a", "One."), Problem("b", "Two.")))
    assert str(error) == "a: One.; b: Two."
    assert [problem.path for problem in error.problems] == ["a", "b"]
