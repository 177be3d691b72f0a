"""Ways to reflect, and the questions that each of them asks."""

from __future__ import annotations

import pytest

from xblocks.reflection.drafting import NAME
from xblocks.reflection.frameworks import ABOUT, NAMES, PROMPTS, Framework, own_prompts


@pytest.mark.parametrize("framework", Framework)
def test_each_way_has_a_name_and_says_when_it_fits(framework: Framework) -> None:
    assert NAMES[framework]
    assert ABOUT[framework]


@pytest.mark.parametrize("framework", Framework)
def test_each_question_has_an_id_of_its_own_to_keep_answers_by(framework: Framework) -> None:
    ids = [prompt.id for prompt in PROMPTS[framework]]
    assert len(set(ids)) == len(ids)
    assert all(NAME.match(one) for one in ids)


def test_questions_are_told_in_the_language_of_the_reader() -> None:
    told = own_prompts(Framework.IF_THEN, lambda text: f"<{text}>")
    assert [prompt.label for prompt in told][1:3] == ["<If…>", "<…then I will…>"]
    assert all(prompt.help.startswith("<") for prompt in told)
