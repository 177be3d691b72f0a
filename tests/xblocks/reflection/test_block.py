"""The block: what its writer sees of it, what the page asks, and how it is written down."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xblock.completable import XBlockCompletionMode

from tests.devstack.playing import (
    block_for,
    call,
    completion_of,
    duplicate,
    export,
    grade_of,
    import_olx,
    signals,
    view,
)
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.nudge.learning import Time, time
from tests.xblocks.reflection.strategies import designs, lines
from tests.xblocks.reflection.test_keeping import writes
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, sent
from xblocks.nudge.models import Anchor
from xblocks.reflection import api, authoring
from xblocks.reflection.definition import Design, encode

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

PLAN = '<reflection url_name="plan" display_name="Plan" commitment="required" revisit_weeks="4" least_words="2"/>'


# --- What its writer sees


def test_the_first_thing_on_the_page_is_who_can_read_it() -> None:
    text = text_of(view(reflection()))
    who = text.index("Only you can read this. The course team cannot.")
    assert text.index("My first week") < who < text.index("What stays with you?")


def test_what_was_written_is_there_again() -> None:
    block = reflection()
    save(block, "two\n  lines & <b>")
    assert ">\ntwo\n  lines &amp; &lt;b&gt;</textarea>" in view(block)


def test_the_fields_take_nothing_in_before_the_script_is_there() -> None:
    assert view(reflection()).count(" readonly") == 1
    assert "Writing needs JavaScript." in view(reflection('<reflection url_name="other"/>'))


def test_a_visitor_and_an_author_see_the_questions() -> None:
    block = reflection()
    assert "Sign in to write." in view(block, "", "public_view")
    assert "This is what learners find." in view(block, "team", "author_view", studio=True)
    for user, name in (("", "public_view"), ("team", "author_view")):
        assert "What stays with you?" in view(block, user, name, studio=name == "author_view")


def test_two_blocks_on_a_page_share_no_id() -> None:
    first, second = view(reflection()), view(reflection('<reflection url_name="week2"/>'))
    assert 'id="mr-' in first
    ids = [{part.split('"')[0] for part in html.split(' id="')[1:]} for html in (first, second)]
    assert not ids[0] & ids[1]


def test_answers_to_questions_that_are_not_asked_any_more_stay_readable() -> None:
    block = reflection()
    save(block, "an old answer")
    import_olx(block, '<reflection framework="kolb"/>')
    assert "What you wrote to questions that are not asked any more" in view(block)
    assert "an old answer" in view(block)


def test_a_page_is_few_statements_whatever_was_written() -> None:
    block = reflection()
    for number in range(5):
        hand_in(block, f"text {number}", turn=number + 1, base=number)
    with CaptureQueriesContext(connection) as queries:
        view(block)
    # What was written; who read it, and what they said; what others shared; the buddy, and an invitation to be one.
    assert len([one for one in queries if "microunits_reflection" in one["sql"]]) == 7


# --- Writing


def test_an_autosave_is_one_write() -> None:
    block = reflection()
    save(block)
    with CaptureQueriesContext(connection) as queries:
        assert save(block, "more words here", turn=2, base=1).json == {"outcome": "saved", "base": 2, "words": 3}
    assert len(writes(queries)) == 1


def test_two_pages_are_told_of_each_other_and_both_texts_are_kept() -> None:
    block = reflection()
    save(block, "from the phone", pen="phone")
    told = save(block, "from the desk", pen="desk").json
    assert (told["outcome"], told["base"], told["version"]) == ("conflict", None, 1)
    assert "from the phone" in told["clash"]
    both = call(block, "choose", {**sent("from the desk", "desk", 2, 1), "choice": "both"}).json
    assert both["answers"] == {"thoughts": "from the phone\n\nfrom the desk"}
    assert both["aside"] == ""


def test_a_text_that_was_put_aside_is_shown_brought_back_and_thrown_away() -> None:
    block = reflection()
    save(block, "from the phone", pen="phone")
    mine = call(block, "choose", {**sent("from the desk", "desk", 1, 1), "choice": "mine"}).json
    assert "from the phone" in mine["aside"]
    assert "from the phone" in view(block)
    back = call(block, "bring_back", {"number": 1}).json
    assert back["answers"] == {"thoughts": "from the phone"}
    assert "from the desk" in back["aside"]
    assert call(block, "discard", {"number": 2}).json == {"aside": ""}
    assert "from the desk" not in view(block)


def test_a_choice_of_what_has_changed_is_asked_again() -> None:
    block = reflection()
    save(block, "first", pen="phone")
    save(block, "first, and more", pen="phone", turn=2)
    told = call(block, "choose", {**sent("mine", "desk", 1, 1), "choice": "mine"}).json
    assert told["outcome"] == "conflict"
    assert "answers" not in told


def test_a_page_that_was_left_open_looks_again() -> None:
    block = reflection()
    save(block, "new", pen="phone")
    assert call(block, "look", {"version": 1}).json == {"version": 1}
    assert call(block, "look", {"version": 0}).json["answers"] == {"thoughts": "new"}


@pytest.mark.parametrize(
    ("handler", "data", "error"),
    [
        ("keep", {}, "problems"),
        ("keep", [], "unreadable"),
        ("choose", {**sent(), "choice": "none"}, "problems"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(handler: str, data: Any, error: str) -> None:
    told = call(reflection(), handler, data)
    assert (told.status, told.json["error"]) == (400, error)


def test_when_too_much_is_put_aside_the_page_is_told_what_to_do() -> None:
    block = reflection()
    for number in range(21):
        save(block, f"text {number}", pen=f"pen{number}")
    told = save(block, "one more", pen="last")
    assert (told.status, told.json["error"]) == (409, "too_much_aside")
    long = reflection('<reflection url_name="long"/>')
    save(long, "x" * 20_000)
    told = call(long, "choose", {**sent("y", "b", 1, 1), "choice": "both"})
    assert (told.status, told.json["error"]) == (409, "too_long")


# --- Handing in


def test_handing_in_completes_the_block_and_says_when() -> None:
    block = reflection()
    assert completion_of(block) is None
    told = hand_in(block).json
    assert told["ok"]
    assert "Handed in on " in told["after"]
    assert completion_of(block) == 1.0
    assert grade_of(block) is None
    assert block_for(block).completion_mode == XBlockCompletionMode.COMPLETABLE


def test_others_hear_of_it() -> None:
    block = reflection()
    hand_in(block)
    assert [name for name, _ in signals()] == ["org.microunits.learning.reflection.submitted.v1"]


def test_a_block_that_is_scored_gives_its_point_whatever_is_written() -> None:
    block = reflection('<reflection url_name="scored" scored="true" weight="2"/>')
    assert (block_for(block).has_score, block_for(block).max_score()) == (True, 1.0)
    hand_in(block, "Short.")
    assert grade_of(block) == (1.0, 1.0)
    assert block_for(reflection()).max_score() is None


def test_what_cannot_be_handed_in_yet_is_saved_and_told_why() -> None:
    block = reflection(PLAN)
    told = hand_in(block, "One").json
    assert not told["ok"]
    assert {one["path"] for one in told["problems"]} == {"answers", "_commitment", "_on"}
    assert "One</textarea>" in view(block)
    assert completion_of(block) is None


def test_what_is_in_conflict_is_not_handed_in() -> None:
    block = reflection()
    save(block, "from the phone", pen="phone")
    told = hand_in(block, "from the desk", pen="desk").json
    assert (told["ok"], told["outcome"]) == (False, "conflict")
    assert completion_of(block) is None


def test_versions_stay_and_a_change_since_is_seen() -> None:
    block = reflection()
    hand_in(block, "first")
    save(block, "second", turn=2, base=1)
    assert "You have changed it since." in view(block)
    after = hand_in(block, "second", turn=3, base=2).json["after"]
    assert "You have changed it since." not in after
    assert "Version 1, handed in on" in after
    assert "first" in after


def test_a_plan_and_a_look_back_are_asked_for_and_say_nothing_of_the_text(time: Time) -> None:
    block = reflection(PLAN)
    now = block_for(block).now
    on = (now + timedelta(days=3)).date().isoformat()
    told = hand_in(block, "Many good words", _commitment=MARKER, _on=on).json
    assert told["ok"], told
    assert "you are asked to look back at it." in told["after"]
    plan, back = Anchor.objects.order_by("at")
    assert plan.at.date() in {(now + timedelta(days=days)).date() for days in (2, 3)}
    assert abs(back.at - now - timedelta(weeks=4)) < timedelta(minutes=5)
    assert MARKER not in str([plan.texts, back.texts])
    assert set(plan.texts) == {"en", "nl"}
    # Handed in anew without a plan: nobody is reminded of it any more.
    import_olx(block, PLAN.replace("required", "optional"))
    assert hand_in(block, "Other good words", turn=2, base=1, _commitment="", _on="").json["ok"]
    assert [one.pk for one in Anchor.objects.all()] == [back.pk]


def test_earlier_ones_are_recalled_in_later_units() -> None:
    first = reflection()
    hand_in(first, "what I thought then")
    later = reflection('<reflection url_name="week2" recalls="week1 gone"/>')
    html = view(later)
    assert "What you wrote in “My first week”" in html
    assert "what I thought then" in html
    assert "what I thought then" not in view(later, "bob")


def test_a_plan_and_what_was_not_handed_in_are_recalled_as_well() -> None:
    planned = reflection('<reflection url_name="plan" display_name="Plan" commitment="optional"/>')
    on = block_for(planned).today.isoformat()
    assert hand_in(planned, _commitment="Call first", _on=on).json["ok"]
    save(reflection(), "only a draft")
    html = view(reflection('<reflection url_name="week2" recalls="plan week1"/>'))
    assert "<strong>You were going to:</strong>" in html
    assert "Call first" in html
    assert "What you wrote in “an earlier unit”" in html
    assert "only a draft" in html


def test_a_look_back_that_is_past_is_announced_no_more(time: Time) -> None:
    block = reflection(PLAN)
    hand_in(block, "two words", _commitment="Call", _on=block_for(block).today.isoformat())
    assert "you are asked to look back at it" in view(block)
    time.pass_by(weeks=5)
    assert "you are asked to look back at it" not in view(block)


# --- For programs


def test_the_app_gets_the_questions_and_never_a_text() -> None:
    block = reflection()
    hand_in(block)
    data = block_for(block).student_view_data()
    assert [one["id"] for one in data["prompts"]] == ["thoughts"]
    state = call(block, "student_view_user_state", method="GET").json
    assert state["handed_in"] == 1
    assert MARKER not in str([data, state])
    assert call(block, "student_view_user_state", user="", method="GET").status == 403


def test_the_app_gets_what_is_asked_and_whom_a_learner_may_let_in() -> None:
    block = reflection('<reflection url_name="x" framework="kolb" most_words="90" coach="false" group="true"/>')
    data = block_for(block).student_view_data()
    assert (data["framework"], len(data["prompts"]), data["most_words"]) == ("kolb", 4, 90)
    assert (data["levels"], data["with_buddy"]) == (["private", "group"], True)
    assert json.loads(json.dumps(data)) == data


def test_the_app_gets_how_far_the_learner_is() -> None:
    block = reflection('<reflection url_name="x" revisit_weeks="2"/>')

    def state() -> Any:
        return call(block, "student_view_user_state", method="GET").json

    assert state() == {"state": "new", "handed_in": 0, "handed_in_at": None, "look_back_at": None}
    save(block, "begun")
    assert state()["state"] == "begun"
    hand_in(block, "begun", turn=2)
    done = state()
    assert (done["state"], done["handed_in"]) == ("handed_in", 1)
    assert datetime.fromisoformat(done["look_back_at"]) - datetime.fromisoformat(done["handed_in_at"]) == timedelta(
        weeks=2
    )
    save(block, "and on", turn=3)
    assert state()["state"] == "changed"


def test_the_search_finds_it_by_its_questions() -> None:
    found = block_for(reflection(), "team", studio=True).index_dictionary()["content"]
    assert found["display_name"] == "My first week"
    assert "What stays with you?" in found["reflection"]


# --- As OLX


def test_it_is_exported_imported_and_copied_as_it_is() -> None:
    block = reflection('<reflection url_name="x" display_name="X" framework="gibbs" weight="2.0" scored="true"/>')
    text = export(block)
    assert 'framework="gibbs"' in text
    assert 'weight="2.0"' in text
    assert block_for(duplicate(block)).design == block_for(block).design
    import_olx(block, text)
    assert export(block) == text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(design=designs(), name=lines.filter(bool), weight=st.integers(0, 99))
def test_whatever_the_editor_saved_comes_back_from_olx(design: Design, name: str, weight: int) -> None:
    block = reflection(f'<reflection url_name="any-{uuid4()}"/>')
    saved = {
        "settings": authoring.settings_form(name, weight, encode(design)),
        "prompts": authoring.prompt_forms(encode(design)),
    }
    assert call(block, "editor_save", saved, "team", studio=True).json["ok"]
    copy = reflection(f'<reflection url_name="any-{uuid4()}"/>')
    import_olx(copy, export(block))
    first, second = block_for(block, "team", studio=True), block_for(copy, "team", studio=True)
    assert second.design == first.design == design
    assert (second.name, second.weight) == (first.name, first.weight) == (name, weight)


def test_a_copy_begins_without_what_learners_wrote() -> None:
    block = reflection()
    save(block)
    assert MARKER not in view(duplicate(block))
    assert MARKER not in export(block)


def test_what_cannot_be_read_any_more_is_one_open_question() -> None:
    block = block_for(reflection())
    block.content = {"framework": "tarot"}
    assert [one.id for one in block.prompts] == ["thoughts"]


# --- When the secret is lost


def test_a_text_that_cannot_be_opened_is_said_to_be_kept(settings: Any) -> None:
    block = reflection()
    save(block)
    settings.SECRET_KEY = "another"
    told = save(block, "new", pen="b")
    assert (told.status, told.json["error"]) == (503, "sealed")
    assert "is kept, but cannot be opened at the moment" in view(block)
    assert call(block, "student_view_user_state", method="GET").json["state"] == "sealed"
    with pytest.raises(api.SealedError):
        api.own(block_for(block).viewer.user_id, block)
