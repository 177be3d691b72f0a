"""A learner's page: who can read it, what others shared, and a buddy; and whoever tries to get at more."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from devstack.platform import Devstack
from tests.devstack.playing import call, import_olx, view, who
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.nudge.learning import Time, time
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, share
from xblocks.nudge.models import Anchor
from xblocks.reflection import api, models, reading_others
from xblocks.reflection.standing import Reader

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

GROUP = '<reflection url_name="week1" display_name="My first week" group="true"/>'


def time_now() -> datetime:
    return datetime(2026, 11, 26, 9, tzinfo=UTC)


def key_of(user: str) -> int:
    return int(models.Version.objects.filter(reflection__user_id=who(user).pk).order_by("-number")[0].pk)


def other(block: UsageKey, key: int, user: str = "bob") -> Any:
    return call(block, "other", {"key": key}, user)


def pair_up(block: UsageKey, one: str = "ann", two: str = "bob") -> dict[str, str]:
    """They are buddies; by each, how their page names the pair."""
    call(block, "invite", {}, one)
    code = models.Invitation.objects.get(user_id=who(one).pk).code
    assert call(block, "accept", {"code": code}, two).status == 200
    return {name: str(models.Buddy.objects.get(user_id=who(name).pk).pk) for name in (one, two)}


# --- Who can read it


def test_each_level_says_before_the_first_word_who_can_read_it() -> None:
    block = reflection(GROUP)
    said = {
        "private": "Only you can read this. The course team cannot.",
        "coach": "You and your coaches can read what you hand in.",
        "group": "You, your coaches and your group “Morning” can read what you hand in.",
    }
    for level, sentence in said.items():
        told = share(block, level)
        assert sentence in text_of(told.json["privacy"])
        page = text_of(view(block))
        assert page.index(sentence) < page.index("What stays with you?")


def test_what_is_not_offered_cannot_be_chosen() -> None:
    block = reflection('<reflection url_name="alone" coach="false" buddy="false"/>')
    html = view(block)
    assert "mr-choose" not in html
    assert "Your buddy" not in html
    for level in ("coach", "group", "everybody", None):
        assert share(block, level).status == 409
    assert share(block, "private", buddy="1").status == 409
    assert call(block, "invite", {}).status == 409
    hand_in(block, level="coach", buddy="1")
    assert models.Version.objects.get().level == "private"


def test_who_belongs_to_no_group_is_not_offered_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Devstack, "cohorts", lambda self, users, key: {})
    block = reflection(GROUP)
    assert "My group" not in view(block)
    assert share(block, "group").status == 409


def test_a_page_that_says_less_hands_in_for_fewer_people() -> None:
    block = reflection(GROUP)
    share(block, "group")
    hand_in(block, "from a page of before", level="private")
    hand_in(block, "from a page that says nothing", turn=2, base=1)
    hand_in(block, "from this page", turn=3, base=2, level="group")
    assert list(models.Version.objects.order_by("number").values_list("level", flat=True)) == [
        "private",
        "private",
        "group",
    ]


def test_a_page_that_says_more_than_was_chosen_elsewhere_hands_in_for_fewer_people() -> None:
    block = reflection(GROUP)
    told = hand_in(block, MARKER, level="group")
    assert models.Version.objects.get().level == "private"
    assert "Only you can read it." in text_of(told.json["after"])


def test_a_page_that_names_a_group_of_before_lets_in_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    block = reflection(GROUP)
    share(block, "group")
    ann, carol = who("ann").pk, who("carol").pk
    groups = {ann: 2, carol: 2}
    monkeypatch.setattr(Devstack, "cohorts", lambda self, users, key: {pk: groups[pk] for pk in users if pk in groups})
    assert share(block, "group").status == 409
    told = hand_in(block, MARKER, level="group")
    assert models.Version.objects.get().level == "coach"
    assert 'data-group="2"' in told.json["privacy"]
    assert "You have chosen to let in more people." in text_of(told.json["after"])
    assert other(block, key_of("ann"), "carol").status == 404
    # The page says by now which group that is; the same text is handed in again for it.
    hand_in(block, MARKER, level="group", group="2", turn=2, base=1)
    assert MARKER in other(block, key_of("ann"), "carol").json["html"]


def test_the_same_text_is_handed_in_again_to_let_in_more_people() -> None:
    block = reflection()
    hand_in(block, MARKER)
    share(block, "coach")
    hand_in(block, MARKER, level="coach", turn=2, base=1)
    hand_in(block, MARKER, level="coach", turn=3, base=2)
    assert list(models.Version.objects.order_by("number").values_list("level", flat=True)) == ["private", "coach"]


def test_what_the_team_offers_later_opens_nothing(time: Time) -> None:
    block = reflection('<reflection url_name="week1" coach="false"/>')
    hand_in(block, MARKER, level="coach")
    import_olx(block, GROUP)
    assert models.Version.objects.get().level == "private"
    assert "Only you can read this." in view(block)
    assert MARKER not in view(block, "bob")


def test_what_the_team_offers_no_more_is_not_chosen_any_more(time: Time) -> None:
    block = reflection(GROUP)
    share(block, "group")
    import_olx(block, '<reflection url_name="week1" coach="true"/>')
    assert "You and your coaches can read what you hand in." in text_of(view(block))
    hand_in(block, level="group")
    assert models.Version.objects.get().level == "coach"
    import_olx(block, GROUP)
    assert models.Version.objects.get().level == "coach"


# --- Fellows


def test_learners_of_one_group_read_each_other_and_others_do_not() -> None:
    block = reflection(GROUP)
    share(block, "group")
    hand_in(block, MARKER, level="group")
    assert "Ann" in view(block, "bob")
    assert MARKER not in view(block, "bob")
    assert MARKER in other(block, key_of("ann")).json["html"]
    assert "Ann" not in view(block, "carol")
    told = other(block, key_of("ann"), "carol")
    assert (told.status, told.json["error"]) == (404, "not_shared")
    # A draft that goes on is nobody else's.
    save(block, f"{MARKER} going on", turn=2, base=1)
    assert "going on" not in other(block, key_of("ann")).text


def test_a_fellow_reads_and_does_not_write() -> None:
    block = reflection(GROUP)
    share(block, "group")
    hand_in(block, level="group")
    assert 'data-share="react"' not in other(block, key_of("ann")).text
    assert call(block, "react", {"key": key_of("ann"), "text": "hi"}, "bob").status == 404
    assert not models.Remark.objects.exists()


def test_what_is_taken_back_is_gone_from_the_group_at_once() -> None:
    block = reflection(GROUP)
    share(block, "group")
    hand_in(block, level="group")
    key = key_of("ann")
    share(block, "coach")
    assert other(block, key).status == 404
    assert "Ann" not in view(block, "bob")
    share(block, "group")
    assert other(block, key).status == 404


@pytest.mark.parametrize("key", [None, -1, True, "1", 1.0, 2**70, 0])
def test_a_key_that_is_none_opens_nothing(key: Any) -> None:
    block = reflection(GROUP)
    share(block, "group")
    hand_in(block, level="group")
    assert call(block, "other", {"key": key}, "bob").status == 404


# --- Buddies


def test_two_become_buddies_by_a_code_and_nothing_is_shared_by_that() -> None:
    block = reflection()
    hand_in(block, MARKER)
    told = call(block, "invite", {})
    code = models.Invitation.objects.get().code
    assert code in told.json["buddy"]
    assert call(block, "invite", {}).json["buddy"] == told.json["buddy"]
    who_told = call(block, "who", {"code": f" {code} "}, "bob")
    assert "Ann invites you" in text_of(who_told.json["html"])
    assert not models.Buddy.objects.exists()
    assert "Ann is your buddy" in text_of(call(block, "accept", {"code": code}, "bob").json["buddy"])
    assert "Bob is your buddy" in text_of(view(block))
    assert other(block, key_of("ann")).status == 404
    assert not models.Invitation.objects.exists()


@pytest.mark.parametrize("code", ["", "x", None, 7, "é" * 10, "y" * 500])
def test_a_code_that_is_nobodys_makes_no_buddies(code: Any) -> None:
    block = reflection()
    call(block, "invite", {})
    for handler in ("who", "accept"):
        told = call(block, handler, {"code": code}, "bob")
        assert (told.status, told.json["error"]) == (404, "no_code")
    assert not models.Buddy.objects.exists()


def test_nobody_is_their_own_buddy_nor_somebodys_who_withdrew_or_left(monkeypatch: pytest.MonkeyPatch) -> None:
    block = reflection()
    call(block, "invite", {})
    code = models.Invitation.objects.get().code
    assert call(block, "accept", {"code": code}).status == 404
    call(block, "withdraw", {})
    assert call(block, "accept", {"code": code}, "bob").status == 404
    call(block, "invite", {})
    code = models.Invitation.objects.get().code
    ann = who("ann").pk
    monkeypatch.setattr(Devstack, "enrolled", lambda self, users, keys: {key: set(users) - {ann} for key in keys})
    assert call(block, "accept", {"code": code}, "bob").status == 404
    assert not models.Buddy.objects.exists()


def test_nobody_has_two_buddies() -> None:
    block = reflection()
    call(block, "invite", {}, "carol")
    pair_up(block)
    code = models.Invitation.objects.get().code
    assert call(block, "accept", {"code": code}, "bob").status == 409
    assert call(block, "invite", {}).status == 409
    assert models.Buddy.objects.count() == 2


def test_a_buddy_reads_what_they_were_let_in_to_and_reacts_and_the_writer_is_told_once(time: Time) -> None:
    block = reflection()
    pairs = pair_up(block)
    told = share(block, "private", buddy=pairs["ann"])
    assert "Only you and Bob, your buddy, can read what you hand in." in text_of(told.json["privacy"])
    hand_in(block, MARKER, buddy=pairs["ann"])
    html = other(block, key_of("ann")).json["html"]
    assert MARKER in html
    told = call(block, "react", {"key": key_of("ann"), "text": "Me too <b>", "sign": ""}, "bob")
    assert "Me too &lt;b&gt;" in told.json["html"]
    call(block, "react", {"key": key_of("ann"), "text": "", "sign": "thanks"}, "bob")
    assert Anchor.objects.filter(is_notice=True).count() == 1
    page = view(block)
    assert "Me too &lt;b&gt;" in page
    assert "Thank you for sharing" in page
    # A coach reads neither.
    assert "Me too" not in view(block, "team")


@pytest.mark.parametrize("said", [{}, {"text": "", "sign": ""}, {"text": 1}, {"sign": "shrug"}, {"sign": ["thanks"]}])
def test_what_is_no_reaction_is_refused(said: Any) -> None:
    block = reflection()
    pairs = pair_up(block)
    share(block, "private", buddy=pairs["ann"])
    hand_in(block, buddy=pairs["ann"])
    assert call(block, "react", {"key": key_of("ann"), **said}, "bob").status == 400


def test_when_two_are_no_buddies_any_more_all_is_closed_also_when_they_are_once_more() -> None:
    block = reflection()
    pairs = pair_up(block)
    share(block, "private", buddy=pairs["ann"])
    hand_in(block, buddy=pairs["ann"])
    key = key_of("ann")
    assert other(block, key).status == 200
    call(block, "end", {}, "bob")
    assert other(block, key).status == 404
    assert "Only you can read this." in view(block)
    pair_up(block)
    assert other(block, key).status == 404


def test_a_page_that_names_another_buddy_lets_in_nobody() -> None:
    block = reflection()
    before = pair_up(block)
    call(block, "end", {})
    now = pair_up(block, "ann", "carol")
    assert share(block, "private", buddy=before["ann"]).status == 409
    share(block, "private", buddy=now["ann"])
    hand_in(block, MARKER, buddy=before["ann"])
    assert models.Version.objects.get().buddy is None
    assert other(block, key_of("ann"), "carol").status == 404


def test_who_leaves_takes_along_what_they_said_and_whom_they_let_in() -> None:
    block = reflection()
    pairs = pair_up(block)
    share(block, "private", buddy=pairs["ann"])
    hand_in(block, MARKER, buddy=pairs["ann"])
    call(block, "react", {"key": key_of("ann"), "text": "by bob"}, "bob")
    bob = who("bob").pk
    exported = json.dumps(list(api.export_learner(bob)))
    assert "by bob" in exported
    assert MARKER not in exported
    mine = json.dumps(list(api.export_learner(who("ann").pk)))
    assert '"with_buddy": true' in mine
    assert "by bob" in mine
    api.forget_learner(bob)
    api.forget_learner(bob)
    assert not models.Remark.objects.exists()
    assert not models.Buddy.objects.exists()
    assert models.Version.objects.get().buddy is None
    assert not models.Reflection.objects.get().with_buddy
    assert MARKER in view(block)


def test_what_was_said_is_taken_along() -> None:
    block = reflection()
    pairs = pair_up(block)
    share(block, "private", buddy=pairs["ann"])
    hand_in(block, MARKER, buddy=pairs["ann"])
    call(block, "react", {"key": key_of("ann"), "text": "by bob"}, "bob")
    text = base64.b64decode(call(block, "take_along", {}).json["base64"]).decode()
    assert "by bob" in text
    assert "Only you and your buddy can read it." in text
    assert MARKER not in base64.b64decode(call(block, "take_along", {}, "bob").json["base64"]).decode()


def test_an_export_says_of_everything_that_is_kept_of_somebody_that_it_is_there() -> None:
    block = reflection()
    pair_up(block)
    call(block, "invite", {}, "carol")
    share(block, "coach")
    hand_in(block, MARKER, level="coach")
    reading_others.note_read(
        Reader(who("team").pk, is_team=True),
        reading_others.readable(Reader(who("team").pk, is_team=True), block)[0],
        time_now(),
    )
    kinds = {user: [one["kind"] for one in api.export_learner(who(user).pk)] for user in ("ann", "carol", "team")}
    assert kinds == {"ann": ["reflection", "buddy"], "carol": ["invitation"], "team": ["reading"]}


def test_who_reads_again_or_an_earlier_version_is_noted_once() -> None:
    block = reflection()
    share(block, "coach")
    hand_in(block, MARKER, level="coach")
    tess = Reader(who("team").pk, is_team=True)
    first = reading_others.readable(tess, block)[0]
    hand_in(block, "more", level="coach", turn=2, base=1)
    second = reading_others.readable(tess, block)[0]
    for one in (second, first, second):
        reading_others.note_read(tess, one, time_now())
    assert models.Reading.objects.get().number == second.number == 2
