"""The course team's pages: for the team only, fast in large courses, nothing typed lost, and what it does holds."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from devstack import clock
from devstack.people import person
from devstack.platform import Devstack
from tests.xblocks.badges.earners import BADGES, COURSE, KEY, OTHER, course, earns, give, many, of
from tests.xblocks.badges.test_learner_views import client
from xblocks.badges import awarding, credit, models, team, team_giving
from xblocks.badges.awarding import keep_badges
from xblocks.badges.team_giving import names_in
from xblocks.base.platform import Person, platform

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = f"/microunits/badges/team/{KEY}/"


def html(address: str = PAGE, **query: str) -> str:
    answer = client("team").get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def hand_out(people: str, reason: str = "On paper.", badge: str = "sender") -> Any:
    return client("team").post(f"{PAGE}give/", {"badge": badge, "people": people, "reason": reason})


# --- For whom


@pytest.mark.parametrize("place", ["", "give/", "badges.csv", "{uid}/", "{uid}/revoke/", "{uid}/correct/"])
def test_only_the_team_of_this_course_gets_anything(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    course()
    award = earns()
    address = PAGE + place.format(uid=award.uid)
    is_form = place.endswith(("give/", "revoke/", "correct/"))

    def ask(who: Client) -> Any:
        form = {"badge": "steady", "people": "ann", "reason": "Why not?"}
        return who.post(address, form) if is_form else who.get(address)

    signed_out = ask(Client())
    assert signed_out.status_code == 302
    assert signed_out["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?next=/microunits/badges/team/")
    assert not re.search("give|revoke|correct", signed_out["Location"])
    refused = ask(client("ann"))
    assert refused.status_code == 403
    assert "for the team of this course" in refused.content.decode()
    assert refused["Cache-Control"] == "no-store"
    mine = CourseKey.from_string(OTHER)
    monkeypatch.setattr(type(platform()), "is_course_team", lambda self, user, key: key == mine)
    assert ask(client("team")).status_code == 403
    assert models.Award.objects.filter(revoked_at=None).count() == 1
    if is_form:
        monkeypatch.undo()
        assert client("team", strict=True).post(address).status_code == 403
        assert client("team").get(address).status_code == 405


def test_an_award_of_another_course_is_not_there() -> None:
    course()
    other = course(OTHER, "Passwords", BADGES[:1])
    earns(key=other)
    award = models.Award.objects.get()
    for place in ("", "revoke/", "correct/"):
        ask = client("team").post if place else client("team").get
        assert ask(f"{PAGE}{award.uid}/{place}", {"reason": "Why?"}).status_code == 404
    award.refresh_from_db()
    assert award.revoked_at is None
    assert client("team").get("/microunits/badges/team/course-v1:No+SUCH+One/").status_code == 404
    assert client("ann").get("/microunits/badges/team/course-v1:No+SUCH+One/").status_code == 403
    assert client("team").get("/microunits/badges/team/nonsense/").status_code == 404


# --- What it tells


def test_a_course_without_badges_says_how_to_begin() -> None:
    course(badges=())
    assert "This course has no badges yet." in html()
    assert "<form" not in html()


def test_who_has_which_badge_is_found_by_badge_and_by_name() -> None:
    course()
    earns()
    earns("bob")
    revoked = give("carol", "steady")
    awarding.revoke(revoked.uid, "openedx:1", "By mistake.", clock.now())
    awarding.hear("moodle:school", "12", COURSE, _facts(), clock.now())
    keep_badges(COURSE, [one for one in BADGES if one.id != "steady"], clock.now())
    page = html()
    assert "3 learners have it." in page
    assert "Nobody has it now. 1 was revoked." in page
    assert "No longer in the course" in page
    assert "4 badges earned" in page
    assert "moodle:school/12" in page
    assert "ann" not in _names(html(badge="steady"))
    assert _names(html(q="AN")) == ["ann"]
    assert _names(html(q="bob@exam")) == ["bob"]
    assert _names(html(q="moodle:school/12")) == ["moodle:school/12"]
    assert "Nobody is found by that." in html(q="zz")
    assert "3 badges earned" in html(badge="sender")
    # A badge that was never earned and is gone is not listed at all.
    keep_badges(COURSE, [one for one in BADGES if one.id == "sender"], clock.now())
    assert "Looks before clicking" not in html()


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]+><bdi>([^<]+)</bdi>', page)


def _facts() -> list[Any]:
    from xblocks.badges.facts import Did, Fact

    at = clock.now() - timedelta(days=1)
    return [
        Fact(Did.COMPLETED, at, at.date(), "microquiz@sender"),
        Fact(Did.SCORED, at, at.date(), "microquiz@sender", score=1.0),
    ]


def test_ten_thousand_learners_are_as_few_statements_as_one_and_a_second_at_most() -> None:
    course()
    earns()
    counts, seconds = [], []
    for number in (0, 10_000):
        many(number)
        team_member = client("team")
        for query in ({}, {"badge": "sender", "page": "150"}, {"q": "learner0999"}):
            before = time.process_time()
            with CaptureQueriesContext(connection) as seen:
                page = team_member.get(PAGE, query).content.decode()
            seconds.append(time.process_time() - before)
            counts.append(len(seen))
    # Of nobody there is less to ask for.
    assert counts == [7, 7, 6, 7, 7, 8]
    assert max(seconds[3:]) < 2
    assert _names(page) == [f"learner0999{one}" for one in range(10)]
    page = html(badge="sender", page="201")
    assert "Page 201 of 201" in page
    assert len(_names(page)) == 1
    assert "Page 201 of 201" in html(badge="sender", page="99999")
    assert "Page 1 of 201" in html(badge="sender", page="x")
    before = time.process_time()
    assert len(table()) == 10_002
    print(f"page {max(seconds[3:]):.2f} s, CSV {time.process_time() - before:.2f} s")


def table() -> list[list[str]]:
    answer: Any = client("team").get(f"{PAGE}badges.csv")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    chunks: Any = answer.streaming_content
    return list(csv.reader(io.StringIO(b"".join(chunks).decode().removeprefix("\ufeff"))))


def test_the_download_has_everything_and_no_spreadsheet_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "ROWS", 1)
    course()
    earns()
    given = give("bob", "steady", "=1+1")
    awarding.revoke(given.uid, f"openedx:{person('team').pk}", "-2", clock.now())
    awarding.hear("moodle:school", "12", COURSE, _facts(), clock.now())
    rows = table()
    assert rows[0][:4] == ["learner", "name", "e-mail address", "badge"]
    assert [row[0] for row in rows[1:]] == ["ann", "bob", "moodle:school/12"]
    assert rows[2][4:7] == ["given by hand", "team", "'=1+1"]
    assert rows[2][11:] == ["team", "'-2"]
    assert rows[1][9] == "45"


def test_people_are_called_as_in_their_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Open edX the account itself has no name."""
    course()
    earns()
    ann = person("ann")
    profile = replace(platform().people([ann.pk])[ann.pk], name="Ann of the profile")

    class Profiles(Devstack):
        def people(self, user_ids: Collection[int]) -> Mapping[int, Person]:
            return {ann.pk: profile} if ann.pk in user_ids else {}

    monkeypatch.setattr(team, "platform", Profiles)
    assert table()[1][:2] == ["ann", "Ann of the profile"]
    assert "Ann of the profile" in html()


