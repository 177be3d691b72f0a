"""A learner of Moodle who is matched with an account, or deleted there, is so for workshops as well."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from moodle_bridge.service import people
from tests.moodle_bridge.service.school import School
from tests.xblocks.workshop.stage import NOW, at, session, workshop
from xblocks.workshop import api, models

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_is_matched_keeps_their_seat_and_what_they_prepared(school: School) -> None:
    row = workshop(at("a", 10))
    anna = school.learner()
    school.pull()
    one = api.participant(row, "moodle:school", str(anna), NOW, is_elsewhere=True)[0]
    api.choose(one, "a", NOW)
    api.tick(one, "read", is_done=True, now=NOW)
    user = User.objects.create_user("anna2", "elsewhere@example.org")
    assert people.join(school.account(anna), user.pk, people.HAND)
    joined = models.Participant.objects.get(person__source="openedx", person__external_id=str(user.pk))
    assert (joined.holds, joined.done.count()) == (session(row, "a"), 1)
    assert not models.Person.objects.filter(source="moodle:school").exists()


def test_who_is_deleted_there_and_has_no_account_here_is_forgotten(school: School) -> None:
    row = workshop(at("a", 10, seats=1))
    anna, bram = school.learner(), school.learner("bram")
    school.pull()
    for user in (anna, bram):
        api.choose(api.participant(row, "moodle:school", str(user), NOW)[0], "a", NOW)
    school.double.remove_user(anna)
    school.pull()
    assert models.Participant.objects.get(person__source="moodle:school").person.external_id == str(bram)
    assert session(row, "a").holders.get().person.external_id == str(bram)
