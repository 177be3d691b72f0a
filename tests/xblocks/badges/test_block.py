"""The block: what each kind of person sees of it, what programs read of it, and how it is written down."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from lxml import etree
from opaque_keys.edx.keys import UsageKey
from xblock.completable import XBlockCompletionMode

from devstack import olx as devstack_olx
from tests.devstack.playing import add_block, block_for, call, duplicate, export, import_olx, unit, view, who
from tests.xblocks.badges import test_definition
from tests.xblocks.badges.course import BADGES, COURSE, NOW, badges, came_back, course_with_badges, done, hear, quizzes
from tests.xblocks.microquiz.quizzes import text_of
from xblocks.badges import models, publishing
from xblocks.badges.block import BadgesBlock
from xblocks.badges.definition import Badge, decode_all, encode

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def block() -> UsageKey:
    """A block with three badges, published."""
    return course_with_badges()


def said(key: UsageKey, user: str = "ann", name: str = "student_view", **more: Any) -> str:
    return re.sub(r"\s+", " ", text_of(view(key, user, name, **more)))


# --- For learners


def test_who_begins_sees_what_can_be_earned_and_where_to_begin(block: UsageKey) -> None:
    text = said(block)
    assert "Your badges" in text
    assert "What you can earn" in text
    assert "Next, for “Both done” 0 of 2 units, 2 to go Go to “Who is writing?”" in text
    assert "Earned" not in text
    assert f'href="/courses/{COURSE}/jump_to/block-v1:' in view(block)


def test_what_was_begun_comes_first_with_what_is_left(block: UsageKey) -> None:
    hear([done("links")])
    html = view(block)
    assert "1 of 2 units, only “Who is writing?” to go" in text_of(html)
    assert "On the way" in html
    assert html.index("Both done") < html.index("Second look")
    assert '<i style="inline-size:50%">' in html


def test_what_was_earned_has_its_day_and_its_credit(block: UsageKey) -> None:
    hear([done("sender"), done("links", 0.5)])
    text = said(block)
    assert "Earned Both done Both done New" in text
    assert re.search(r"2\d November( 2026)? · 1 hour of learning", text)
    assert "Next, for “Both done”" not in text


def test_a_group_says_what_it_takes(block: UsageKey) -> None:
    html = view(block)
    assert "What it takes" in html
    assert "0 of 20 questions repeated in the last 30 days, 20 to go" in html
    assert "0 of 4 weeks in a row, 4 to go" in html


def test_what_is_practised_leads_to_where_one_practises(block: UsageKey) -> None:
    assert 'href="/microunits/review/"' in view(block)


def test_more_badges_wait_behind_a_fold() -> None:
    quizzes()
    many = "".join(f'<badge id="b{n}" name="Badge {n}"><weeks weeks="{n}"/></badge>' for n in range(1, 10))
    html = view(badges(f"<badges>{many}</badges>"))
    assert "<details><summary>5 badges more</summary>" in html


def test_statements_do_not_grow_with_the_badges() -> None:
    quizzes()
    counted = []
    for number in (2, 40):
        many = "".join(f'<badge id="b{n}" name="Badge {n}"><came_back number="1"/></badge>' for n in range(number))
        key = badges(f'<badges url_name="many{number}">{many}</badges>')
        hear(came_back())
        with CaptureQueriesContext(connection) as queries:
            view(key)
        counted.append(len([one for one in queries if "microunits_badges" in one["sql"]]))
    assert counted == [3, 3]


def test_two_blocks_show_each_their_own_and_an_empty_one_all(block: UsageKey) -> None:
    other = badges('<badges url_name="more"><badge id="more" name="One more"><weeks weeks="1"/></badge></badges>')
    everything = badges('<badges url_name="all"/>')
    hear(came_back())
    assert "Second look SL Second look New" in said(block)
    assert "One more" not in said(block)
    assert "Second look" not in said(other)
    assert all(name in said(everything) for name in ("Second look", "One more", "Both done", "Keeps it fresh"))


def test_a_badge_that_was_revoked_is_on_the_way_no_more_and_not_earned(block: UsageKey) -> None:
    (award,) = hear(came_back())
    models.Award.objects.filter(pk=award.pk).update(revoked_at=NOW)
    assert "Earned" not in said(block)


def test_what_is_not_published_yet_is_shown_as_it_is_written() -> None:
    quizzes()
    key = badges(publish=False)
    assert "Both done" in said(key)
    assert not models.Badge.objects.exists()


def test_a_block_without_badges_says_so() -> None:
    assert "There are no badges here yet." in said(badges("<badges/>"))


# --- Celebrating


def test_what_is_new_is_celebrated_once(block: UsageKey) -> None:
    (award,) = hear(came_back())
    html = view(block)
    assert 'data-said="You earned the badge “Second look”."' in html
    assert f'data-award="{award.uid}" data-new="1"' in html
    assert call(block, "celebrated", {"awards": [str(award.uid), "no uid"]}).json == {}
    award.refresh_from_db()
    assert award.celebrated_at is not None
    again = view(block)
    assert "data-new" not in again
    assert 'data-said=""' in again


def test_nobody_celebrates_for_somebody_else(block: UsageKey) -> None:
    (award,) = hear(came_back())
    call(block, "celebrated", {"awards": [str(award.uid)]}, user="bob")
    award.refresh_from_db()
    assert award.celebrated_at is None


def test_looking_again_answers_little_unless_there_is_something_else(block: UsageKey) -> None:
    version = re.search(r'data-version="(\w+)"', view(block))
    assert version
    assert call(block, "look", {"version": version[1]}).json == {"version": version[1]}
    hear(came_back())
    told = call(block, "look", {"version": version[1]}).json
    assert told["version"] != version[1]
    assert told["said"] == "You earned the badge “Second look”."
    assert "data-new" in told["html"]


def test_several_at_once_are_named_in_one_sentence(block: UsageKey) -> None:
    hear([*came_back(), done("sender"), done("links")])
    told = call(block, "look", {}).json
    assert told["said"].startswith("You earned the badges “")


# --- Others


def test_a_visitor_sees_what_can_be_earned(block: UsageKey) -> None:
    text = said(block, "", "public_view")
    assert "Sign in to earn badges." in text
    assert "Both done" in text
    assert "data-own" not in view(block, "", "public_view")


@pytest.mark.parametrize("handler", ["look", "celebrated"])
def test_a_visitor_is_told_to_sign_in(block: UsageKey, handler: str) -> None:
    answer = call(block, handler, {}, user="")
    assert (answer.status, answer.json["error"]) == (403, "sign_in")


def test_who_looks_through_a_learner_s_eyes_sees_theirs_and_celebrates_nothing(
    block: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xblocks.base import learner_block as module
    from xblocks.base.learner import Viewer

    (award,) = hear(came_back())
    monkeypatch.setattr(
        module, "viewer_of", lambda block: Viewer(user_id=block.scope_ids.user_id, is_staff=True, is_masquerading=True)
    )
    html = view(block)
    assert "Second look" in text_of(html)
    assert "data-new" not in html
    assert "data-own" not in html
    assert call(block, "celebrated", {"awards": [str(award.uid)]}).status == 409
    award.refresh_from_db()
    assert award.celebrated_at is None


def test_the_course_team_finds_its_page_and_nobody_else_does(block: UsageKey) -> None:
    address = f"/microunits/badges/team/{block.course_key}/"
    assert f'href="{address}"' in view(block, "team")
    assert "/badges/team/" not in view(block)


def test_a_user_of_another_block_sees_nobody_s_badges(block: UsageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    from xblocks.base import learner_block as module
    from xblocks.base.learner import Viewer

    hear(came_back())
    monkeypatch.setattr(module, "viewer_of", lambda block: Viewer(user_id=who("bob").pk))
    assert "Earned" not in said(block)


def test_studio_shows_an_example(block: UsageKey) -> None:
    text = said(block, "team", "author_view", studio=True)
    assert "An example: each learner sees how far they are themselves." in text
    assert "Both done" in text


def test_studio_warns_of_what_is_gone_and_of_ids_that_are_taken(block: UsageKey) -> None:
    text = """<badges url_name="copy">
      <badge id="both" name="Another"><completed blocks="microquiz@nowhere"/></badge>
    </badges>"""
    warned = said(badges(text), "team", "author_view", studio=True)
    assert "Another: The block “Your badges” has a badge with the same id." in warned
    assert "Another: It asks for something that is no longer in the course." in warned


# --- For programs


def test_apps_read_it_without_a_learner(block: UsageKey) -> None:
    data = block_for(block, "", studio=True).student_view_data()
    assert [one["id"] for one in data["badges"]] == ["both", "back", "steady"]
    assert data["badges"][0]["minutes"] == 60
    assert data["badges"][1]["svg"].startswith("<svg")


def test_apps_read_how_far_a_learner_is(block: UsageKey) -> None:
    hear([*came_back(), done("sender")])
    told = call(block, "student_view_user_state", method="GET").json["badges"]
    assert told["both"]["progress"] == 0.5
    assert told["back"]["progress"] == 1.0
    assert told["back"]["earned_at"].startswith("2026-11-25")
    assert call(block, "student_view_user_state", method="GET", user="").status == 403


def test_the_search_finds_it_by_its_badges(block: UsageKey) -> None:
    found = block_for(block, "", studio=True).index_dictionary()
    assert "Second look" in found["content"]["badges"]
    assert "Did all of it." in found["content"]["badges"]


def test_nothing_in_it_is_ever_done() -> None:
    assert XBlockCompletionMode.get_mode(BadgesBlock) == XBlockCompletionMode.EXCLUDED


# --- OLX


def test_it_is_written_as_it_was_read(block: UsageKey) -> None:
    assert export(block).strip() == etree.tostring(etree.fromstring(BADGES), encoding="unicode")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(test_definition.BADGES)
def test_badges_come_back_through_xblock_s_own_export_and_import(defined: tuple[Badge, ...]) -> None:
    key = add_block("<badges/>")
    try:
        block = block_for(key, "team", studio=True)
        block.badges = [encode(one) for one in defined]
        block.display_name = "Mine"
        block.save()
        import_olx(key, export(key))
        again = block_for(key, "team", studio=True)
        assert decode_all(again.badges) == defined
        assert again.display_name == "Mine"
        assert not again.is_unread
    finally:
        devstack_olx.remove(key)


def test_a_copy_has_the_same_badges_and_says_so_in_studio(block: UsageKey) -> None:
    copy = duplicate(block)
    assert block_for(copy, "team", studio=True).badges == block_for(block, "team", studio=True).badges
    publishing.publish(COURSE, NOW)
    assert "has a badge with the same id" in said(copy, "team", "author_view", studio=True)


BROKEN = """<badges url_name="broken" display_name="Mine">
  <badge id="a" name="A"><completed/></badge>
  <medal/>
