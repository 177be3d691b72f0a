"""The course team's page: for the team only, whole without a script, nothing typed lost, and what it changes holds."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.http import StreamingHttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from devstack import clock, people
from devstack.models import Course as DevstackCourse
from tests.xblocks.nudge.teamwork import DAY, KEY, OTHER, card, course, learners, lively, now, nudge, questions
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.nudge import models, sweeping, tasks, team, team_tables
from xblocks.nudge.limits import Bounds

pytestmark = pytest.mark.django_db

PAGE = f"/microunits/team/{KEY}/"


@pytest.fixture(autouse=True)
def no_course_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, the figures are those of now."""
    monkeypatch.setattr(team, "SLOW_SECONDS", float("inf"))


def client(name: str = "team", *, strict: bool = False) -> Client:
    made = Client(enforce_csrf_checks=strict)
    made.force_login(people.person(name))
    return made


def html(address: str = PAGE, name: str = "team", **query: str) -> str:
    answer = client(name).get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def choose(**fields: str) -> Any:
    return client().post(f"{PAGE}choices/", fields)


def table(name: str) -> list[list[str]]:
    answer: Any = client().get(f"{PAGE}{name}.csv")
    assert answer.status_code == 200
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Cache-Control"] == "no-store"
    chunks: Any = answer.streaming_content
    text = b"".join(chunks).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


# --- For whom


