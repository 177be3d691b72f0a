"""The block: what each kind of person sees of it, what programs read of it, and how it is written down."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from opaque_keys.edx.keys import UsageKey
from xblock.completable import XBlockCompletionMode

from tests.devstack.playing import (
    add_block,
    block_for,
    call,
    completion_of,
    duplicate,
    export,
    import_olx,
    view,
)
from tests.xblocks.microquiz.quizzes import one_of_each, text_of
from tests.xblocks.nudge.learning import TAGGED, Sitting, Time, answer_all, answer_true, nudge_block, time
from xblocks.nudge import api, models

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

FORM = {"days": ["1", "3"], "hour": "9", "time_zone": "Europe/Amsterdam", "channel": "mail", "pause": ""}


@pytest.fixture
def studied(time: Time) -> UsageKey:
    """A block beside a quiz with tags that was answered a month ago."""
    answer_true(add_block(TAGGED), ["one", "two", "three"])
    time.pass_by(days=30)
    return nudge_block()


def said(block: UsageKey, user: str = "ann") -> str:
    return re.sub(r"\s+", " ", text_of(view(block, user)))


# --- For learners


def test_before_the_first_answer_it_says_what_will_be(time: Time) -> None:
    assert "Nothing to practise yet" in said(nudge_block())


def test_it_says_how_much_waits_and_how_long_it_takes(studied: UsageKey) -> None:
    text = said(studied)
    assert "3 questions are waiting" in text
    assert "It takes about 1 minute, and your grades stay as they are." in text
    assert "Practise now" in text


def test_when_nothing_is_due_it_says_so_calmly_and_when_something_is(time: Time) -> None:
    answer_true(add_block(TAGGED), ["one"])
    text = said(nudge_block())
    assert "Nothing is waiting" in text
    assert re.search(r"The next question comes back (tomorrow|on \w+day)\.", text)
    assert "Practise something anyway" in text


def test_asking_for_a_session_of_nothing_shows_how_it_stands(time: Time) -> None:
    reply = call(nudge_block(), "practise", {}).json
    assert reply["html"] == ""
    assert "Nothing to practise yet" in reply["overview"]


def test_it_shows_what_is_remembered_by_tag_with_a_picture(studied: UsageKey) -> None:
    html = view(studied)
    assert "<svg" in html
    assert "What you may forget first: " in html
    assert re.search(r"<bdi>Links</bdi></b> <small>2 questions · \d+% now", html)
    assert '<button name="tag" value="Codes"' in html
    assert "Everything else" in html


def test_a_target_says_what_will_be_left_then(studied: UsageKey) -> None:
    now = block_for(studied).practice().now
    from datetime import timedelta

    models.Course.objects.update(target_at=now + timedelta(days=40))
    assert re.search(r"\d+% now, then \d+%, or \d+% with practice", view(studied))


def test_it_stays_the_same_number_of_statements(time: Time) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.xblocks.nudge.learning import many

    counted = []
    block = nudge_block()
    for number in (3, 30):
        answer_true(add_block(many(number).replace("many", f"many{number}")), [f"q{n}" for n in range(1, number + 1)])
        with CaptureQueriesContext(connection) as queries:
            view(block)
        counted.append(len([one for one in queries if "microunits" in one["sql"]]))
    assert counted[0] == counted[1]
    assert counted[0] <= 10


def test_the_page_works_before_the_script_arrives(studied: UsageKey) -> None:
    html = view(studied)
    assert '<form class="mn-form" action="/microunits/review/practise/"' in html
    assert '<input type="hidden" name="course" value="course-v1:Microunits+TEST+2026">' in html
    assert '<form class="mn-wishes" action="/microunits/wishes/" method="get"' in html


def test_after_practising_the_overview_is_new(studied: UsageKey) -> None:
    sitting = Sitting(studied)
    for one in ("one", "two", "three"):
        sitting.answer(one)
    assert "Nothing is waiting" in call(studied, "overview", {}).json["overview"]


# --- Wishes


def test_a_wish_is_kept_and_says_what_follows_from_it(studied: UsageKey) -> None:
    reply = call(studied, "wishes", FORM).json
    assert reply["said"] == "Tuesday and Thursday, around 9:00"
    text = re.sub(r"\s+", " ", text_of(reply["html"]))
    assert "Saved. Tuesday and Thursday, around 9:00. The next message comes " in text
    assert re.search(r"(on Tuesday|on Thursday|today|tomorrow), around 9:00 at the earliest", text)
    assert models.Preferences.objects.get().days == 0b1010
    assert "Tuesday and Thursday, around 9:00" in said(studied)


def test_a_wish_that_cannot_be_says_what_to_mend_and_keeps_nothing(studied: UsageKey) -> None:
    reply = call(studied, "wishes", {**FORM, "days": []}).json
    assert "Choose at least one day" in reply["html"]
    assert "Saved." not in reply["html"]
    assert not models.Preferences.objects.exists()


def test_a_pause_ends_and_may_stay(studied: UsageKey) -> None:
    paused = call(studied, "wishes", {**FORM, "pause": "14"}).json["html"]
    until = models.Preferences.objects.get().paused_until
    assert 'value="keep" selected' in paused
    call(studied, "wishes", {**FORM, "pause": "keep", "hour": "10"})
    assert models.Preferences.objects.get().paused_until == until
    call(studied, "wishes", FORM)
    assert models.Preferences.objects.get().paused_until is None


@pytest.mark.parametrize("pause", ["3000", "soon", 7, None])
def test_a_pause_that_is_not_offered_is_none(studied: UsageKey, pause: object) -> None:
    assert call(studied, "wishes", {**FORM, "pause": pause}).status == 200
    assert models.Preferences.objects.get().paused_until is None


def test_stopping_and_beginning_again_leaves_the_other_wishes(studied: UsageKey) -> None:
    call(studied, "wishes", FORM)
    stopped = call(studied, "wishes", {"stop": "1"}).json
    assert stopped["said"] == "No messages: you stopped them"
    assert 'name="days"' not in stopped["html"]
    assert "You can practise here whenever you like." in stopped["html"]
    again = call(studied, "wishes", {"stop": ""}).json
    assert again["said"] == "Tuesday and Thursday, around 9:00"
    assert not models.Preferences.objects.get().is_stopped


def test_who_wanted_no_channel_gets_mail_again(studied: UsageKey) -> None:
    models.Preferences.objects.create(
        learner=api.learner("openedx", str(block_for(studied).viewer.user_id)), channel="none"
    )
    assert "Send me messages again" in view(studied)
    call(studied, "wishes", {"stop": ""})
    assert models.Preferences.objects.get().channel == "mail"


def test_the_form_alone_may_be_asked_for(studied: UsageKey) -> None:
    reply = call(studied, "wishes", {}).json
    assert "The next message comes" in reply["html"]
    assert not models.Preferences.objects.exists()


# --- For others


def test_a_visitor_is_asked_to_sign_in(time: Time) -> None:
    block = nudge_block()
    assert "Sign in to practise" in text_of(view(block, "", "public_view"))
    for handler in ("practise", "overview", "answer", "hint", "turn", "wishes"):
        reply = call(block, handler, {}, "")
        assert (reply.status, reply.json["error"]) == (403, "sign_in")


def test_who_looks_through_a_learner_s_eyes_sees_an_example(studied: UsageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    from xblocks.base import learner_block as module
    from xblocks.base.learner import Viewer

    monkeypatch.setattr(
        module, "viewer_of", lambda block: Viewer(user_id=block.scope_ids.user_id, is_staff=True, is_masquerading=True)
    )
    assert "An example." in said(studied)
    assert call(studied, "practise", {}).json["error"] == "not_here"


def test_in_studio_an_example_says_what_learners_will_see(studied: UsageKey) -> None:
    html = view(studied, "team", "author_view", studio=True)
    assert "An example." in html
    assert "<form" not in html
    assert "3 questions are waiting" in html


def test_its_team_sees_a_way_to_the_figures_and_learners_do_not(
    studied: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xblocks.nudge import block as module

    monkeypatch.setattr(module, "page", lambda name, *arguments: f"/{name}/{'/'.join(arguments)}")
    assert "/team/course-v1:Microunits+TEST+2026" in view(studied, "team")
    assert "/team/" not in view(studied, "ann")


def test_only_post_is_taken(studied: UsageKey) -> None:
    assert call(studied, "practise", method="GET").json["error"] == "method"


# --- For programs


def test_the_app_reads_what_waits(studied: UsageKey) -> None:
    assert block_for(studied).student_view_data() == {"display_name": "Practise here"}
    state = call(studied, "student_view_user_state", method="GET").json
    assert (state["known"], state["due"], state["minutes"]) == (3, 3, 1)
    assert call(studied, "student_view_user_state", user="", method="GET").status == 403


def test_the_search_index_knows_its_name(studied: UsageKey) -> None:
    index = block_for(studied, studio=True).index_dictionary()
    assert index["content"]["display_name"] == "Practise here"


def test_a_unit_does_not_wait_for_it(studied: UsageKey) -> None:
    assert XBlockCompletionMode.get_mode(block_for(studied)) == XBlockCompletionMode.EXCLUDED
    Sitting(studied).answer("one")
    assert completion_of(studied) is None


# --- Written down and edited


def test_olx_comes_back_as_it_was(studied: UsageKey) -> None:
    text = export(studied)
    assert "<nudge" in text
    assert 'display_name="Practise here"' in text
    import_olx(studied, '<nudge display_name="Another name"/>')
    assert block_for(studied).name == "Another name"
    assert block_for(duplicate(studied)).name == "Another name"


def test_without_a_name_it_has_one() -> None:
    assert block_for(add_block("<nudge/>")).name == "Practise"


def test_the_editor_changes_the_name(studied: UsageKey) -> None:
    assert 'value="Practise here"' in view(studied, "team", "studio_view", studio=True)
    assert call(studied, "editor_save", {"display_name": " Two minutes "}, "team", studio=True).json == {"ok": True}
    assert block_for(studied).name == "Two minutes"


@pytest.mark.parametrize("name", ["", "  ", "Practise"])
def test_a_name_that_is_taken_away_is_that_of_the_menu_again(studied: UsageKey, name: str) -> None:
    assert call(studied, "editor_save", {"display_name": name}, "team", studio=True).json == {"ok": True}
    assert block_for(studied).display_name == "Practise"
    assert "display_name" not in export(studied)
    assert 'value="" placeholder="Practise"' in view(studied, "team", "studio_view", studio=True)


@pytest.mark.parametrize("name", [None, 5, "x" * 121])
def test_the_editor_says_what_is_wrong_with_a_name(studied: UsageKey, name: object) -> None:
    reply = call(studied, "editor_save", {"display_name": name}, "team", studio=True).json
    assert reply["ok"] is False
    assert reply["problems"][0]["path"] == "display_name"
    assert block_for(studied).name == "Practise here"


def test_the_editor_is_for_authors(studied: UsageKey) -> None:
    assert "course team" in view(studied, "ann", "studio_view", studio=True)
    reply = call(studied, "editor_save", {"display_name": "Mine"}, "ann", studio=True)
    assert reply.json["error"] == "not_an_author"


def test_a_branch_in_its_key_changes_nothing(studied: UsageKey) -> None:
    from xblocks.nudge.block import NudgeBlock

    key = studied.for_branch("published-branch")  # type: ignore[attr-defined]
    usage = SimpleNamespace(scope_ids=SimpleNamespace(usage_id=key))
    assert NudgeBlock.usage_key.fget(usage) == studied  # type: ignore[attr-defined]
    assert json.dumps(str(studied))


def test_what_is_practised_comes_from_this_course_only(studied: UsageKey) -> None:
    from tests.devstack.playing import course, unit

    other = unit("other", course("course-v1:Microunits+OTHER+2026"))
    answer_all(add_block(one_of_each(), other), ["truefalse"])
    assert "3 questions are waiting" in said(studied)
