"""What the links in a mail lead to, followed as a mail program, a scanner and a learner follow them."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from devstack import clock
from tests.xblocks.nudge.mailing import ASKED, Scene, paths_in, scene, text_of
from tests.xblocks.nudge.sink import Sink
from xblocks.nudge import api, links, mail, models
from xblocks.nudge.kinds import Kind
from xblocks.nudge.memory import Rating

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = "/microunits/review/practise/"
OVERVIEW = "/microunits/review/"


@pytest.fixture(autouse=True)
def real_time(settings: Any, tmp_path: Any) -> None:
    """A clock of the test's own."""
    settings.DATA = tmp_path


def mailed(of: Scene, kind: Kind = Kind.REVIEWS, **values: Any) -> tuple[models.Nudge, dict[str, str]]:
    """A message that was sent, and the paths of its links."""
    nudge = of.nudge(kind, **values)
    with Sink() as sink:
        assert mail.send(nudge, of.person, of.about, of.now).is_sent
    return nudge, paths_in(text_of(sink.mail))


def browser(of: Scene | None = None) -> Client:
    """A browser that keeps to CSRF; signed in as somebody, or not."""
    client = Client(enforce_csrf_checks=True)
    if of is not None:
        client.force_login(of.user)
    return client


def fresh(nudge: models.Nudge) -> models.Nudge:
    return models.Nudge.objects.get(pk=nudge.pk)


def private(response: Any) -> bool:
    """Not for search engines, other sites' logs, or caches."""
    named = ("X-Robots-Tag", "Referrer-Policy", "Cache-Control")
    return [response.headers[name] for name in named] == ["noindex, nofollow", "no-referrer", "no-store"]


# --- go


def test_the_link_leads_to_the_practice_page_and_counts_as_opened() -> None:
    ann = scene()
    nudge, paths = mailed(ann)
    response = browser(ann).get(paths["go"])
    assert (response.status_code, response["Location"]) == (302, REVIEW)
    assert fresh(nudge).opened_at is not None
    assert private(response)


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back() -> None:
    ann = scene()
    nudge, paths = mailed(ann)
    response = browser().get(paths["go"])
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={paths['go'].replace(':', '%3A')}")
    assert fresh(nudge).opened_at is None


def test_a_scanner_that_follows_every_link_changes_nothing() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    before = [list(model.objects.values()) for model in (models.Nudge, models.Learner, models.Card, models.Preferences)]
    for path in paths.values():
        for method in ("head", "get"):
            getattr(browser(), method)(path)
    browser(ann).head(paths["go"])
    after = [list(model.objects.values()) for model in (models.Nudge, models.Learner, models.Card, models.Preferences)]
    assert before == after


def test_somebody_elses_link_does_not_count_as_opened() -> None:
    from django.contrib.auth.models import User

    ann = scene()
    nudge, paths = mailed(ann)
    bob = browser()
    bob.force_login(User.objects.create(username="bob"))
    assert bob.get(paths["go"])["Location"] == REVIEW
    assert fresh(nudge).opened_at is None