@pytest.mark.parametrize("place", ["", "choices/", "switch/", "preview/", "messages.csv"])
def test_only_the_team_of_this_course_gets_anything(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lively(3)

    def ask(who: Client) -> Any:
        return (who.post if place in ("choices/", "switch/") else who.get)(PAGE + place, {"to": "stop"})

    signed_out = ask(Client())
    assert signed_out.status_code == 302
    assert signed_out["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?next=/microunits/team/")
    # A form that was sent is gone after signing in; nobody lands on a refusal.
    assert not re.search("choices|switch", signed_out["Location"])
    refused = ask(client("ann"))
    assert refused.status_code == 403
    assert "for the team of this course" in refused.content.decode()
    mine = CourseKey.from_string(OTHER)
    monkeypatch.setattr(type(platform()), "is_course_team", lambda self, user, key: key == mine)
    assert ask(client("team")).status_code == 403
    assert not models.Course.objects.get(course_key=CourseKey.from_string(KEY)).is_stopped


def test_who_may_not_look_does_not_hear_whether_there_is_such_a_course() -> None:
    assert client("ann").get("/microunits/team/course-v1:No+SUCH+One/").status_code == 403
    assert client("team").get("/microunits/team/course-v1:No+SUCH+One/").status_code == 404
    assert client("team").get("/microunits/team/nonsense/").status_code == 404
    assert not models.Course.objects.exists()


@pytest.mark.parametrize(("place", "fields"), [("choices/", {"per_week": "1"}), ("switch/", {"to": "stop"})])
def test_what_changes_something_needs_a_token(place: str, fields: dict[str, str]) -> None:
    of = course()
    strict = client(strict=True)
    assert strict.post(PAGE + place, fields).status_code == 403
    assert client().get(PAGE + place, fields).status_code == 405
    of.refresh_from_db()
    assert (of.policy, of.is_stopped) == ({}, False)
    token = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', strict.get(PAGE).content.decode())[0]
    assert strict.post(PAGE + place, {**fields, "csrfmiddlewaretoken": token}).status_code == 302
    of.refresh_from_db()
    assert (of.policy, of.is_stopped) != ({}, False)


def test_nothing_of_the_learners_is_in_a_cache() -> None:
    course()
    assert client().get(PAGE)["Cache-Control"] == "no-store"


# --- What it tells


def test_as_many_statements_for_five_learners_as_for_two_hundred() -> None:
    lively(5)
    lively(200, course(OTHER), held_out=30)
    counts = []
    team = client()
    for key in (KEY, OTHER):
        with CaptureQueriesContext(connection) as captured:
            assert team.get(f"/microunits/team/{key}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 19


def test_before_the_first_answer_choices_can_be_made() -> None:
    DevstackCourse.objects.create(key=KEY, title="Fresh", language="en")
    page = html()
    assert "Nobody has answered a question yet." in page
    assert "Reminders in Fresh" in page
    assert not models.Course.objects.exists()
    assert client().get(f"{PAGE}messages.csv").status_code == 404
    assert 'name="learner"' in html(f"{PAGE}preview/")
    assert choose(target="2031-05-01").status_code == 302
    assert models.Course.objects.get().name == "Fresh"


def test_a_course_in_full_swing_is_told_in_sentences_with_pictures_and_tables() -> None:
    lively(30, held_out=10)
    page = html()
    assert "In the last 30 days 20 of 30 learners got a message" in page
    assert "Next week about " in page
    assert "The numbers are still too small to tell." in page or "With reminders" in page
    assert page.count("<svg") == 3
    assert page.count("<table>") == 5
    for name in ("messages", "recall", "coming", "comparison", "questions"):
        assert f'{name}.csv"' in page
    # No names but in the list for the preview.
    assert "learner7" not in page.split('<datalist id="mt-learners">')[0]
    assert "<script" not in page


def test_a_learner_whose_id_is_no_user_s_spoils_neither_the_page_nor_the_table() -> None:
    lively(3)
    models.Learner.objects.filter(pk=models.Learner.objects.order_by("pk").values("pk")[0]["pk"]).update(
        external_id="imported-by-mistake"
    )
    assert html()
    assert any(row[0] == "imported-by-mistake" for row in table("messages"))


def test_without_a_group_it_says_how_to_begin_one() -> None:
    lively(3)
    assert "To find out, leave some learners without reminders" in html()
    models.Course.objects.update(holdout_share=0.1)
    assert "The lot has not left anybody without reminders yet." in html()


def test_markup_in_what_people_wrote_stays_text() -> None:
    of = course()
    models.Course.objects.update(name="<b>Bold</b> & co")
    (question,) = models.Question.objects.bulk_create(
        [
            models.Question(
                course=of,
                usage_key=questions(of, 1)[0].usage_key,
                question_id="<img src=x>",
                content_hash="1" * 64,
                type="single",
            )
        ]
    )
    (ann,) = learners(1, of)
    card(ann, question, now())
    nudge(ann, of, now(), "failed", "<i>odd</i>")
    page = html()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in page
    assert "<img" not in page
    assert "<i>odd" not in page


def test_figures_of_a_large_course_say_that_they_may_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    lively(2)
    assert "up to ten minutes old" not in html()
    monkeypatch.setattr(team, "SLOW_SECONDS", -1.0)
    html()
    assert "up to ten minutes old" in html()
    cache.clear()


# --- The tables


def test_messages_as_a_table_only_of_this_course_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_tables, "PAGE", 2)
    of, other = course(), course(OTHER)
    ann, bob = learners(2, of)
    away = models.Learner.objects.create(source="moodle:school", external_id="=7")
    at = now() - 3 * DAY
    for step in range(3):
        nudge(ann, of, at + timedelta(minutes=step), opened=True)
    nudge(bob, of, at + timedelta(minutes=5), "skipped", "opted_out")
    nudge(away, of, at + timedelta(minutes=6), "uncertain", "worker_died")
    nudge(bob, other, at + timedelta(minutes=7))
    heads, *rows = table("messages")
    assert heads[0] == "learner"
    assert len(rows) == 5
    assert rows[0][:4] == [_name(ann), "reviews", "sent", "Questions are due, and this is a good moment."]
    assert rows[0][7] == (at + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
    assert rows[3][2:4] == ["skipped", "The learner does not want messages."]
    assert rows[4][0] == "moodle:school:=7"
    assert "nobody knows" in rows[4][3]


def _name(learner: models.Learner) -> str:
    return str(get_user_model().objects.get(pk=learner.external_id).username)


def test_a_name_that_a_spreadsheet_would_run_is_text() -> None:
    of = course()
    (ann,) = learners(1, of)
    get_user_model().objects.filter(pk=ann.external_id).update(username="=cmd|x")
    nudge(ann, of, now())
    assert table("messages")[1][0] == "'=cmd|x"


def test_every_table_has_its_rows() -> None:
    lively(24, held_out=12)
    assert len(table("recall")) == 13
    assert len(table("coming")) == 15
    assert [row[0] for row in table("questions")[1:]] == ["q1", "q2", "q3", "q4"]
    comparison = table("comparison")
    assert comparison[1][:3] == ["learners", "12", "12"]
    assert len(comparison) == 5
    assert client().get(f"{PAGE}passwords.csv").status_code == 404


# --- Choosing


def test_what_is_out_of_bounds_says_what_the_bound_is_and_nothing_typed_is_lost() -> None:
    of = course()
    answer = choose(per_week="12", target="tomorrow", most_questions="2", holdout="10")
    page = answer.content.decode()
    assert "At most 7: that is what the administrators of this site allow." in page
    assert "year-month-day" in page
    assert "Nothing is saved yet." in page
    for kept in ('value="12"', 'value="tomorrow"', 'name="most_questions" value="2"', 'name="holdout" value="10"'):
        assert kept in page
    of.refresh_from_db()
    assert (of.policy, of.holdout_share) == ({}, 0.0)


def test_a_new_goal_moves_the_questions() -> None:
    of = lively(3)
    models.Card.objects.update(stability=400.0, due_at=None)
    target = (clock.now() + 60 * DAY).date()
    answer = choose(target=target.isoformat())
    assert answer["Location"] == f"{PAGE}?done=saved"
    of.refresh_from_db()
    assert of.target_at is not None
    assert of.target_at.date() == target
    assert models.Card.objects.exclude(due_at=None).filter(due_at__lt=of.target_at).count() == 12
    assert "Saved." in html(done="saved")


def test_a_share_without_reminders_is_drawn_and_given_back() -> None:
    of = course()
    learners(40, of)
    choose(holdout="50")
    apart = models.Participation.objects.filter(is_held_out=True).count()
    assert 8 < apart < 32
    choose(holdout="0")
    assert not models.Participation.objects.filter(is_held_out=True).exists()


def test_new_limits_are_decided_with_at_once() -> None:
    learners(2, course())
    models.Learner.objects.update(next_look_at=None)
    choose(per_week="5", most_questions="1")
    assert models.Course.objects.get().policy == {"per_week": 5, "most_questions": 1}
    assert not models.Learner.objects.filter(next_look_at=None).exists()


def test_the_plan_can_be_seen_before_anything_is_saved() -> None:
    of = course()
    page = choose(target="2031-05-01", tail="91", do="try").content.decode()
    assert "It is not saved yet." in page
    assert "everything must be known on 1 May 2031" in page
    assert 'value="2031-05-01"' in page
    of.refresh_from_db()
    assert of.target_at is None


def choose_days(*days: str, **fields: str) -> Any:
    """As a browser sends it: a field without a value before the days that are checked."""
    return client().post(f"{PAGE}choices/", {"days": ["", *days], **fields})


def test_days_hour_rest_and_what_follows_on_ignored_messages_are_chosen_too() -> None:
    learners(1, course())
    answer = choose_days("1", "3", hour="9", rest="48", slow_after="2", stop_after="4")
    assert answer["Location"] == f"{PAGE}?done=saved"
    policy = {"days": 0b0001010, "hour": 9, "rest": 48, "slow_after": 2, "stop_after": 4}
    assert models.Course.objects.get().policy == policy
    held = team.policy_of(models.Course.objects.get(), Bounds())
    assert (held.rest, held.hour) == (timedelta(hours=48), 9)
    page = html()
    assert "Now: Tuesday and Thursday, around 9:00; 48 hours of rest; one a week after 2 ignored, none after 4." in page
    # What is not in a form stays; what is as the admin has it again follows the admin.
    choose(per_week="5")
    assert models.Course.objects.get().policy == {**policy, "per_week": 5}
    choose_days(*"0123456", hour="", rest="24", slow_after="3", stop_after="6", per_week="3")
    assert models.Course.objects.get().policy == {}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"hour": "21"}, "Around 21:00 it is quiet."),
        ({"rest": "3"}, "At least 4 hours: the administrators of this site ask for that."),
        ({"slow_after": "9"}, "At most 5: that is what the administrators of this site allow."),
        ({"days": ""}, "Choose at least one day."),
    ],
)
def test_what_is_to_be_mended_behind_the_fold_opens_it(fields: dict[str, str], says: str) -> None:
    course()
    page = choose(**fields).content.decode()
    assert says in page
    assert "<details open><summary>Days and hour, rest, ignored messages" in page
    assert "<details><summary>Days and hour, rest, ignored messages" in choose(per_day="9").content.decode()
    assert models.Course.objects.get().policy == {}