# --- By hand


def test_where_nothing_can_be_earned_any_more_nothing_is_given() -> None:
    course()
    earns()
    keep_badges(COURSE, [], clock.now())
    assert "Give a badge by hand" not in html()
    assert "1 learner has it." in html()


def test_what_is_pasted_is_read_as_people_write_it() -> None:
    assert names_in("ann\nBob <bob@example.com>; carol,, 'dan' ;ANN\t\n\"eve\"") == [
        "ann",
        "bob@example.com",
        "carol",
        "dan",
        "eve",
    ]
    assert names_in(" \n,;") == []


def test_a_badge_is_given_by_hand_to_several_at_once_by_name_or_address() -> None:
    course()
    answer = hand_out("ann\nBOB@example.com, Carol")
    assert answer.status_code == 302
    assert answer["Location"].endswith("?badge=sender&given=3#people")
    page = client("team").get(answer["Location"].split("#")[0]).content.decode()
    assert "3 badges given: “Knows the sender”." in page
    award = of("bob", "sender")
    assert (award.how, award.reason, award.by) == ("by_hand", "On paper.", f"openedx:{person('team').pk}")
    assert credit.balance(awarding.credit_of(award.holder)) == 45


def test_what_cannot_be_given_is_said_by_line_and_stands_in_the_form_again() -> None:
    course()
    earns()
    page = hand_out("ann\nnobody@example.com\nbob", "On <paper>.").content.decode()
    assert "bob has the badge “Knows the sender” now." in page
    assert "<b>ann</b></bdi>: This learner has the badge already." in page
    assert "<b>nobody@example.com</b></bdi>: Nobody has this user name or e-mail address." in page
    assert "\nann\nnobody@example.com</textarea>" in page
    assert "\nOn &lt;paper&gt;.</textarea>" in page
    assert '<option value="sender" selected>' in page
    assert of("bob", "sender").how == "by_hand"