</badges>"""


def test_what_cannot_be_read_is_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from devstack.runtime import StudioRuntime

    noted: list[str] = []
    monkeypatch.setattr(StudioRuntime, "error_tracker", staticmethod(noted.append), raising=False)
    key = add_block(BROKEN, unit("badges"))
    assert "badge/0/criterion/blocks:2" in noted[0]
    text = said(key, "team", "author_view", studio=True)
    assert "These badges could not be read when they were imported." in text
    assert "Choose at least one block of the course." in text
    assert "&lt;medal&gt; is not known here" in text
    assert export(key).strip().replace(" ", "") == BROKEN.strip().replace(" ", "")
    assert "There are no badges here yet." in said(key)
    saved = {"settings": {"display_name": "Mine"}, "badges": []}
    answer = call(key, "editor_save", {**saved, "badges": [GOOD]}, "team", studio=True)
    assert answer.json["ok"]
    assert not block_for(key, "team", studio=True).is_unread
    assert "medal" not in export(key)


GOOD = {"id": "good", "name": "Good", "criterion": {"kind": "weeks", "weeks": 2, "rest": 0}}


def test_unreadable_olx_is_refused_where_somebody_hears_of_it() -> None:
    with pytest.raises(ValueError, match="Choose at least one block"):
        add_block(BROKEN, unit("badges"))


def test_the_page_is_as_light_as_a_quiz_s(block: UsageKey) -> None:
    hear([*came_back(), done("sender")])
    own = "badges/static/badges/badges"
    linked = ("microquiz/static/microquiz/microquiz.css", f"{own}.css", f"{own}.js")
    parts = [
        block_for(block).render("student_view", {}).content.encode(),
        *((Path(devstack_olx.__file__).parents[1] / "xblocks" / path).read_bytes() for path in linked),
    ]
    assert sum(len(gzip.compress(part, 9)) for part in parts) < 12_000
