"""A month of nudges in a minute: the clock is moved, and what would have happened happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from devstack import clock, nudging, watching
from devstack import settings as devstack_settings
from devstack.models import Mail, Noted
from devstack.people import make_people
from tests.devstack.playing import add_block
from xblocks.nudge import models

pytestmark = pytest.mark.django_db
QUIZ = """<microquiz display_name="Quiz">
  <single id="q1"><text>First?</text><choice id="a" right="true">Yes</choice><choice id="b">No</choice></single>
  <single id="q2"><text>Second?</text><choice id="a" right="true">Yes</choice><choice id="b">No</choice></single>
</microquiz>"""


@pytest.fixture(autouse=True)
def town(settings: Any, tmp_path: Path) -> None:
    """People, a course, mail as in `make demo`, and a clock that nobody moved."""
    settings.DATA = tmp_path
    settings.EMAIL_BACKEND = devstack_settings.EMAIL_BACKEND
    make_people()
    add_block(QUIZ)


@pytest.fixture
def press(client: Client) -> Callable[..., Any]:
    """Press a button of the page; gives the page that follows."""

    def press(by: str, **form: str) -> Any:
        return client.post("/clock/move/", {"by": by, **form}, follow=True)

    return press


def mails(name: str) -> int:
    return Mail.objects.filter(recipient=f"{name}@example.com").count()


def test_learners_take_a_quiz_and_are_reminded_of_it(press: Callable[..., Any]) -> None:
    page = press("week", play="1").content.decode()
    assert abs(clock.ahead() - timedelta(days=7)) < timedelta(minutes=1)
    assert set(Noted.objects.filter(kind=Noted.Kind.BEGAN).values_list("user__username", flat=True)) == {
        "ann",
        "bob",
        "carol",
    }
    assert all(mails(name) for name in ("ann", "bob", "carol"))
    assert "took the first quizzes of the course: 2 questions" in page
    assert "mails were sent" in page


def test_who_answers_stays_welcome_and_who_ignores_hears_goodbye(press: Callable[..., Any]) -> None:
    for _ in range(2):
        press("month", play="1")
    by_name = {row.external_id: row for row in models.Learner.objects.all()}
    carol = by_name[str(nudging.person("carol").pk)]
    assert carol.said_stop
    assert models.Nudge.objects.filter(learner=carol, kind="goodbye").count() == 1
    assert models.Nudge.objects.filter(learner=carol, opened_at=None).count() == 7
    ann = by_name[str(nudging.person("ann").pk)]
    assert models.Review.objects.filter(learner=ann, origin="practice").exists()
    assert not ann.said_stop
    said = "The messages were not used, so they stopped."
    assert any(("Carol", said) in days.quiet for days in watching.timeline())


def test_days_without_anything_are_one_line(press: Callable[..., Any]) -> None:
    press("month", play="1")
    days = watching.timeline()
    assert any(one.first < one.last for one in days)
    assert all(one.entries or one.quiet for one in days)
    assert 30 <= sum((one.last - one.first).days + 1 for one in days) <= 32
    assert [one.last for one in days] == sorted((one.last for one in days), reverse=True)


def test_nobody_plays_unless_asked(press: Callable[..., Any]) -> None:
    page = press("day").content.decode()
    assert not Noted.objects.exists()
    assert not Mail.objects.exists()
    assert "No mail was sent. Nobody practised." in page
    assert 'name="play" value="1" aria' in page  # the switch is remembered as off


def test_a_mails_links_lead_to_where_the_page_is_served(press: Callable[..., Any], settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8123"
    press("week", play="1")
    mail = Mail.objects.first()
    assert mail is not None
    assert "http://127.0.0.1:8123/microunits/" in mail.text
    assert "http://127.0.0.1:8123/microunits/" in mail.html


def test_a_mail_is_shown_where_its_scripts_do_nothing(press: Callable[..., Any], client: Client) -> None:
    press("week", play="1")
    Mail.objects.update(html="<html><head></head><body><script>alert(1)</script></body></html>")
    page = client.get("/clock/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page


def test_an_unknown_step_and_a_forged_sentence_do_nothing(client: Client) -> None:
    assert client.post("/clock/move/", {"by": "year"}).status_code == 400
    assert clock.ahead() == timedelta()
    for forged in ("<b>-1", "1", "9999999-9999999", "-", "1-x"):
        assert (
            'role="status" data-moving="Moving the clock…"></p>'
            in client.get("/clock/", {"moved": forged}).content.decode()
        )


def test_the_page_before_anything_says_how_to_begin(client: Client) -> None:
    page = client.get("/clock/").content.decode()
    assert "Move the clock by a week to begin." in page
    assert 'href="/clock/"' in client.get("/").content.decode()