def test_quiet_hours_at_odds_with_an_hour_behind_the_fold_show_both() -> None:
    course(policy={"hour": 19})
    page = choose(quiet_from="18", quiet_until="8").content.decode()
    assert "quiet around 19:00, the only hour that is chosen below" in page
    assert "<details open><summary>Days and hour" in page


def test_where_the_admin_names_days_and_hour_only_those_are_offered() -> None:
    course()
    models.Site.objects.create(bounds={"loosest": {"days": 0b0011111, "hour": 10}})
    page = html()
    assert page.count('name="days" value="') == 6
    assert re.search('<select name="hour"[^>]*><option value="10" selected>10:00</option></select>', page)
    assert "Choose one of the hours" in choose(hour="11").content.decode()
    assert "this site sends nothing" in choose_days("6").content.decode()
    assert models.Course.objects.get().policy == {}


def test_the_next_moment_is_said_with_what_is_kept_and_with_what_is_tried() -> None:
    course()
    says = "hears from us "
    before = html().split(says)[1].split(".")[0]
    tried = choose_days("0", hour="13", do="try").content.decode().split(says)[1].split(".")[0]
    assert tried != before
    assert tried.endswith(", around 13:00")
    choose_days("0", hour="13")
    saved = html(done="saved")
    assert f"Saved. With these choices, a learner with something due and no wishes of their own {says}{tried}." in saved
    assert says not in html(done="stopped").split("<h1>")[0]
    models.Course.objects.update(is_stopped=True)
    assert says not in html()