def test_who_does_not_take_part_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    course()
    monkeypatch.setattr(type(platform()), "enrolled", lambda self, ids, keys: {COURSE: {person("bob").pk}})
    page = hand_out("ann, bob").content.decode()
    assert "<b>ann</b></bdi>: This person does not take part in the course." in page
    assert of("bob", "sender") is not None
    assert of("ann", "sender") is None


def test_of_several_people_with_one_address_nobody_gets_it_by_that() -> None:
    course()
    bob = person("bob")
    bob.email = "ann@example.com"
    bob.save()
    page = hand_out("ann@example.com").content.decode()
    assert "Several people have this name or address; give the user name." in page
    assert hand_out("ann").status_code == 302
    assert not models.Award.objects.exclude(holder__external_id=str(person("ann").pk)).exists()


def test_a_form_that_is_not_filled_in_says_what_is_missing_and_keeps_the_rest() -> None:
    course()
    page = hand_out("", "Because.").content.decode()
    assert "Name somebody." in page
    assert "\nBecause.</textarea>" in page
    page = hand_out("ann", " ").content.decode()
    assert "Say why: the learner and your colleagues will read it." in page
    assert "\nann</textarea>" in page
    page = hand_out("ann", badge="none").content.decode()
    assert "Choose a badge of this course." in page
    page = hand_out("\n".join(f"x{one}" for one in range(team_giving.MOST + 1))).content.decode()
    assert f"These are {team_giving.MOST + 1} people; give it to at most {team_giving.MOST} at once." in page
    assert not models.Award.objects.exists()


# --- One award


def test_an_award_says_what_was_done_and_who_did_what() -> None:
    course()
    award = earns()
    page = html(f"{PAGE}{award.uid}/")
    assert "Knows the sender: ann" in page
    assert "Who is it from?" in page
    assert "90%" in page
    assert "It counts." in page
    given = give("bob", "steady")
    page = html(f"{PAGE}{given.uid}/")
    assert "given by hand" in page
    assert "<bdi>team</bdi>" in page


def test_an_award_is_revoked_with_a_reason_and_only_with_one() -> None:
    course()
    award = earns()
    address = f"{PAGE}{award.uid}/revoke/"
    page = client("team").post(address, {"reason": " "}).content.decode()
    assert "Say why: the learner and whoever checks the badge will read it." in page
    assert of("ann", "sender").revoked_at is None
    answer = client("team").post(address, {"reason": "Somebody else's work."}, follow=True)
    page = answer.content.decode()
    assert "Revoked. The learner sees it on their page" in page
    assert "it counts no more" in page
    assert "<form" not in page
    award.refresh_from_db()
    assert (award.revoked_by, award.revoked_reason) == (f"openedx:{person('team').pk}", "Somebody else's work.")
    again = client("team").post(address, {"reason": "Again."}).content.decode()
    assert "it counts no more" in again
    assert client("team").get(f"{PAGE}{models.Award.objects.get().uid}/nothing/").status_code == 404


def test_an_award_is_corrected_and_the_new_one_is_shown() -> None:
    course()
    award = earns()
    answer = client("team").post(f"{PAGE}{award.uid}/correct/", {"reason": "The score was wrong."}, follow=True)
    new = of("ann", "sender")
    assert new.uid != award.uid
    assert str(new.uid) in answer.redirect_chain[-1][0]
    assert "This is the new award; the old one is revoked." in answer.content.decode()
    page = client("team").post(f"{PAGE}{new.uid}/correct/", {"reason": ""}).content.decode()
    assert "Say why" in page


def test_markup_in_what_people_wrote_stays_text() -> None:
    course(title="<b>Bold</b>")
    give("ann", "sender", "<i>odd</i>")
    page = html() + html(f"{PAGE}{of('ann', 'sender').uid}/") + html(q="<u>x")
    assert "<b>Bold" not in page
    assert "<i>odd" not in page
    assert "<u>x" not in page
