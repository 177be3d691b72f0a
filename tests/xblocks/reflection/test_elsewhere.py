"""What a learner handed in elsewhere: kept once, sealed, beside what they wrote here and in the place of none of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import completion_of, view, who
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.reflection.strategies import prompts
from tests.xblocks.reflection.writing import hand_in, reflection, save
from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.nudge.models import Anchor
from xblocks.reflection import api, elsewhere, handing_in, models
from xblocks.reflection.data import ReflectionData
from xblocks.reflection.handing_in import ELSEWHERE, Elsewhere, taken_in
from xblocks.reflection.sharing import Shared
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1
from xblocks.reflection.taking_along import as_markdown

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "giraffe-marker-text"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
STARR = '<reflection url_name="week1" display_name="My first week" framework="starr" revisit_weeks="4"/>'


def told(text: str = MARKER, at: datetime = AT, submission: int = 7) -> Elsewhere:
    return Elsewhere(text, at, "Moodle of School", f"moodle:school:{submission}@{int(at.timestamp())}")


def take_in(usage_key: UsageKey, said: Elsewhere | None = None, user: str = "ann", **more: Any) -> bool:
    block = platform().block(usage_key)
    return elsewhere.take_in(int(who(user).pk or 0), block, said or told(), **more)


def mine(usage_key: UsageKey, user: str = "ann") -> api.Own:
    return api.own(int(who(user).pk or 0), usage_key)


@pytest.fixture
def heard() -> Iterator[list[ReflectionData]]:
    """What others hear of reflections."""
    found: list[ReflectionData] = []

    def hear(reflection: ReflectionData, **more: Any) -> None:
        found.append(reflection)

    REFLECTION_SUBMITTED_V1.connect(hear)
    yield found
    REFLECTION_SUBMITTED_V1.disconnect(hear)


# --- What is kept


def test_a_text_from_elsewhere_is_a_version_with_its_questions_and_where_it_comes_from() -> None:
    block = reflection(STARR)
    assert take_in(block)
    own = mine(block)
    (version,) = own.versions
    assert (version.number, version.at, version.words, version.origin) == (1, AT, 1, "Moodle of School")
    (part,) = version.parts
    assert (part.prompt, part.text) == (ELSEWHERE, MARKER)
    assert part.label.startswith("What was the situation? · What was up to you?")
    assert own.title == "My first week"
    assert own.draft.answers == {}


def test_the_answer_to_a_single_question_is_its_answer() -> None:
    block = reflection()
    take_in(block)
    assert [(part.prompt, part.label) for part in mine(block).versions[0].parts] == [
        ("thoughts", "What stays with you?")
    ]


def test_questions_are_kept_in_the_language_in_which_they_were_read() -> None:
    block = reflection(STARR)
    take_in(block, gettext=lambda text: f"nl:{text}")
    assert mine(block).versions[0].parts[0].label.startswith("nl:What was the situation?")


def test_what_is_told_twice_is_kept_once() -> None:
    block = reflection()
    assert take_in(block)
    assert not take_in(block)
    assert len(mine(block).versions) == 1


def test_each_time_it_was_handed_in_with_another_text_is_a_version() -> None:
    block = reflection()
    take_in(block, told("first"))
    take_in(block, told("second", AT + timedelta(hours=1)))
    assert not take_in(block, told("second", AT + timedelta(hours=2)))
    assert not take_in(block, told("first"))
    assert [one.parts[0].text for one in mine(block).versions] == ["first", "second"]


def test_the_same_words_handed_in_at_another_place_are_another_version() -> None:
    block = reflection()
    take_in(block, told("same", submission=7))
    take_in(block, told("same", submission=8))
    assert len(mine(block).versions) == 2


def test_nothing_that_was_written_here_is_written_over() -> None:
    block = reflection()
    hand_in(block, "handed in here")
    save(block, "still being written", turn=2, base=1)
    before = mine(block)
    take_in(block)
    after = mine(block)
    assert after.draft == before.draft
    assert {one.parts[0].text for one in after.versions} == {"handed in here", MARKER}


def test_handing_in_here_afterwards_is_a_version_of_its_own() -> None:
    block = reflection()
    take_in(block, told("the same words"))
    assert hand_in(block, "the same words").json["ok"]
    assert [bool(one.origin) for one in mine(block).versions] == [True, False]


def test_versions_stand_in_the_order_of_when_they_were_handed_in() -> None:
    block = reflection()
    hand_in(block, "now")
    take_in(block, told("long ago", platform().now() - timedelta(days=30)))
    own = mine(block)
    assert [one.parts[0].text for one in own.versions] == ["long ago", "now"]
    row = models.Reflection.objects.get()
    assert abs(row.handed_in_at - own.versions[-1].at) < timedelta(seconds=5)
    assert row.handed_in == 2


def test_one_that_cannot_be_opened_any_more_is_no_hindrance(settings: Any) -> None:
    block = reflection()
    take_in(block, told("sealed with a secret that is gone"))
    settings.MICROUNITS_REFLECTION_SECRET = "another"
    settings.SECRET_KEY = "another still"
    assert take_in(block, told("new", AT + timedelta(hours=1)))
    assert models.Version.objects.count() == 2


# --- Who reads it


def test_nobody_else_reads_here_what_was_handed_in_elsewhere_whatever_was_chosen() -> None:
    block = reflection()
    hand_in(block, "for my coach", level="coach")
    take_in(block)
    assert mine(block).shared[0] == Shared()
    assert not models.Version.objects.filter(level="coach", number=2).exists()


def test_no_table_holds_the_text() -> None:
    block = reflection()
    take_in(block)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("microunits"):
                cursor.execute(f'SELECT * FROM "{table}"' if connection.vendor != "mysql" else f"SELECT * FROM {table}")
                for row in cursor.fetchall():
                    assert MARKER not in str(row)
                    assert MARKER.encode() not in b"".join(bytes(one) for one in row if isinstance(one, bytes))


def test_a_text_is_in_no_repr() -> None:
    assert MARKER not in repr(told())
    assert MARKER not in repr(taken_in([], told(), 1))


# --- What follows


def test_it_is_told_once_and_completes_the_block_for_who_takes_the_course(heard: list[ReflectionData]) -> None:
    block = reflection()
    view(block)
    take_in(block)
    take_in(block)
    (one,) = heard
    assert (one.source, one.external_id, one.usage_key, one.at) == ("openedx", str(who("ann").pk), block, AT)
    assert MARKER not in repr(one)
    assert completion_of(block, "ann") == 1.0


def test_what_was_told_before_somebody_was_known_is_not_told_again(heard: list[ReflectionData]) -> None:
    block = reflection()
    take_in(block, is_known=True)
    assert heard == []


def test_a_look_back_is_asked_for_unless_that_is_long_over() -> None:
    block = reflection(STARR)
    take_in(block, told(at=platform().now() - timedelta(days=365)))
    assert not Anchor.objects.exists()
    at = platform().now().replace(microsecond=0)
    take_in(block, told("new", at=at))
    anchor = Anchor.objects.get()
    assert anchor.at == at + timedelta(weeks=4)
    assert MARKER not in str(anchor.texts)


# --- What the learner sees


def test_the_page_says_where_a_version_was_handed_in_and_who_reads_it_there() -> None:
    block = reflection()
    take_in(block)
    text = text_of(view(block))
    assert "Handed in in Moodle of School, where teachers can read it. Here only you can." in text
    assert MARKER in text
    assert "You have changed it since." not in text


def test_what_is_being_written_here_is_held_against_what_was_handed_in_here() -> None:
    block = reflection()
    hand_in(block, "here")
    take_in(block)
    assert "You have changed it since." not in text_of(view(block))
    save(block, "changed here", turn=2, base=1)
    take_in(block, told("again", AT + timedelta(days=1)))
    assert "You have changed it since." in text_of(view(block))


def test_learners_take_it_along() -> None:
    block = reflection()
    take_in(block)
    text = as_markdown(int(who("ann").pk or 0), str, translator())
    assert text.count("giraffe\\-marker\\-text") + text.count(MARKER) == 1
    assert "Not handed in" not in text


# --- Pure


@given(st.lists(prompts, max_size=4, unique_by=lambda one: one.id), st.text(max_size=50), st.integers(1, 9))
def test_of_any_text_from_elsewhere_nothing_is_lost(asked: Any, text: str, number: int) -> None:
    version = taken_in(asked, told(text), number)
    assert handing_in.decode(handing_in.encode(version)) == version
    assert [part.text for part in version.parts] == [text]
    assert all(one.label in version.parts[0].label for one in asked)


def test_versions_of_before_there_was_anything_from_elsewhere_are_of_here() -> None:
    raw = handing_in.encode(taken_in([], told(), 1))
    old = {name: value for name, value in raw.items() if name not in ("origin", "mark")}
    assert (handing_in.decode(old).origin, handing_in.decode(old).mark) == ("", "")


def test_the_last_version_of_here_is_the_last_without_an_origin() -> None:
    one = taken_in([], told(), 1)
    assert handing_in.last_of_here([one]) is None
    here = handing_in.decode({**handing_in.encode(one), "origin": "", "mark": "", "number": 2})
    assert handing_in.last_of_here([here, one]) is here