def test_where_nothing_will_be_sent_it_says_why() -> None:
    course(ends_at=now() - DAY)
    assert "With these choices nothing will be sent. The course ends before a message may be sent." in html()


def test_learners_whose_days_and_hours_never_meet_those_of_the_course_are_counted() -> None:
    of = course()
    wishes: list[dict[str, Any]] = [
        {"hour": 10},
        {"days": 0b1100000},
        {"quiet_from": 8, "quiet_until": 10},
        {"hour": 9},
        {"hour": 10, "is_stopped": True},
        {"hour": 10, "channel": "none"},
        {"hour": 10},
    ]
    everybody = learners(len(wishes), of)
    for one, wish in zip(everybody, wishes, strict=True):
        models.Preferences.objects.create(learner=one, **wish)
    models.Participation.objects.filter(learner=everybody[-1]).update(is_held_out=True)
    other = learners(1, course(OTHER))[0]
    models.Preferences.objects.create(learner=other, hour=10)
    assert "never meet" not in html()
    tried = choose_days("0", "1", hour="9", do="try").content.decode()
    assert "3 learners chose days or hours that never meet those of the course, and so hear nothing." in tried
    assert "never meet" not in html()
    choose(hour="10")
    assert "1 learner chose days or hours that never meet" in html()


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> None:
        raise tasks.plan_course.OperationalError("no broker")

    for task in (tasks.plan_course, tasks.draw_holdout, tasks.look_again):
        monkeypatch.setattr(task, "delay", refuse)


@pytest.mark.usefixtures("no_queue")
def test_where_the_queue_does_not_answer_nothing_is_changed_and_it_says_so() -> None:
    of = course(is_stopped=True)
    page = choose(target="2031-05-01", per_week="5").content.decode()
    assert "nothing was changed. Try again" in page
    assert 'value="2031-05-01"' in page
    assert "nothing was changed" in client().post(f"{PAGE}switch/", {"to": "start"}).content.decode()
    of.refresh_from_db()
    assert (of.target_at, of.policy, of.is_stopped) == (None, {}, True)


# --- The switch


