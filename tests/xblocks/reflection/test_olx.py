"""OLX: what is written can be read again, also after the platform has had it in its hands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from tests.xblocks.microquiz.test_olx import PLATFORM_ATTRIBUTES, platform_round_trip
from tests.xblocks.reflection.strategies import designs
from xblocks.base.problems import ContentError
from xblocks.reflection import olx
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.frameworks import Framework, Prompt

EXAMPLE = Design(
    framework=Framework.STARR,
    introduction="Think of <em>one</em> moment.",
    prompts=(Prompt("moment", "Which moment?", "Where were you?"),),
    least_words=50,
    commitment=Commitment.OPTIONAL,
    recalls=("kick-off",),
    scored=True,
)


def written(design: Design) -> etree._Element:
    node = etree.Element("reflection", url_name="first-week")
    olx.write(node, design)
    return node


@given(designs())
def test_what_is_written_is_read_again_after_the_platform_had_it(design: Design) -> None:
    assert olx.read(platform_round_trip(written(design))) == design


def test_it_reads_well() -> None:
    assert etree.tostring(written(EXAMPLE), pretty_print=True, encoding="unicode") == (
        '<reflection url_name="first-week" framework="starr" least_words="50" commitment="optional" '
        'recalls="kick-off" scored="true">\n'
        "  <introduction><![CDATA[Think of <em>one</em> moment.]]></introduction>\n"
        '  <prompt id="moment" help="Where were you?">Which moment?</prompt>\n'
        "</reflection>\n"
    )


def test_what_nobody_changed_is_not_written() -> None:
    assert etree.tostring(written(Design()), encoding="unicode") == '<reflection url_name="first-week"/>'


def test_no_attribute_is_one_that_the_platform_has_for_itself() -> None:
    assert not set(olx.ATTRIBUTES) & set(PLATFORM_ATTRIBUTES)


def read(text: str) -> Any:
    return olx.read(etree.fromstring(text))


def test_comments_and_what_the_platform_adds_are_passed_over() -> None:
    option = f'<x:due xmlns:x="{olx.OPTION_NAMESPACE}"/>'
    assert read(
        f'<reflection due="x"><!-- why -->{option}<prompt id="a">W<!-- y -->hy?</prompt></reflection>'
    ) == Design(prompts=(Prompt("a", "Why?"),))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('<reflection least_words="many"/>', "least_words"),
        ('<reflection scored="maybe"/>', "scored"),
        ("<reflection>\n<question/></reflection>", "question:2"),
        ("<reflection><introduction/><introduction/></reflection>", "introduction:1"),
        ('<reflection>\n<prompt id="a">x</prompt>\n<prompt id="a">y</prompt></reflection>', "prompts/1/id:3"),
        (f"<reflection>{'<prompt id=`a`>x</prompt>' * 20}</reflection>".replace("`", '"'), "prompts"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, path: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(text)
    assert path in [problem.path for problem in refused.value.problems]
