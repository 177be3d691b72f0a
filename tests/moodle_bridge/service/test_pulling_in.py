"""Results of Moodle's learners as reviews: every answer once, whoever they are, and wherever a pull ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from devstack import olx
from moodle_bridge import pulling as reading
from moodle_bridge.errors import BridgeError, ConfigurationError
from moodle_bridge.service import people, pulling, recording, settings_reading, tasks
from moodle_bridge.service.courses import site_row
from moodle_bridge.service.leases import InHandsError, leased
from moodle_bridge.service.listening import forget_retired
from moodle_bridge.service.models import Account, Attempt, Enrolment, Link, Quiz, Site
from tests.devstack.playing import who
from tests.moodle_bridge.service.school import School
from xblocks.nudge import api, models

pytestmark = pytest.mark.django_db(transaction=True)


def reviews() -> list[tuple[str, str, str, int]]:
    rows = models.Review.objects.order_by("pk")
    return list(rows.values_list("learner__source", "learner__external_id", "question__question_id", "rating"))


def test_a_learner_of_moodle_gets_a_memory_of_their_own(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1, 0, 1)
    pulled = school.pull()
    assert (pulled.recorded.attempts, pulled.recorded.reviews, pulled.unmatched) == (1, 3, 1)
    assert reviews() == [
        ("moodle:school", str(anna), "one", 3),
        ("moodle:school", str(anna), "two", 1),
        ("moodle:school", str(anna), "three", 2),
    ]
    card = models.Card.objects.get(question__question_id="one")
    assert card.due_at is not None
    assert card.question.content_hash != "-"


def test_what_was_pulled_before_is_passed_over(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1)
    school.pull()
    assert school.pull().recorded.attempts == 0
    Site.objects.update(changes="")
    Link.objects.update(attempts=None)
    assert school.pull().recorded.attempts == 0
    Attempt.objects.all().delete()
    Site.objects.update(changes="")
    Link.objects.update(attempts=None)
    assert school.pull().recorded.attempts == 1
    assert len(reviews()) == 1


def test_when_nothing_happened_moodle_is_asked_once(school: School) -> None:
    school.pull()
    before = school.double.requests
    school.pull()
    assert school.double.requests == before + 1


def test_an_old_attempt_does_not_count_as_being_active_now(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1)
    school.pull()
    row = api.learner("moodle:school", str(anna))
    models.Learner.objects.update(ignored=2, last_active_at=timezone.now() + timedelta(hours=1))
    Attempt.objects.all().delete()
    Link.objects.update(attempts=None)
    school.pull()
    row.refresh_from_db()
    assert row.ignored == 2


@pytest.mark.parametrize("stop", [1, 2, 3, 4, 5])
def test_a_pull_that_dies_anywhere_is_gone_on_with(school: School, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    monkeypatch.setattr(reading, "ATTEMPTS_A_PAGE", 2)
    anna = school.learner()
    for _number in range(5):
        school.attempt(anna, 1, 0)
        school.double.advance(1)
    calls = 0
    whole = recording._review

    def dies(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == stop * 2:
            raise KeyboardInterrupt
        whole(*arguments)

    with monkeypatch.context() as mortal:
        mortal.setattr(recording, "_review", dies)
        with pytest.raises(KeyboardInterrupt):
            school.pull()
    # An attempt is kept whole or not at all.
    assert len(reviews()) == 2 * Attempt.objects.count()
    school.pull()
    assert len(reviews()) == len(set(models.Review.objects.values_list("question", "reviewed_at"))) == 10
    assert Attempt.objects.count() == 5


def test_a_question_that_is_gone_is_counted(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1, 0)
    olx.replace(
        school.usage_key,
        olx.read(
            '<microquiz url_name="sender"><truefalse id="one" right="true"><text>?</text></truefalse></microquiz>'
        ),
        who("team"),
    )
    assert school.pull().recorded.unknown == 2
    assert len(reviews()) == 1


def test_a_course_that_moodle_does_not_have_is_said_and_the_others_are_read(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["courses"]["gone"] = {"source": "course-v1:Org+GONE+R", "course": 9999}
    school.attempt(school.learner(), 1)
    pulled = school.pull()
    assert list(pulled.problems) == ["course-v1:Org+GONE+R in school"]
    assert len(reviews()) == 1


def test_a_site_that_cannot_be_reached_says_so_on_its_row(school: School) -> None:
    school.double.is_in_maintenance = True
    site = school.configuration.sites["school"]
    with school.client() as client, pytest.raises(BridgeError, match="maintenance"):
        pulling.pull_site(school.configuration, site, client)
    assert "maintenance" in Site.objects.get().problem
    school.double.is_in_maintenance = False
    school.pull()
    assert Site.objects.get().problem == ""


def test_a_course_that_is_configured_no_longer_is_left_alone(school: School, settings: Any) -> None:
    school.pull()
    settings.MICROUNITS_MOODLE["courses"] = {}
    school.attempt(school.learner(), 1)
    assert school.pull().recorded.attempts == 0
    assert not Link.objects.get().is_configured


# --- People


def test_learners_are_kept_with_what_nudging_asks_of_them(school: School) -> None:
    anna = school.learner(lang="pt_br", timezone="Pacific/Auckland")
    assert school.pull().learners == 1
    account = school.account(anna)
    assert (account.username, account.language, account.time_zone) == ("anna", "pt_br", "Pacific/Auckland")
    assert Quiz.objects.get().usage_key == school.usage_key
    school.double.update(anna, timezone="Europe/Paris", suspended=True)
    school.pull()
    account.refresh_from_db()
    assert (account.time_zone, account.is_active) == ("Europe/Paris", False)


def test_who_leaves_a_course_is_no_longer_in_it(school: School) -> None:
    anna = school.learner()
    school.pull()
    assert Enrolment.objects.count() == 1
    school.double.unenrol(school.course, anna)
    school.pull()
    assert not Enrolment.objects.exists()
    assert Account.objects.count() == 1


def test_an_account_that_is_deleted_in_moodle_is_forgotten(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1)
    school.pull()
    school.double.remove_user(anna)
    school.pull()
    assert not Account.objects.exists()
    assert not models.Learner.objects.exists()


def test_more_learners_than_a_page_are_read(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "A_PAGE", 2)
    for number in range(5):
        school.learner(f"learner{number}")
    assert school.pull().learners == 5
    assert Enrolment.objects.count() == 5


# --- Matching


def user(username: str, email: str, **more: Any) -> User:
    return User.objects.create(username=username, email=email, **more)


def test_the_same_address_is_the_same_person_whatever_its_case(school: School) -> None:
    here = user("anna-here", "Anna@Example.ORG")
    anna = school.learner("anna")
    school.attempt(anna, 1)
    pulled = school.pull()
    assert (pulled.matched, pulled.unmatched) == (1, 0)
    assert reviews() == [("openedx", str(here.pk), "one", 3)]
    assert school.account(anna).matched_by == "email"


@pytest.mark.parametrize("actives", [(True, True), (False,)])
def test_an_address_that_is_not_certain_matches_nobody(school: School, actives: tuple[bool, ...]) -> None:
    for number, is_active in enumerate(actives):
        user(f"anna{number}", "anna@example.org", is_active=is_active)
    school.learner("anna")
    pulled = school.pull()
    assert (pulled.matched, pulled.unmatched) == (0, 1)
    assert [one.username for one in people.unmatched(site_row(school.configuration.sites["school"]))] == ["anna"]


def test_the_only_active_one_of_several_is_meant(school: School) -> None:
    user("old", "anna@example.org", is_active=False)
    here = user("new", "anna@example.org")
    anna = school.learner("anna")
    school.pull()
    assert school.account(anna).openedx_id == here.pk


def test_by_id_number_it_is_the_user_name(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["sites"]["school"]["match"] = "idnumber"
    here = user("s-17", "other@example.org")
    user("anna", "anna@example.org")
    anna = school.learner("anna", idnumber="s-17")
    school.learner("bob")
    assert school.pull().matched == 1
    assert school.account(anna).openedx_id == here.pk


def test_nobody_is_matched_where_that_is_not_wanted(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["sites"]["school"]["match"] = "nothing"
    user("anna", "anna@example.org")
    school.learner("anna")
    assert school.pull().matched == 0


def test_two_accounts_of_one_moodle_are_never_one_person(school: School) -> None:
    user("anna", "anna@example.org")
    first = school.learner("anna")
    school.pull()
    second = school.learner("anna2")
    school.double.update(second, email="anna@example.org")
    school.pull()
    assert (school.account(first).openedx_id is None, school.account(second).openedx_id is None) == (False, True)


def test_who_is_matched_later_takes_along_what_they_did(school: School) -> None:
    anna = school.learner("anna")
    school.attempt(anna, 1, 0)
    school.pull()
    assert {one[0] for one in reviews()} == {"moodle:school"}
    here = user("anna", "anna@example.org")
    school.double.update(anna, lang="nl")
    assert school.pull().matched == 1
    assert {one[:2] for one in reviews()} == {("openedx", str(here.pk))}
    school.double.advance(300)
    school.attempt(anna, 1)
    school.pull()
    assert {one[:2] for one in reviews()} == {("openedx", str(here.pk))}
    assert models.Learner.objects.filter(joined_to=None).count() == 1


def test_a_user_who_retires_is_nobodys_match_any_more(school: School) -> None:
    here = user("anna", "anna@example.org")
    school.learner("anna")
    school.pull()
    forget_retired(user=here)
    forget_retired(user=None)
    assert not Account.objects.exists()


# --- One worker at a time


def test_two_pulls_of_one_site_are_one_after_the_other(school: School) -> None:
    row = site_row(school.configuration.sites["school"])
    with leased(row), pytest.raises(InHandsError, match="another worker"):
        school.pull()
    school.pull()


def test_who_died_with_a_site_in_hand_lets_it_go(school: School) -> None:
    row = site_row(school.configuration.sites["school"])
    Site.objects.filter(pk=row.pk).update(held_by="dead", held_until=timezone.now() - timedelta(seconds=1))
    school.pull()
    assert Site.objects.get().held_by == ""


def test_a_lease_that_went_to_somebody_else_is_noticed(school: School) -> None:
    row = site_row(school.configuration.sites["school"])
    with leased(row) as lease:
        Site.objects.filter(pk=row.pk).update(held_by="other")
        with pytest.raises(InHandsError, match="gone to another"):
            lease.renew()
    assert Site.objects.get().held_by == "other"


# --- Tasks and configuration


def test_a_task_pulls_every_site_and_survives_what_goes_wrong(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    school.attempt(school.learner(), 1)
    school.double.advance(3)
    tasks.pull_all()
    assert len(reviews()) == 1
    with leased(Site.objects.get()):
        tasks.pull_site("school")
    monkeypatch.delenv("MOODLE_BRIDGE_TOKEN")
    tasks.pull_site("school")
    assert "There is no token for the site school" in caplog.text


def test_a_file_is_as_good_as_a_mapping(school: School, settings: Any, tmp_path: Any) -> None:
    file = tmp_path / "moodle-bridge.toml"
    file.write_text(f'[sites.school]\nurl = "{school.url}"\ncalendar = false\nmatch = "idnumber"\n')
    settings.MICROUNITS_MOODLE = str(file)
    assert settings_reading.configuration().sites["school"].calendar is False
    settings.MICROUNITS_MOODLE = ""
    with pytest.raises(ConfigurationError, match="MICROUNITS_MOODLE"):
        settings_reading.configuration()


def test_a_source_that_is_no_course_is_said(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["courses"]["phishing"]["source"] = "course-v1:"
    with pytest.raises(ConfigurationError, match="no course of Open edX"):
        school.pull()
