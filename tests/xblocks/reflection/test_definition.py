"""A reflection as a course team sets it up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from tests.xblocks.reflection.strategies import designs
from tests.xblocks.reflection.test_sending import json_values
from xblocks.base.problems import ContentError
from xblocks.reflection.definition import (
    DEFAULTS,
    MAX_INTRODUCTION,
    MAX_LABEL,
    MAX_PROMPTS,
    Design,
    decode,
    encode,
)
from xblocks.reflection.frameworks import Framework, Prompt, own_prompts

ONE = {"id": "one", "label": "What?"}


@given(designs())
def test_what_is_kept_is_read_as_it_was(design: Design) -> None:
    assert decode(json.loads(json.dumps(encode(design)))) == design


def test_what_has_its_default_is_left_out() -> None:
    assert encode(Design()) == {}
    assert decode({}) == Design() == decode(DEFAULTS)


def test_the_team_may_ask_its_own_questions_and_else_the_framework_does() -> None:
    assert Design(framework=Framework.KOLB).asked() == own_prompts(Framework.KOLB)
    assert decode({"framework": "kolb", "prompts": [ONE]}).asked() == (Prompt("one", "What?"),)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"framework": "tarot"}, "framework"),
        ({"commitment": 3}, "commitment"),
        ({"least_words": -1}, "least_words"),
        ({"least_words": True}, "least_words"),
        ({"least_words": 9, "most_words": 5}, "most_words"),
        ({"revisit_weeks": 99}, "revisit_weeks"),
        ({"introduction": 3}, "introduction"),
        ({"introduction": "x" * (MAX_INTRODUCTION + 1)}, "introduction"),
        ({"prompts": "What?"}, "prompts"),
        ({"prompts": [ONE] * (MAX_PROMPTS + 1)}, "prompts"),
        ({"prompts": [{"id": "one", "label": " "}]}, "prompts/0/label"),
        ({"prompts": [{"id": "one", "label": 3}]}, "prompts/0/label"),
        ({"prompts": [{"id": "one", "label": "x" * (MAX_LABEL + 1)}]}, "prompts/0/label"),
        ({"prompts": [{**ONE, "help": None}]}, "prompts/0/help"),
        ({"prompts": [{**ONE, "id": "_on"}]}, "prompts/0/id"),
        ({"prompts": [{**ONE, "more": 1}]}, "prompts/0/id"),
        ({"prompts": [ONE, ONE]}, "prompts/1/id"),
        ({"recalls": "kick-off"}, "recalls"),
        ({"recalls": ["a/b"]}, "recalls"),
        ({"recalls": [3]}, "recalls"),
        ({"scored": "yes"}, "scored"),
        ({"private": True}, "private"),
        ([], ""),
    ],
)
def test_what_is_wrong_is_said_where_it_is(wrong: Any, path: str) -> None:
    with pytest.raises(ContentError) as refused:
        decode(wrong)
    assert path in [problem.path for problem in refused.value.problems]


@given(json_values)
def test_whatever_is_handed_over_is_read_or_refused(raw: Any) -> None:
    try:
        design = decode(raw)
    except ContentError:
        return
    assert decode(encode(design)) == design
