"""Workshops between this platform and Moodle: who prepares there has prepared here, and sessions move there too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from lxml import etree

from moodle_bridge.components import WAITING
from moodle_bridge.keys import component_key, session_key
from moodle_bridge.plan import UNASKED, Plan
from moodle_bridge.pulling import CHANGES
from moodle_bridge.service import people, pulling, sessions
from moodle_bridge.service.models import Link, Moved, Prepared, Quiz, Reading
from moodle_bridge.service.reaching import Moodle
from moodle_bridge.syncing import course_of, planned, synced
from tests.moodle_bridge.double_state import Event
from tests.moodle_bridge.service.conftest import Clock
from tests.moodle_bridge.service.school import School
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.stage import at
from xblocks.nudge import delivering, sweeping
from xblocks.nudge import models as nudging
from xblocks.nudge.sources import Identity
from xblocks.workshop import api, models, olx, preparing, scheduling, tasks
from xblocks.workshop import plan as plans
from xblocks.workshop.plan import Item, ItemKind, Session

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
QUIZ = Item(id="quiz", kind=ItemKind.QUIZ, title="Do the quiz", block="microquiz@sender")
KEY = component_key(str(stage.USAGE))


def event_key(name: str) -> str:
    return session_key(str(stage.USAGE), name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "course"


def write(folder: Path, plan: plans.Plan, hidden: bool = False) -> None:
    """The course as Studio exports it, with that workshop."""
    node = etree.Element("workshop", url_name="day", display_name="Phishing day")
    olx.write(node, plan)
    more = ' visible_to_staff_only="true"' if hidden else ""
    whole = f'<vertical url_name="v1"{more}>{etree.tostring(node, encoding="unicode")}</vertical>'
    for path, text in {
        "course.xml": '<course url_name="2026" org="Microunits" course="TEST"/>',
        "course/2026.xml": '<course display_name="Phishing" language="en"><chapter url_name="one"/></course>',
        "chapter/one.xml": (f'<chapter display_name="Week 1"><sequential url_name="s1">{whole}</sequential></chapter>'),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def publish(*found: Session, **more: Any) -> models.Workshop:
    """The course team publishes the workshop."""
    return stage.workshop(*found, **more)


def plan_now(school: School, folder: Path) -> Plan:
    with school.client() as client, course_of(str(folder)) as found:
        client.site_info()
        return planned(found.course, client, school.course, UNASKED)


def sync(school: School, folder: Path, plan: plans.Plan, **more: Any) -> None:
    """A sync by somebody at a command line, who knows nothing of this platform."""
    write(folder, plan, **more)
    # The quiz of the school stands in no course of this folder.
    with school.client() as client, course_of(str(folder)) as found:
        client.site_info()
        done = planned(found.course, client, school.course, UNASKED)
        quiet = replace(done, components=tuple(one for one in done.components if one.component is not None))
        for one in synced(quiet, client, school.course, found.content):
            assert one.error is None, str(one.error)


def says_nothing(school: School, folder: Path) -> bool:
    """Whether a sync would leave the workshop and its sessions as they are."""
    keys = {KEY, *(event_key(name) for name in ("thu", "fri", "later"))}
    return not [one for one in plan_now(school, folder).all() if one.key in keys and one.needs_a_call]


def both(school: School, folder: Path, *found: Session, **more: Any) -> models.Workshop:
    """A workshop that is published here and synced."""
    row = publish(*found, **more)
    sync(school, folder, stage.plan(*found, **more))
    return row


def event(school: School, name: str) -> Event | None:
    course = school.double.state.courses[school.course]
    item = course.items.get(event_key(name))
    return course.events.get(item.target) if item else None


def shown(school: School, name: str) -> datetime | None:
    """When learners see a session in the calendar."""
    found = event(school, name)
    if found is None or not found.values["visible"]:
        return None
    return datetime.fromtimestamp(found.values["timestart"], UTC)


def intro(school: School) -> str:
    course = school.double.state.courses[school.course]
    return str(course.modules[course.items[KEY].cmid].values["intro"])


def mark(school: School, learner: int, done: bool = True) -> None:
    school.double.mark_done(school.course, KEY, learner, done)


def who(school: School, learner: int) -> models.Participant:
    return models.Participant.objects.select_related("workshop", "person").get(
        person__source="moodle:school", person__external_id=str(learner)
    )


# --- Who prepares


def test_who_marks_the_page_as_done_has_prepared_here(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    mark(school, anna)
    assert school.pull().prepared == 1
    one = who(school, anna)
    assert preparing.done_by(one) == {"read", "ask"}
    assert one.prepared_at is not None
    assert int(one.prepared_at.timestamp()) == Prepared.objects.get().at.timestamp()
    assert school.pull().prepared == 0


def test_a_pull_in_which_nothing_happened_is_one_call_also_with_workshops(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    school.learner()
    school.pull()
    before = len(school.double.calls)
    school.pull()
    assert school.double.calls[before:] == [CHANGES]


def test_who_takes_it_back_has_not_prepared_any_more(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    mark(school, anna)
    school.pull()
    school.double.advance(60)
    mark(school, anna, done=False)
    assert school.pull().prepared == 1
    assert preparing.done_by(who(school, anna)) == set()
    school.double.advance(60)
    mark(school, anna)
    school.pull()
    assert preparing.done_by(who(school, anna)) == {"read", "ask"}


def test_what_was_said_and_taken_back_between_two_pulls_is_nothing(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    school.pull()
    mark(school, anna)
    mark(school, anna, done=False)
    school.pull()
    assert preparing.done_by(who(school, anna)) == set()
    assert Prepared.objects.get().is_noted


def test_who_has_an_account_here_has_prepared_with_it(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    user = User.objects.create_user("anna", "anna@example.org")
    anna = school.learner()
    mark(school, anna)
    school.pull()
    (one,) = models.Participant.objects.filter(prepared_at__isnull=False).select_related("person")
    assert (one.person.source, one.person.external_id) == ("openedx", str(user.pk))


def test_a_quiz_that_was_answered_in_moodle_is_prepared(school: School, folder: Path) -> None:
    anna, bram = school.learner(), school.learner("bram")
    # Before there was a workshop.
    school.attempt(anna, 1, 1, 1)
    school.pull()
    both(school, folder, at("thu", 10), items=[QUIZ])
    school.pull()
    assert preparing.done_by(who(school, anna)) == {"quiz"}
    assert preparing.done_by(who(school, bram)) == set()
    school.double.advance(60)
    school.attempt(bram, 0, 0, 0)
    school.pull()
    assert who(school, bram).prepared_at is not None


def test_what_was_said_before_the_workshop_is_known_here_is_noted_once_it_is(school: School, folder: Path) -> None:
    other = stage.KEY.make_usage_key("workshop", "other")
    publish(at("thu", 10), usage_key=other)
    sync(school, folder, stage.plan(at("thu", 10)))
    anna = school.learner()
    mark(school, anna)
    assert school.pull().prepared == 0
    publish(at("thu", 10))
    assert school.pull().prepared == 1


def test_a_worker_that_dies_before_it_is_noted_leaves_it_to_the_next(
    school: School, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    school.pull()
    mark(school, anna)

    class DiedError(BaseException):
        pass

    def die(*args: Any) -> bool:
        raise DiedError

    with monkeypatch.context() as dying:
        dying.setattr(pulling.preparing.workshops, "note_prepared", die)
        with pytest.raises(DiedError):
            school.pull()
    assert Prepared.objects.get().noted_at is None
    assert school.pull().prepared == 1
    assert who(school, anna).prepared_at is not None


@pytest.mark.parametrize("trouble", ["cut before", "cut after", "500 after"])
def test_a_connection_that_breaks_loses_nothing_that_was_marked(school: School, folder: Path, trouble: Any) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    school.pull()
    mark(school, anna)
    for number in (1, 2):
        school.double.fail(len(school.double.calls) + number, trouble)
    school.pull()
    assert school.pull().prepared + int(who(school, anna).prepared_at is not None) == 1


def test_how_far_it_was_read_is_kept(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    school.pull()
    assert list(Reading.objects.values_list("stream", "is_behind")) == [("completions", False)]


def test_a_course_without_workshops_is_asked_for_none(school: School) -> None:
    school.learner()
    school.pull()
    assert not any("completions" in call for call in school.double.calls)


def test_what_an_account_said_that_is_deleted_in_moodle_goes_with_it(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    mark(school, anna)
    school.pull()
    school.double.remove_user(anna)
    school.pull()
    assert not Prepared.objects.exists()
    assert not models.Person.objects.filter(source="moodle:school").exists()


def test_what_a_user_said_who_leaves_this_platform_goes_too(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    user = User.objects.create_user("anna", "anna@example.org")
    mark(school, school.learner())
    school.pull()
    people.forget_user(user.pk)
    assert not Prepared.objects.exists()


def test_who_leaves_the_course_in_moodle_takes_part_no_more_and_keeps_what_they_did(
    school: School, folder: Path
) -> None:
    both(school, folder, at("thu", 10))
    anna, bram = school.learner(), school.learner("bram")
    mark(school, anna)
    school.pull()
    school.double.unenrol(school.course, anna)
    school.pull()
    assert who(school, anna).left_at is not None
    assert who(school, bram).left_at is None
    assert preparing.done_by(who(school, anna)) == {"read", "ask"}


# --- Reminders


def remind(clock: type[Clock], moment: datetime) -> None:
    clock.at = moment
    nudging.Learner.objects.filter(joined_to=None).update(next_look_at=moment)
    sweeping.sweep(moment, delivering.deliver)


def follow_up(row: models.Workshop) -> None:
    tasks.follow_up(row.pk, list(row.participants.values_list("pk", flat=True)))


def test_learners_in_moodle_are_reminded_there_of_what_is_not_done(
    school: School, folder: Path, clock: type[Clock]
) -> None:
    clock.at = NOW
    row = both(school, folder, at("thu", 10), at("fri", 11))
    anna, bram = school.learner(), school.learner("bram", lang="nl")
    school.pull()
    mark(school, anna)
    school.pull()
    follow_up(row)
    # Two days before the first of the two.
    remind(clock, datetime(2026, 12, 8, 12, 40, tzinfo=UTC))
    (notice,) = school.double.state.sent
    assert notice["userid"] == bram
    assert "Phishing day" in notice["subject"]
    page = school.double.state.courses[school.course].items[KEY].cmid
    assert notice["url"].endswith(f"/mod/page/view.php?id={page}")
    assert Quiz.objects.get(modname="page").module == page


def test_a_place_leads_to_the_page_of_a_workshop(school: School, folder: Path) -> None:
    both(school, folder, at("thu", 10))
    anna = school.learner()
    school.pull()
    address = Moodle().address(Identity("moodle:school", str(anna)), school.course_key, stage.USAGE)
    assert "/mod/page/view.php?id=" in address


# --- Sessions that move


@pytest.fixture
def there(school: School, folder: Path, clock: type[Clock]) -> models.Workshop:
    """A workshop with two sessions, here and in Moodle."""
    clock.at = NOW
    row = both(school, folder, at("thu", 10), at("fri", 11))
    school.pull()
    assert (shown(school, "thu"), shown(school, "fri")) == (
        datetime(2026, 12, 10, 12, tzinfo=UTC),
        datetime(2026, 12, 11, 12, tzinfo=UTC),
    )
    return row


def test_a_session_that_is_moved_here_moves_there_and_a_sync_leaves_it(
    school: School, folder: Path, there: models.Workshop
) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17, 9, place="Room 9"), NOW)
    assert dict(school.pull().sessions) == {"told": 2}
    assert shown(school, "thu") == datetime(2026, 12, 17, 8, tzinfo=UTC)
    assert "Thursday 17 December 2026, 09:00–11:00 (Amsterdam)" in intro(school)
    found = event(school, "thu")
    assert found is not None
    assert "Room 9" in found.values["description"]
    assert says_nothing(school, folder)
    before = len(school.double.calls)
    school.pull()
    assert school.double.calls[before:] == [CHANGES]


def test_a_session_that_is_cancelled_goes_from_the_calendar_and_comes_back_when_it_is_taken_up(
    school: School, folder: Path, there: models.Workshop
) -> None:
    scheduling.cancel(stage.session(there, "thu").pk, NOW)
    school.pull()
    assert shown(school, "thu") is None
    assert "<del>" in intro(school)
    assert says_nothing(school, folder)
    scheduling.take_up_again(stage.session(there, "thu").pk, NOW)
    school.pull()
    assert shown(school, "thu") == datetime(2026, 12, 10, 12, tzinfo=UTC)
    assert "<del>" not in intro(school)
    assert not Moved.objects.exists()
    assert says_nothing(school, folder)


def test_what_the_course_says_afterwards_counts_again(school: School, folder: Path, there: models.Workshop) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    school.pull()
    again = (at("thu", 18), at("fri", 11))
    publish(*again)
    sync(school, folder, stage.plan(*again))
    school.pull()
    assert shown(school, "thu") == datetime(2026, 12, 18, 12, tzinfo=UTC)
    assert not Moved.objects.exists()
    assert says_nothing(school, folder)


def test_a_session_that_leaves_the_course_goes_from_the_calendar(
    school: School, folder: Path, there: models.Workshop
) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    school.pull()
    publish(at("fri", 11))
    school.pull()
    assert shown(school, "thu") is None
    sync(school, folder, stage.plan(at("fri", 11)))
    assert "17 December" not in intro(school)
    assert not Moved.objects.exists()


def test_a_session_gets_its_event_once_the_team_has_a_date(school: School, folder: Path, clock: type[Clock]) -> None:
    clock.at = NOW
    row = both(school, folder, Session(id="later", zone="Europe/Amsterdam"))
    school.pull()
    assert event(school, "later") is None
    scheduling.change(stage.session(row, "later").pk, at("later", 10), NOW)
    school.pull()
    assert shown(school, "later") == datetime(2026, 12, 10, 12, tzinfo=UTC)
    item = school.double.state.courses[school.course].items[event_key("later")]
    assert {field.hash for field in item.fields.values()} == {WAITING}
    assert says_nothing(school, folder)
    # The team moves it once more, and then has no date again.
    scheduling.change(stage.session(row, "later").pk, at("later", 11), NOW)
    school.pull()
    assert shown(school, "later") == datetime(2026, 12, 11, 12, tzinfo=UTC)
    assert says_nothing(school, folder)
    scheduling.change(stage.session(row, "later").pk, Session(id="later", zone="Europe/Amsterdam"), NOW)
    school.pull()
    assert event(school, "later") is None
    assert "The date follows" in intro(school)
    # When the course has a date, the sync makes it as any other.
    publish(at("later", 15))
    sync(school, folder, stage.plan(at("later", 15)))
    school.pull()
    assert shown(school, "later") == datetime(2026, 12, 15, 12, tzinfo=UTC)
    assert says_nothing(school, folder)


def test_a_session_without_a_date_that_was_cancelled_has_no_event(
    school: School, folder: Path, clock: type[Clock]
) -> None:
    clock.at = NOW
    row = both(school, folder, Session(id="later", zone="Europe/Amsterdam"))
    scheduling.change(stage.session(row, "later").pk, at("later", 10), NOW)
    scheduling.cancel(stage.session(row, "later").pk, NOW)
    school.pull()
    assert event(school, "later") is None
    assert "<del>" in intro(school)


def test_what_was_moved_before_the_first_sync_moves_after_it(school: School, folder: Path, clock: type[Clock]) -> None:
    clock.at = NOW
    row = publish(at("thu", 10))
    scheduling.change(stage.session(row, "thu").pk, at("thu", 17), NOW)
    assert dict(school.pull().sessions) == {"waits_for_a_sync": 2}
    before = len(school.double.calls)
    school.pull()
    assert school.double.calls[before:] == [CHANGES]
    sync(school, folder, stage.plan(at("thu", 10)))
    clock.at = NOW + timedelta(hours=1)
    school.pull()
    assert shown(school, "thu") == datetime(2026, 12, 17, 12, tzinfo=UTC)
    assert says_nothing(school, folder)


def test_what_another_sync_wrote_over_is_put_right_again(
    school: School, folder: Path, there: models.Workshop, clock: type[Clock]
) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    school.pull()
    with school.client() as client:
        client.site_info()
        client.call("local_microunits_unlink", {"courseid": school.course, "keys": [event_key("thu")]})
    sync(school, folder, stage.plan(at("thu", 10), at("fri", 11)))
    assert shown(school, "thu") == datetime(2026, 12, 10, 12, tzinfo=UTC)
    clock.at = NOW + timedelta(hours=1)
    assert dict(school.pull().sessions) == {"told": 1}
    assert shown(school, "thu") == datetime(2026, 12, 17, 12, tzinfo=UTC)
    clock.at = NOW + timedelta(hours=2)
    assert dict(school.pull().sessions) == {}


def test_after_a_sync_of_this_platform_it_is_looked_at_next(
    school: School, folder: Path, there: models.Workshop
) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    school.pull()
    school.double.edit(school.course, event_key("thu"), "timestart", 5)
    sessions.synced(Link.objects.get())
    assert dict(school.pull().sessions) == {}
    assert set(Moved.objects.values_list("told_at", flat=True)) != {None}


def test_what_a_teacher_moved_in_moodle_stays_there(school: School, folder: Path, there: models.Workshop) -> None:
    school.double.edit(school.course, event_key("thu"), "timestart", 1_800_000_000)
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17, place="Room 9"), NOW)
    school.pull()
    found = event(school, "thu")
    assert found is not None
    assert found.values["timestart"] == 1_800_000_000
    assert "Room 9" in found.values["description"]


def test_what_a_teacher_deleted_in_moodle_is_not_made_again(
    school: School, folder: Path, there: models.Workshop
) -> None:
    course = school.double.state.courses[school.course]
    del course.events[course.items[event_key("thu")].target]
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    school.pull()
    assert event(school, "thu") is None


def test_a_session_that_learners_may_not_see_yet_moves_hidden(school: School, folder: Path, clock: type[Clock]) -> None:
    clock.at = NOW
    row = publish(at("thu", 10))
    sync(school, folder, stage.plan(at("thu", 10)), hidden=True)
    scheduling.change(stage.session(row, "thu").pk, at("thu", 17), NOW)
    school.pull()
    found = event(school, "thu")
    assert found is not None
    assert (found.values["visible"], found.values["timestart"]) == (
        False,
        int(datetime(2026, 12, 17, 12, tzinfo=UTC).timestamp()),
    )


def test_a_call_that_fails_is_made_again(school: School, folder: Path, there: models.Workshop) -> None:
    scheduling.change(stage.session(there, "thu").pk, at("thu", 17), NOW)
    upsert = school.double.functions - {"local_microunits_upsert"}
    school.double.functions, kept = upsert, school.double.functions
    assert dict(school.pull().sessions) == {"failed": 2}
    school.double.functions = kept
    assert dict(school.pull().sessions) == {"told": 2}
    assert shown(school, "thu") == datetime(2026, 12, 17, 12, tzinfo=UTC)


def test_the_door_of_workshops_tells_the_same_as_their_page(school: School, there: models.Workshop) -> None:
    (now,) = api.workshops_of(school.course_key)
    assert [one.session.id for one in now.sessions] == ["thu", "fri"]
