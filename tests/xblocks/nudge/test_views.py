"""The learner's own pages: everything that is due, a session of it, and what they wish."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from lxml.html import fragment_fromstring

from tests.devstack.playing import add_block, course, unit, who
from tests.xblocks.microquiz.quizzes import TRUTH, one_of_each, text_of
from tests.xblocks.nudge.learning import TAGGED, Time, answer_all, answer_true, many, time
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.nudge import api, models
from xblocks.nudge.limits import Bounds
from xblocks.nudge.loading import Courses, known
from xblocks.nudge.moments import QUIET_NIGHT, span_mask
from xblocks.nudge.practice import Practice
from xblocks.nudge.preferences import Preferences

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

REVIEW, WISHES = "/microunits/review/", "/microunits/wishes/"
OTHER = "course-v1:Microunits+OTHER+2026"


@pytest.fixture
def ann() -> Client:
    client = Client()
    client.force_login(who("ann"))  # type: ignore[arg-type]
    return client


@pytest.fixture
def studied(time: Time) -> None:
    """Two courses, answered a month ago."""
    answer_true(add_block(TAGGED), ["one", "two", "three"])
    answer_all(add_block(one_of_each(), unit("other", course(OTHER))), ["single", "truefalse"])
    time.pass_by(days=30)


def page(client: Client, address: str, **data: Any) -> str:
    response = client.get(address, data)
    assert response.status_code == 200
    return response.content.decode()


def said(html: str) -> str:
    return re.sub(r"\s+", " ", text_of(html))


def payload(html: str, question_id: str) -> tuple[str, dict[str, Any]]:
    """The address and the body that the page of a session sends for a question answered right."""
    ann_id = str(who("ann").pk)
    practice = Practice(
        source=OPENEDX,
        external_id=ann_id,
        place="review",
        course_key=None,
        now=platform().now(),
        with_files=platform().with_course_files,
    )
    prompt = next(
        p for p, _course in practice.prompts(api.cards(practice.learner), practice.now) if p.question.id == question_id
    )
    tokens = prompt.view().tokens
    response = {k: tokens.get(v, v) if isinstance(v, str) else v for k, v in TRUTH[question_id].items()}
    found = re.search('data-ticket="([^"]+)"', html)
    assert found
    return f"s={found[1]}", {"question": prompt.name, "response": response, "attempt": prompt.attempt}


def send(client: Client, name: str, query: str, data: Any) -> Any:
    return client.post(f"{REVIEW}{name}/?{query}", json.dumps(data), content_type="application/json")


# --- What is due


def test_all_courses_stand_there_with_what_waits(ann: Client, studied: None) -> None:
    html = page(ann, REVIEW)
    assert "5 questions are waiting" in said(html)
    assert html.count('class="mn-course"') == 2
    assert f'<input type="hidden" name="course" value="{OTHER}">' in html
    assert '<a href="/microunits/review/" aria-current=page>' in html
    assert "<h1" in html


def test_nobody_sees_it_without_signing_in() -> None:
    for address in (REVIEW, f"{REVIEW}practise/", WISHES):
        response = Client().get(address)
        assert (response.status_code, response["Location"].split("?")[1]) == (302, f"next={address}")
    reply = Client().post(f"{REVIEW}answer/", "{}", content_type="application/json")
    assert (reply.status_code, reply.json()["error"]) == (403, "sign_in")


def test_a_session_of_all_courses_is_answered_on_its_page(ann: Client, studied: None) -> None:
    html = page(ann, f"{REVIEW}practise/")
    assert html.count('class="mu-q"') == 5
    query, data = payload(html, "single")
    opened = send(ann, "hint", query, {"question": data["question"]})
    assert "hint-one" in opened.json()["hints"]
    reply = send(ann, "answer", query, data)
    assert reply.status_code == 200
    assert (reply.json()["answered"], reply.json()["total"]) == (1, 5)
    assert reply["Cache-Control"] == "no-store"
    again = send(ann, "answer", query, data)
    assert (again.status_code, again.json()["error"]) == (409, "answered")
    assert send(ann, "turn", query, data).json()["error"] == "answered"


def test_a_session_of_one_course_asks_that_one_only(ann: Client, studied: None) -> None:
    html = page(ann, f"{REVIEW}practise/", course=OTHER)
    assert html.count('class="mu-q"') == 2
    assert html.count('class="mu-q"') == page(ann, f"{REVIEW}practise/", course=OTHER, tag="").count('class="mu-q"')
    assert page(ann, f"{REVIEW}practise/", course="nonsense").count('class="mu-q"') == 5


def test_a_tag_may_be_chosen(ann: Client, studied: None) -> None:
    html = page(ann, f"{REVIEW}practise/", tag="Links")
    assert html.count('class="mu-q"') == 2
    assert '<h3 class="mu-title">Links</h3>' in html


def test_hostile_words_in_the_address_stay_words(ann: Client, studied: None) -> None:
    models.Question.objects.update(tags=["<script>alert(1)</script>"])
    html = page(ann, f"{REVIEW}practise/", tag="<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "<script>alert" not in page(ann, REVIEW)


def test_nothing_due_is_said_calmly(ann: Client, time: Time) -> None:
    answer_true(add_block(TAGGED), ["one"])
    assert "Nothing is waiting" in said(page(ann, f"{REVIEW}practise/"))
    assert page(ann, f"{REVIEW}practise/", any="1").count('class="mu-q"') == 1
    assert "Nothing is waiting." in said(page(ann, REVIEW))


def test_pictures_of_a_course_show_outside_of_it(ann: Client, time: Time) -> None:
    quiz = many(1).replace(
        "<text>Question 1?</text>", '<text>Question 1?</text><image src="/static/mail.svg" alt="A mail"/>'
    )
    answer_true(add_block(quiz), ["q1"])
    time.pass_by(days=30)
    html = page(ann, f"{REVIEW}practise/")
    assert 'src="/asset-v1:Microunits+TEST+2026+type@asset+block@mail.svg"' in html


def test_pages_ask_no_more_of_the_database_with_more_cards(ann: Client, time: Time) -> None:
    counted: dict[str, list[int]] = {REVIEW: [], f"{REVIEW}practise/": []}
    for number in (5, 60):
        quiz = add_block(many(number).replace("many", f"many{number}"))
        answer_true(quiz, [f"q{n}" for n in range(1, number + 1)])
        time.pass_by(days=60)
        for address, numbers in counted.items():
            with CaptureQueriesContext(connection) as queries:
                page(ann, address)
            numbers.append(len(queries))
    for numbers in counted.values():
        assert numbers[0] == numbers[1]
        assert numbers[0] <= 10


def test_a_page_speaks_the_learner_s_language_in_its_direction(ann: Client) -> None:
    ann.cookies["openedx-language-preference"] = "rtl"
    assert '<html lang="en" dir="rtl">' in page(ann, REVIEW)
    ann.cookies["openedx-language-preference"] = "nl"
    assert '<html lang="nl" dir="ltr">' in page(ann, REVIEW)
    translation.activate("en")


# --- What the learner wishes


@pytest.mark.parametrize("pause", ["²", "9" * 5000, "8"])
def test_a_pause_that_is_not_offered_is_none(ann: Client, pause: str) -> None:
    answered = ann.post(WISHES, {"days": ["0"], "pause": pause})
    assert answered.status_code == 302
    assert models.Preferences.objects.get().paused_until is None


def test_wishes_are_kept_and_what_follows_is_said(ann: Client, studied: None) -> None:
    form = {"days": ["0", "4"], "hour": "10", "time_zone": "Asia/Tokyo", "channel": "mail", "pause": ""}
    response = ann.post(WISHES, form)
    assert (response.status_code, response["Location"]) == (302, f"{WISHES}?saved=1")
    text = said(page(ann, WISHES, saved="1"))
    assert "Saved. Monday and Friday, around 10:00. The next message comes" in text
    assert models.Preferences.objects.get().time_zone == "Asia/Tokyo"
    assert "Saved." not in said(page(ann, WISHES))


def test_a_wish_that_cannot_be_says_what_to_mend(ann: Client, studied: None) -> None:
    response = ann.post(WISHES, {"hour": "99", "time_zone": "Mars/Base", "pause": ""})
    text = said(response.content.decode())
    assert response.status_code == 200
    assert "Choose at least one day" in text
    assert "Choose a time zone" in text
    assert "Choose an hour" in text
    assert "<details open>" in response.content.decode()
    assert not models.Preferences.objects.exists()


FULL = {
    "days": ["0", "4"],
    "hour": "10",
    "channel": "mail",
    "pause": "",
    "time_zone": "",
    "weekly_digest": "1",
    "per_week": "2",
    "per_day": "1",
    "most_questions": "1",
    "quiet_from": "18",
    "quiet_until": "9",
    "rest_hours": "48",
    "slow_after": "1",
    "stop_after": "2",
}


def test_everything_that_can_be_wished_is_kept_said_and_decided_with(ann: Client, studied: None) -> None:
    assert ann.post(WISHES, FULL).status_code == 302
    kept = models.Preferences.objects.get()
    assert {name: str(getattr(kept, name)) for name in FULL if name not in ("days", "pause", "weekly_digest")} == {
        name: value for name, value in FULL.items() if name not in ("days", "pause", "weekly_digest")
    }
    html = page(ann, WISHES, saved="1")
    assert "Saved. Once a week, on Monday, around 10:00, and never 18:00-9:00." in said(html)
    for value in ("18", "48"):
        assert f'<option value="{value}" selected>' in html
    known_as = next(iter(known([kept.learner_id], platform().now(), Bounds(), Courses()))).state
    for one in known_as.courses:
        held = one.policy
        assert (held.per_day, held.per_week, held.most_questions, held.hour, held.days) == (1, 2, 1, 10, 0b10001)
        assert (held.rest, held.slow_after, held.stop_after) == (timedelta(hours=48), 1, 2)
        assert held.quiet == QUIET_NIGHT | span_mask(18, 9)


def test_what_was_wished_is_taken_back_field_by_field(ann: Client, studied: None) -> None:
    ann.post(WISHES, FULL)
    # Whoever takes back when the quiet hours begin need not see to when they end.
    ann.post(WISHES, {"days": list("0123456"), "quiet_from": "", "quiet_until": "9"})
    assert api.preferences(models.Learner.objects.get()) == Preferences()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"hour": "20"}, "You want it quiet around 20:00."),
        ({"hour": "3", "quiet_from": "22", "quiet_until": "2"}, "On this site nothing is sent around 3:00."),
        ({"quiet_from": ""}, "Choose the hour from which on it should be quiet, too."),
        ({"quiet_until": ""}, "Choose the hour until which it should be quiet, too."),
        ({"quiet_until": "18"}, "Choose another hour than the one from which on it is quiet"),
        ({"hour": "", "quiet_from": "7", "quiet_until": "22"}, "On this site that leaves no hour of the day."),
        ({"days": []}, "Choose at least one day"),
    ],
)
def test_wishes_that_leave_no_moment_are_refused_and_nothing_chosen_is_lost(
    ann: Client, studied: None, fields: dict[str, Any], problem: str
) -> None:
    form = {**FULL, "pause": "14", **fields}
    html = ann.post(WISHES, form).content.decode()
    assert problem in said(html)
    assert "Not saved yet." in said(html)
    assert not models.Preferences.objects.exists()
    (form_on_page,) = re.findall("<form .*?</form>", html, re.DOTALL)
    tree: Any = fragment_fromstring(form_on_page)
    for name in ("hour", "per_week", "quiet_from", "quiet_until", "rest_hours", "slow_after", "stop_after", "pause"):
        chosen = tree.xpath(f"//select[@name='{name}']/option[@selected]/@value")
        assert chosen == [form[name]], name
    assert tree.xpath("//input[@name='days'][@checked]/@value") == form["days"]
    assert tree.xpath("//input[@name='weekly_digest']/@checked")
    (described,) = {*tree.xpath("//*[@aria-invalid]/@aria-describedby"), *tree.xpath("//fieldset/@aria-describedby")}
    assert problem in tree.get_element_by_id(described).text


def test_it_is_said_of_which_course_nothing_can_come_and_what_that_course_has(ann: Client, studied: None) -> None:
    models.Course.objects.filter(course_key=OTHER).update(policy={"hour": 9, "days": 0b0011111}, name="Phishing")
    ann.post(WISHES, {"days": ["0"], "hour": "10"})
    text = said(page(ann, WISHES, saved="1"))
    assert "The next message comes" in text
    assert "From Phishing nothing can come: it sends Monday to Friday, around 9:00." in text
    assert text.count("nothing can come") == 1
    ann.post(WISHES, {"days": ["0"], "hour": ""})
    assert "nothing can come" not in said(page(ann, WISHES))
    # Of a course that is stopped there is nothing to choose.
    ann.post(WISHES, {"days": ["6"], "hour": ""})
    assert "nothing can come" in said(page(ann, WISHES))
    models.Course.objects.filter(course_key=OTHER).update(is_stopped=True)
    assert "nothing can come" not in said(page(ann, WISHES))


def test_a_course_that_leaves_no_moment_by_itself_is_not_for_the_learner_to_mend(ann: Client, studied: None) -> None:
    models.Course.objects.filter(course_key=OTHER).update(policy={"hour": 3})
    assert "nothing can come, as its team has it now." in said(page(ann, WISHES))


def test_who_was_told_goodbye_reads_how_to_get_messages_back(ann: Client, studied: None) -> None:
    models.Learner.objects.update(ignored=6, said_stop=True)
    assert "Practise once, and we will write again." in said(page(ann, WISHES))


def test_who_stopped_may_begin_again(ann: Client, studied: None) -> None:
    ann.post(WISHES, {"stop": "1"})
    assert "No messages: you stopped them." in said(page(ann, WISHES))
    ann.post(WISHES, {"stop": ""})
    assert not models.Preferences.objects.get().is_stopped


def test_with_nothing_to_come_it_says_so(ann: Client) -> None:
    assert "As it is now, nothing will be sent." in said(page(ann, WISHES))


def test_nobody_else_can_send_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(who("ann"))  # type: ignore[arg-type]
    assert client.post(WISHES, {"stop": "1"}).status_code == 403
    assert client.post(f"{REVIEW}answer/", "{}", content_type="application/json").status_code == 403
    assert 'name="csrfmiddlewaretoken" value="' in client.get(WISHES).content.decode()