def test_an_old_link_says_so_kindly() -> None:
    ann = scene()
    nudge, paths = mailed(ann)
    clock.move(timedelta(days=14))
    response = browser(ann).get(paths["go"])
    assert "from a while ago" in response.content.decode()
    assert f'{OVERVIEW}"' in response.content.decode()
    assert fresh(nudge).opened_at is None


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/courses/x/workshop/?a=1", "/courses/x/workshop/?a=1"),
        ("//elsewhere.example/", None),
        ("https://elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_an_anchored_message_leads_to_its_path_on_this_site_or_to_its_course(path: str, leads_to: str | None) -> None:
    ann = scene()
    anchor = models.Anchor.objects.create(
        learner=ann.learner,
        course=ann.course,
        key="k",
        at=ann.now,
        until=ann.now + timedelta(hours=1),
        texts={"en": {"subject": "Soon", "text": "Come."}},
        path=path,
    )
    _nudge, paths = mailed(ann, Kind.ANCHORED, anchor_id=anchor.pk)
    expected = leads_to or f"/courses/{ann.course.course_key}/"
    assert browser(ann).get(paths["go"])["Location"] == expected
    anchor.delete()
    assert browser(ann).get(paths["go"])["Location"] == REVIEW


def test_a_learner_without_an_account_here_need_not_sign_in() -> None:
    ann = scene()
    ann.learner = api.learner("moodle:x", "7")
    nudge = ann.nudge()
    path = links.go_address(ann.learner.pk, nudge.pk, ann.now).removeprefix("http://127.0.0.1:8000")
    assert browser().get(path)["Location"] == REVIEW


@pytest.mark.parametrize("page", ["go/x", "q/x", "stop/x", "go/a:b", "q/WzFd:abc", "stop/WzFd:abc"])
def test_a_link_that_we_did_not_sign_leads_nowhere(page: str) -> None:
    ann = scene()
    response = browser(ann).get(f"/microunits/{page}")
    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()
    assert private(response)


# --- stop


def test_one_click_stops_everything_without_cookies_or_csrf() -> None:
    """RFC 8058, 3.1: a POST with this body, from the mail provider."""
    ann = scene()
    _nudge, paths = mailed(ann)
    response = browser().post(paths["stop"], {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert api.preferences(ann.learner).is_stopped
    assert not response.cookies


def test_looking_at_the_page_stops_nothing_and_asks_what_suits() -> None:
    ann = scene()
    _nudge, paths = mailed(ann)
    html = browser().get(paths["stop"]).content.decode()
    assert re.findall(r'value="(\w+)"( checked)?', html) == [("stop", " checked"), ("pause", ""), ("fewer", "")]
    assert html.count("<button") == 1
    assert not api.preferences(ann.learner).is_stopped
    assert "Ann" not in html


def test_a_learner_chooses_a_break_fewer_or_none_and_can_come_back() -> None:
    ann = scene()
    _nudge, paths = mailed(ann)
    client = browser()
    html = client.post(paths["stop"], {"choice": "pause"}).content.decode()
    wishes = api.preferences(ann.learner)
    assert wishes.paused_until is not None
    assert timedelta(weeks=4) <= wishes.paused_until - ann.now < timedelta(weeks=4, minutes=1)
    assert f"a break until {wishes.paused_until.day} " in html

    client.post(paths["stop"], {"choice": "fewer"})
    wishes = api.preferences(ann.learner)
    assert (wishes.weekly_digest, wishes.per_week, wishes.paused_until, wishes.is_stopped) == (True, 1, None, False)

    html = client.post(paths["stop"], {"choice": "stop"}).content.decode()
    assert api.preferences(ann.learner).is_stopped
    assert 'value="again"' in html
    assert "/microunits/wishes/" in html

    client.post(paths["stop"], {"choice": "again"})
    assert not api.preferences(ann.learner).is_stopped


def test_stopping_keeps_the_other_wishes() -> None:
    ann = scene()
    api.keep_preferences(ann.learner, replace(api.preferences(ann.learner), hour=9, time_zone="Asia/Tokyo"), ann.now)
    _nudge, paths = mailed(ann)
    browser().post(paths["stop"])
    wishes = api.preferences(ann.learner)
    assert (wishes.hour, wishes.time_zone, wishes.is_stopped) == (9, "Asia/Tokyo", True)


def test_a_choice_that_there_is_not_changes_nothing() -> None:
    ann = scene()
    _nudge, paths = mailed(ann)
    assert browser().post(paths["stop"], {"choice": "everything"}).status_code == 400
    assert not models.Preferences.objects.exists()


def test_stopping_works_years_later_and_after_everything_was_forgotten() -> None:
    ann = scene()
    _nudge, paths = mailed(ann)
    clock.move(timedelta(days=2000))
    assert browser().post(paths["stop"]).status_code == 200
    assert api.preferences(ann.learner).is_stopped
    api.forget_learner("openedx", str(ann.user.pk))
    assert browser().get(paths["stop"]).status_code == 200
    assert "no more messages" in browser().post(paths["stop"]).content.decode()
    assert not models.Learner.objects.exists()


def test_the_page_is_in_the_language_of_the_mail() -> None:
    ann = scene(language="nl")
    _nudge, paths = mailed(ann)
    html = browser().get(paths["stop"], headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="nl" dir="ltr">' in html


# --- One question


def answer(path: str, page: str, choice: str = "The sender", client: Client | None = None, **more: Any) -> Any:
    """Answer as the page's script does."""
    name = re.search(r'data-q="([^"]+)"', page)
    token = re.search(rf'value="([^"]+)"[^>]*><span>{choice}', page)
    assert name
    assert token
    data = {"question": name[1], "response": {"choice": token[1]}, "attempt": 2, "elapsed_ms": 4000, **more}
    return (client or browser()).post(f"{path}/answer", json.dumps(data), content_type="application/json")


def test_the_question_is_asked_without_signing_in_and_with_nothing_else() -> None:
    ann = scene()
    ann.ask()
    ann.ask(replace(ASKED, id="other", text="Another question of hers?"))
    _nudge, paths = mailed(ann)
    response = browser().get(paths["q"])
    html = response.content.decode()
    assert response.status_code == 200
    assert private(response)
    assert "first</b>?" in html or "Another question" in html
    assert html.count('class="mu-q"') == 1
    for hidden in ("Ann", "ann@", "hear-", "because-", "hint-one", "Spot the phish", str(ann.course.course_key)):
        assert hidden not in html
    assert not response.cookies


def test_an_answer_is_a_review_and_is_explained() -> None:
    ann = scene()
    card = ann.ask()
    nudge, paths = mailed(ann)
    reply = answer(paths["q"], browser().get(paths["q"]).content.decode())
    assert reply.status_code == 200
    assert private(reply)
    (html,) = reply.json()["questions"].values()
    assert "hear-right" in html
    assert "because-sender" in html
    assert f'{OVERVIEW}"' in reply.json()["summary"]
    review = models.Review.objects.get()
    assert (review.origin, review.rating, review.nudge_id, review.elapsed_ms) == ("mail", Rating.GOOD, nudge.pk, 4000)
    assert review.question_id == card.question_id
    assert models.Card.objects.get().reviews == 2


def test_whoever_answers_from_the_mail_has_opened_it() -> None:
    ann = scene()
    ann.ask()
    nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()
    assert fresh(nudge).opened_at is None
    answer(paths["q"], page)
    opened_at = fresh(nudge).opened_at
    assert opened_at == models.Review.objects.get().reviewed_at
    clock.move(timedelta(hours=1))
    browser(ann).get(paths["go"])
    assert fresh(nudge).opened_at == opened_at


def test_a_wrong_answer_is_a_review_too() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    reply = answer(paths["q"], browser().get(paths["q"]).content.decode(), "The logo")
    assert "hear-wrong" in reply.content.decode()
    assert models.Review.objects.get().rating == Rating.AGAIN


def test_it_is_answered_once() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()
    answer(paths["q"], page)
    again = answer(paths["q"], page, "The logo")
    assert (again.status_code, again.json()["error"]) == (409, "answered")
    assert models.Review.objects.count() == 1
    later = browser().get(paths["q"])
    assert later.status_code == 410
    assert "already" in later.content.decode()
    assert "first" not in later.content.decode()


def test_what_was_practised_elsewhere_meanwhile_is_not_asked_again() -> None:
    ann = scene()
    card = ann.ask()
    _nudge, paths = mailed(ann)
    api.record_review(
        ann.learner, card.question, Rating.GOOD, clock.now(), origin="practice", content_hash=card.question.content_hash
    )
    assert browser().get(paths["q"]).status_code == 410


def test_a_hint_costs_as_much_as_anywhere() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()
    name = re.search(r'data-q="([^"]+)"', page)
    assert name

    def hint() -> Any:
        body = json.dumps({"question": name[1]})
        return browser().post(f"{paths['q']}/hint", body, content_type="application/json")

    first = hint().json()
    assert ("hint-one" in first["hints"], "hint-two" in first["hints"], first["left"]) == (True, False, 1)
    assert hint().json()["left"] == 0
    assert hint().json()["error"] == "no_hint"
    answer(paths["q"], page)
    assert models.Review.objects.get().rating == Rating.HARD


def test_an_old_question_leads_to_the_course() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()
    clock.move(timedelta(days=7))
    response = browser().get(paths["q"])
    assert response.status_code == 410
    assert f"/courses/{ann.course.course_key}/" in response.content.decode()
    assert answer(paths["q"], page).json()["error"] == "expired"
    assert not models.Review.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"is_retired": True},
        {"withheld_until": clock.now() + timedelta(days=365)},
        {"content_hash": "0" * 64},
    ],
)
def test_a_question_that_may_not_be_asked_now_is_not_asked(change: dict[str, Any]) -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    models.Question.objects.update(**change)
    assert browser().get(paths["q"]).status_code == 410


def test_what_is_right_is_not_told_where_the_team_keeps_it() -> None:
    ann = scene()
    ann.ask(shows_answer=False)
    _nudge, paths = mailed(ann)
    reply = answer(paths["q"], browser().get(paths["q"]).content.decode(), "The logo").content.decode()
    assert "because-sender" not in reply
    assert "hear-wrong" in reply


def test_a_learner_who_left_is_not_asked() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()
    api.forget_learner("openedx", str(ann.user.pk))
    assert browser().get(paths["q"]).status_code == 410
    assert answer(paths["q"], page).json()["error"] == "gone"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "unreadable"),
        ("[]", "unreadable"),
        ("[" * 99_999, "unreadable"),
        (f'{{"question": "{"x" * 100_000}"}}', "unreadable"),
        ("{}", "changed"),
        ('{"question": "other", "response": {}}', "changed"),
    ],
)
def test_what_is_no_answer_is_refused(body: str, error: str) -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    reply = browser().post(f"{paths['q']}/answer", body, content_type="application/json")
    assert reply.json()["error"] == error
    assert reply.json()["message"]
    assert not models.Review.objects.exists()


