"""The learner's own page: everything that is theirs and nothing of others; nothing public before they say so."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from devstack import clock
from devstack.people import person
from tests.xblocks.badges.earners import BADGES, COURSE, DAY, KEY, OTHER, course, earns, give, of
from xblocks.badges import awarding, key_ring, models

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/microunits/badges/"


def client(name: str = "ann", *, strict: bool = False) -> Client:
    made = Client(enforce_csrf_checks=strict)
    made.force_login(person(name))
    return made


def html(name: str = "ann", **query: str) -> str:
    answer = client(name).get(PAGE, query)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def test_the_page_is_for_who_is_signed_in() -> None:
    assert Client().get(PAGE).status_code == 302
    assert Client().get(f"{PAGE}credit.csv").status_code == 302
    assert client().post(PAGE).status_code == 405


def test_whoever_has_nothing_yet_reads_where_it_will_come() -> None:
    page = html()
    assert "What you earn in your courses appears here" in page
    assert "<table" not in page


def test_everything_that_somebody_has_over_all_courses_is_there_and_nothing_of_others() -> None:
    course()
    other = course(OTHER, "Passwords", BADGES[:1])
    earns()
    earns(key=other)
    give("ann", "steady")
    earns("bob")
    page = html()
    assert page.count('class="mb-card" id=') == 3
    assert "Phishing, seen through" in page
    assert "Passwords" in page
    assert "Given by the course team on" in page
    assert "Did it on paper, with us in the room." in page
    assert "Who is it from?" in page
    assert "90%" in page
    # On the way: begun, and not there yet.
    assert "<progress" in page
    assert "Looks before clicking" in page
    # Three awards' credit.
    assert "In all: 3 hours and 30 minutes" in page
    assert "<progress" not in html("carol")


def test_a_revoked_badge_says_plainly_that_it_counts_no_more_and_why() -> None:
    course()
    award = earns()
    awarding.revoke(award.uid, "openedx:1", "It was <b>somebody else's</b> work.", clock.now())
    page = html()
    assert "it counts no more" in page
    assert "It was &lt;b&gt;somebody else&#x27;s&lt;/b&gt; work." in page
    assert "share/" not in page
    assert "download/" not in page
    assert "In all: 0 minutes" in page
    # It is not earned again, so it is not on its way either.
    assert page.count("<h3><bdi>Knows the sender</bdi></h3>") == 1


def test_a_corrected_badge_says_so_and_an_expired_one_too() -> None:
    course()
    award = earns()
    new = awarding.reissue(award.uid, "openedx:1", "It was worth more.", clock.now())
    assert "Corrected by the course team on" in html()
    models.Award.objects.filter(pk=new.pk).update(awarded_at=clock.now() - timedelta(days=3 * 365))
    page = html()
    assert "Expired on" in page
    assert "its page says so" in page


def test_nothing_is_public_before_the_learner_shares_it_and_nothing_after_they_stop() -> None:
    course()
    key_ring.make(clock.now() - DAY)
    award = earns()
    public, visitor = f"/microunits/badges/public/credentials/{award.uid}.html", Client()
    assert visitor.get(public).status_code == 404
    page = html()
    assert "Now only you see this badge." in page
    assert "everybody who knows its address can see" in page
    assert "linkedin" not in page.lower()
    answer = client().post(f"{PAGE}{award.uid}/share/")
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?done=shared#badge-{award.uid}"
    assert visitor.get(public).status_code == 200
    page = html(done="shared")
    assert "Shared. Everybody who knows its address can see the badge now." in page
    assert "linkedin.com" in page
    assert public in page
    assert client().post(f"{PAGE}{award.uid}/unshare/").status_code == 302
    assert visitor.get(public).status_code == 404


def test_only_its_learner_shares_a_badge_by_a_form_of_this_site() -> None:
    course()
    award = earns()
    assert client("bob").post(f"{PAGE}{award.uid}/share/").status_code == 404
    assert Client().post(f"{PAGE}{award.uid}/share/").status_code == 302
    assert client().get(f"{PAGE}{award.uid}/share/").status_code == 405
    assert client(strict=True).post(f"{PAGE}{award.uid}/share/").status_code == 403
    assert of("ann", "sender").shared_at is None


def test_a_badge_that_is_revoked_meanwhile_is_not_shared_and_the_page_says_why() -> None:
    course()
    award = earns()
    awarding.revoke(award.uid, "openedx:1", "By mistake.", clock.now())
    answer = client().post(f"{PAGE}{award.uid}/share/", follow=True)
    assert "was revoked meanwhile" in answer.content.decode()
    assert of("ann", "sender").shared_at is None


def test_a_badge_that_is_not_signed_yet_is_not_shared_and_the_page_says_what_to_do() -> None:
    course()
    award = earns()
    answer = client().post(f"{PAGE}{award.uid}/share/", follow=True)
    assert "still has to be signed before it can be shared" in answer.content.decode()
    assert of("ann", "sender").shared_at is None


def test_the_statement_balances_and_no_spreadsheet_runs_what_stands_in_it() -> None:
    course()
    award = earns()
    give("ann", "steady")
    awarding.revoke(award.uid, "openedx:1", "=cmd|' /C calc'!A0", clock.now())
    answer: Any = client().get(f"{PAGE}credit.csv")
    assert answer["Cache-Control"] == "no-store"
    chunks: Any = answer.streaming_content
    rows = list(csv.reader(io.StringIO(b"".join(chunks).decode().removeprefix("\ufeff"))))
    assert rows[0] == ["date", "badge", "course", "what for", "minutes", "balance"]
    assert [row[4:] for row in rows[1:]] == [["45", "45"], ["120", "165"], ["-45", "120"]]
    assert rows[3][3].startswith("Badge revoked: =")
    assert all(not cell.startswith("=") for row in rows for cell in row)


def test_as_many_statements_for_twenty_badges_as_for_two() -> None:
    course()
    earns()
    counts = []
    for again in range(2):
        who = client()
        with CaptureQueriesContext(connection) as seen:
            assert who.get(PAGE).status_code == 200
        counts.append(len(seen))
        for place in range(18):
            row = models.Badge.objects.get(course_key=COURSE, badge_id="sender")
            row.pk, row.badge_id = None, f"more{again}-{place}"
            row.save()
            awarding.give_by_hand("openedx", str(person("ann").pk), row, "openedx:1", "Why not?", clock.now())
    assert counts[0] == counts[1] <= 16


def test_a_course_that_is_gone_leaves_its_badges() -> None:
    course()
    earns()
    from devstack.models import Course

    Course.objects.filter(key=KEY).delete()
    assert KEY in html()
    assert CourseKey.from_string(KEY) == COURSE


@pytest.mark.parametrize("language", ["nl", "rtl"])
def test_the_page_is_there_in_every_language(language: str) -> None:
    course()
    earns()
    who = client()
    who.cookies["openedx-language-preference"] = language
    page = who.get(PAGE).content.decode()
    assert ('dir="rtl"' in page) == (language == "rtl")
