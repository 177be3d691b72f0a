"""OLX that cannot be read, where the platform imports a course: nothing of it is lost, and the course team is told."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.devstack.playing import add_block, block_for, view
from tests.xblocks.microquiz.quizzes import one_of_each

pytestmark = pytest.mark.django_db

BROKEN = """
<microquiz display_name="Half a quiz"><!-- mine --><sinlge id="a"><text>Why?</text></sinlge></microquiz>
""".strip()


@pytest.fixture
def tracked() -> list[str]:
    """What the platform's import has heard of errors."""
    return []


@pytest.fixture
def unread(tracked: list[str]) -> Any:
    """A block as the platform's import makes it from OLX with a mistake."""
    block = block_for(add_block('<microquiz display_name="Empty"/>'), "team", studio=True)
    block.runtime.error_tracker = tracked.append
    return type(block).parse_xml(etree.fromstring(BROKEN), block.runtime, block.scope_ids)


def exported(block: Any) -> str:
    node = etree.Element("unknown")
    block.add_xml_to_node(node)
    node.attrib.pop("xblock-family")
    return etree.tostring(node, encoding="unicode")


def test_the_import_hears_what_is_wrong(unread: Any, tracked: list[str]) -> None:
    assert len(tracked) == 1
    assert "sinlge" in tracked[0]


def test_the_course_team_reads_what_to_mend_and_finds_the_text(unread: Any) -> None:
    page = unread.author_view().content
    assert "Half a quiz" in page
    assert "could not be read" in page
    assert "&lt;sinlge&gt; does not belong here" in page
    assert "Why?" in page
    assert "<sinlge" not in page


def test_learners_see_no_questions_and_nothing_is_to_be_scored(unread: Any) -> None:
    unread.save()
    key = unread.scope_ids.usage_id
    assert "no questions here yet" in view(key)
    assert "Why?" not in view(key)
    assert not block_for(key).has_score


def test_an_export_gives_back_what_was_imported(unread: Any) -> None:
    assert exported(unread) == BROKEN


def test_questions_written_in_its_place_count(unread: Any) -> None:
    unread.questions = block_for(add_block(one_of_each())).questions
    assert "could not be read" not in unread.author_view().content
    assert "sinlge" not in exported(unread)


def test_what_can_be_read_by_now_is_not_called_wrong(unread: Any) -> None:
    unread.unread = BROKEN.replace("sinlge", "flashcard").replace("</text>", "</text><back>Because.</back>")
    page = unread.author_view().content
    assert "<li>" not in page
    assert "Because." in page