def test_stopped_means_that_nothing_more_leaves_and_started_that_it_is_looked_at_again() -> None:
    of = lively(4)
    models.Nudge.objects.all().delete()
    models.Learner.objects.update(next_look_at=now(), last_active_at=None)
    answer = client().post(f"{PAGE}switch/", {"to": "stop"}, follow=True)
    assert "From now on no message of this course leaves." in answer.content.decode()
    assert "The messages of this course are stopped." in answer.content.decode()
    assert "No messages will leave while they are stopped." in answer.content.decode()
    later = now() + 7 * DAY
    for hour in range(0, 24, 6):
        assert not sweeping.sweep(later + timedelta(hours=hour), lambda ids: None).planned
    assert set(models.Learner.objects.values_list("next_look_at", flat=True)) == {None}
    client().post(f"{PAGE}switch/", {"to": "start"})
    of.refresh_from_db()
    assert not of.is_stopped
    assert not models.Learner.objects.filter(next_look_at=None).exists()
    assert "Messages leave when" in html(done="started")


def test_a_switch_turned_twice_or_to_nowhere() -> None:
    course()
    for to in ("start", "stop", "stop"):
        assert client().post(f"{PAGE}switch/", {"to": to}).status_code == 302
    assert client().post(f"{PAGE}switch/", {"to": "sideways"}).status_code == 400


def test_it_shows_that_the_admin_stopped_everything() -> None:
    lively(2)
    models.Site.objects.create(is_stopped=True)
    page = html()
    assert "The administrators of this site have stopped all messages." in page
    assert "No messages will leave while they are stopped." in page


# --- The preview


def preview(**query: str) -> str:
    return html(f"{PAGE}preview/", **query)


def put_in(name: str, of: models.Course) -> models.Learner:
    learner = models.Learner.objects.create(source=OPENEDX, external_id=str(people.person(name).pk))
    models.Participation.objects.create(learner=learner, course=of, began_at=now())
    return learner


def test_a_message_as_the_learner_would_get_it_by_name_or_address() -> None:
    of = course()
    ann = put_in("ann", of)
    card(ann, questions(of, 1)[0], now() - DAY)
    for who in ("ann", "ANN@example.com"):
        page = preview(learner=who)
        assert "As ann would get it now" in page
        assert '<iframe class="mt-mail" sandbox="" title="The message" srcdoc="' in page
        assert "Phishing, seen through" in page
    assert not models.Nudge.objects.exists()


@pytest.mark.parametrize(("kind", "wordings"), [("reviews", 3), ("digest", 3), ("comeback", 3), ("goodbye", 1)])
def test_each_kind_has_its_wordings(kind: str, wordings: int) -> None:
    put_in("ann", course())
    pages = [preview(learner="ann", kind=kind, variant=variant) for variant in "012"]
    mails = {page.split('srcdoc="')[1].split('"></iframe>')[0] for page in pages}
    assert len(mails) == wordings


def test_a_message_in_the_language_of_the_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in("ann", course())
    DevstackCourse.objects.filter(key=KEY).update(language="nl")
    page = preview(learner="ann", kind="comeback")
    assert 'lang="en"' in page.split("srcdoc")[0]
    assert "lang=&quot;nl&quot;" in page


def test_what_an_event_asked_for() -> None:
    of = course()
    ann = put_in("ann", of)
    assert "No event of the course has asked" in preview(learner="ann", kind="anchored")
    models.Anchor.objects.create(
        learner=ann,
        course=of,
        key="workshop",
        at=now(),
        until=now() + DAY,
        texts={"en": {"subject": "See you tomorrow", "text": "At ten."}},
    )
    assert "See you tomorrow" in preview(learner="ann", kind="anchored")


@pytest.mark.parametrize("who", ["bob", "nobody", "bob@example.com", "%", "' OR 1=1"])
def test_who_does_not_take_part_cannot_be_found(who: str) -> None:
    people.make_people()
    put_in("ann", course())
    put_in("bob", course(OTHER))
    page = preview(learner=who)
    assert "Nobody of that name has answered a question in this course yet." in page
    assert "<iframe" not in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("query", [{"kind": "spam"}, {"kind": "reviews", "variant": "9" * 9}])
def test_a_made_up_message_is_no_error(query: dict[str, str]) -> None:
    put_in("ann", course())
    preview(learner="ann", **query)