def test_an_answer_without_a_choice_is_not_taken() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    reply = answer(paths["q"], browser().get(paths["q"]).content.decode(), response={})
    assert (reply.status_code, reply.json()["error"]) == (400, "incomplete")


@pytest.mark.parametrize("elapsed", [-1, True, "4", None, float("nan")])
def test_a_time_that_is_none_is_left_out(elapsed: Any) -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    answer(paths["q"], browser().get(paths["q"]).content.decode(), elapsed_ms=elapsed)
    assert models.Review.objects.get().elapsed_ms is None


def test_deeds_need_a_ticket_for_a_question() -> None:
    ann = scene()
    _nudge, paths = mailed(ann)
    stolen = paths["stop"].rsplit("/", 1)[1]
    reply = browser().post(f"/microunits/q/{stolen}/answer", "{}", content_type="application/json")
    assert reply.status_code == 404
    assert browser().get(f"/microunits/q/{stolen}/answer").status_code == 405


def test_two_windows_at_once_are_one_answer() -> None:
    ann = scene()
    ann.ask()
    _nudge, paths = mailed(ann)
    page = browser().get(paths["q"]).content.decode()

    def press(choice: str) -> int:
        try:
            return int(answer(paths["q"], page, choice).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as windows:
        statuses = list(windows.map(press, ["The sender", "The logo"]))
    assert sorted(statuses) == [200, 409]
    assert models.Review.objects.count() == 1
