"""Coaches, by their pages: what was shared with them, feedback, read marks, who has not yet; and nobody else."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from opaque_keys.edx.keys import UsageKey

from devstack.people import person
from devstack.platform import Devstack
from tests.devstack.playing import call, course, unit, view, who
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.nudge.learning import Time, time
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, share
from xblocks.nudge.models import Anchor
from xblocks.reflection import models, standing

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

GROUP = '<reflection url_name="week1" display_name="My first week" group="true"/>'


def client(user: str = "team") -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(person(user))
    return made


def page(block: UsageKey, user: str = "team", name: str = "coach", *more: int) -> Any:
    return client(user).get(reverse(f"microunits_reflection:{name}", args=[str(block), *more]))


def text(block: UsageKey, user: str = "team") -> str:
    return text_of(page(block, user).content.decode())


def number(user: str = "ann") -> int:
    """The last version of somebody."""
    return int(models.Version.objects.filter(reflection__user_id=who(user).pk).order_by("-number")[0].pk)


def write_back(block: UsageKey, said: str = "Well seen.", user: str = "team", to: str = "ann", **more: Any) -> Any:
    address = reverse("microunits_reflection:coach_remark", args=[str(block), number(to)])
    return client(user).post(address, json.dumps({"text": said}), content_type="application/json", **more)


@pytest.fixture
def block() -> UsageKey:
    """Ann shared with her coaches, Bob kept his to himself, Carol has not written."""
    made = reflection()
    share(made, "coach")
    assert hand_in(made, "It went well.", level="coach").json["ok"]
    assert hand_in(made, MARKER, "bob").json["ok"]
    return made


def test_a_coach_sees_what_is_to_be_read_what_was_kept_and_who_has_not_yet(block: UsageKey) -> None:
    told = text(block)
    new, kept, missing = (told.index(part) for part in ("To read (1)", "not shared with coaches (1)", "Not yet (1)"))
    assert new < told.index("Ann") < kept < told.index("Bob") < missing < told.index("Carol")
    # The coach of a group is no learner of it.
    assert "Chris" not in told


def test_a_coach_reads_what_was_shared_and_that_is_noted(block: UsageKey) -> None:
    told = page(block, "team", "coach_read", number())
    assert "It went well." in told.content.decode()
    assert told["Cache-Control"] == "no-store"
    assert "Read (1)" in text(block)
    assert "Nothing new" in text(block)
    assert "Read by Tess." in text_of(view(block))
    # Another coach has not.
    assert "To read (1)" in text(block, "coach")


def test_a_new_version_is_to_be_read_again(block: UsageKey) -> None:
    page(block, "team", "coach_read", number())
    hand_in(block, "And then it did not.", turn=2, base=1, level="coach")
    assert "To read (1)" in text(block)
    assert "Read by" not in text_of(view(block))


def test_feedback_is_told_once_and_stands_below_the_reflection(block: UsageKey, time: Time) -> None:
    told = write_back(block, "Well seen.\n<b>")
    assert told.status_code == 200
    assert "Well seen.\n&lt;b&gt;" in told.json()["html"]
    write_back(block, "One thing more.")
    (anchor,) = Anchor.objects.filter(learner__external_id=str(who("ann").pk))
    assert anchor.is_notice
    assert "wrote back" in anchor.texts["en"]["subject"]
    assert "Well seen" not in str(anchor.texts)
    html = view(block)
    assert "Well seen.\n&lt;b&gt;" in html
    assert html.count('class="mr-new"') == 2
    # Who has seen it need not be told any more, and it is not new for long.
    assert not Anchor.objects.exists()
    assert "mr-new" not in view(block)


def test_a_coach_takes_back_their_own_words_and_nobody_elses(block: UsageKey) -> None:
    write_back(block, "From Tess.")
    write_back(block, "From Chris.", "coach")
    tess, chris = models.Remark.objects.order_by("pk")
    address = reverse("microunits_reflection:coach_remove", args=[str(block), number()])
    for each in (tess, chris):
        told = client().post(address, json.dumps({"number": each.pk}), content_type="application/json")
        assert told.status_code == 200
    assert list(models.Remark.objects.all()) == [chris]
    assert "From Chris." in told.json()["html"]


def test_a_learner_removes_what_was_written_to_them_and_nobody_else_does(block: UsageKey) -> None:
    write_back(block)
    pk = models.Remark.objects.get().pk
    call(block, "remove", {"number": pk}, "bob")
    assert models.Remark.objects.exists()
    call(block, "remove", {"number": pk})
    assert not models.Remark.objects.exists()


@pytest.mark.parametrize("said", ["", "  \n", "x" * 5_001, 7, None])
def test_what_is_no_feedback_is_refused_with_a_sentence(block: UsageKey, said: Any) -> None:
    told = write_back(block, said)
    assert told.status_code == 400
    assert told.json()["message"]
    assert not models.Remark.objects.exists()


def test_there_is_an_end_to_what_one_coach_says(block: UsageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xblocks.reflection.remarking.MOST_EACH", 1)
    assert write_back(block).status_code == 200
    assert write_back(block).status_code == 409
    assert write_back(block, user="coach").status_code == 200


# --- Who coaches


def test_who_looks_after_a_group_coaches_its_learners_and_nobody_else() -> None:
    block = reflection()
    for name in ("ann", "carol"):
        share(block, "coach", name)
        hand_in(block, f"by {name}", name, level="coach")
    told = text(block, "coach")
    assert "“Morning”" in told
    assert "Ann" in told
    assert "Carol" not in told
    assert page(block, "coach", "coach_read", number("ann")).status_code == 200
    assert page(block, "coach", "coach_read", number("carol")).status_code == 404
    assert write_back(block, user="coach", to="carol").status_code == 404
    assert "Carol" not in b"".join(page(block, "coach", "coach_table").streaming_content).decode()


def test_who_looks_after_a_group_and_does_not_take_the_course_coaches_nobody(
    block: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach = who("coach").pk
    monkeypatch.setattr(Devstack, "enrolled", lambda self, users, keys: {key: set(users) - {coach} for key in keys})
    for name, more in (("coach", ()), ("coach_read", (number(),)), ("coach_table", ())):
        assert page(block, "coach", name, *more).status_code == 403
    assert write_back(block, user="coach").status_code == 403


def test_the_team_of_another_course_reads_nothing(block: UsageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = course("course-v1:Microunits+OTHER+2026")
    monkeypatch.setattr(Devstack, "is_course_team", lambda self, user, key: user.is_staff and str(key) == elsewhere.key)
    for name, more in (("coach", ()), ("coach_read", (number(),)), ("coach_table", ())):
        told = page(block, "team", name, *more)
        assert told.status_code == 403
        assert "Ann" not in told.content.decode()
    assert write_back(block).status_code == 403
    # Nor by the number of a version, under the address of a reflection of their own.
    from tests.devstack.playing import add_block

    own = add_block('<reflection url_name="theirs"/>', unit("unit", elsewhere))
    assert page(own, "team", "coach_read", number()).status_code == 404
    address = reverse("microunits_reflection:coach_remark", args=[str(own), number()])
    assert client().post(address, '{"text": "hi"}', content_type="application/json").status_code == 404
    assert not models.Remark.objects.exists()


@pytest.mark.parametrize("user", ["ann", "bob", "carol"])
def test_learners_are_no_coaches(block: UsageKey, user: str) -> None:
    for name, more in (("coach", ()), ("coach_read", (number(),)), ("coach_table", ())):
        told = page(block, user, name, *more)
        assert told.status_code == 403
        assert "It went well." not in told.content.decode()
    assert write_back(block, user=user).status_code == 403
    assert "For coaches" not in text_of(view(block, user))


def test_who_is_signed_out_is_asked_to_sign_in(block: UsageKey) -> None:
    address = reverse("microunits_reflection:coach", args=[str(block)])
    told = Client().get(address)
    assert told.status_code == 302
    assert "next=" in told["Location"]
    assert Client().post(f"{address}1/remark/", "{}", content_type="application/json").status_code == 302


@pytest.mark.parametrize("name", ["nonsense", "block-v1:Microunits+TEST+2026+type@microquiz+block@a"])
def test_where_there_is_no_reflection_there_is_no_page(name: str) -> None:
    assert client().get(f"/microunits/reflection/coach/{name}/").status_code == 404


def test_coaches_find_the_way_to_their_page(block: UsageKey) -> None:
    address = reverse("microunits_reflection:coach", args=[str(block)])
    for user in ("team", "coach"):
        assert f'href="{address}"' in view(block, user)


def test_feedback_comes_as_json_and_with_its_token_only(block: UsageKey) -> None:
    address = reverse("microunits_reflection:coach_remark", args=[str(block), number()])
    assert client().post(address, {"text": "hi"}).status_code == 415
    assert client().post(address, "[1]", content_type="application/json").status_code == 415
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("team"))
    assert strict.post(address, '{"text": "hi"}', content_type="application/json").status_code == 403
    assert not models.Remark.objects.exists()


# --- Narrowing


def test_what_is_taken_back_is_gone_from_a_coach_at_once_and_what_they_wrote_stays_the_learners(
    block: UsageKey,
) -> None:
    write_back(block, "Well seen.")
    address = number()
    share(block, "private")
    assert page(block, "team", "coach_read", address).status_code == 404
    assert write_back(block, "More").status_code == 404
    assert "handed in, not shared" in text(block).lower()
    assert "Well seen." in view(block)


def test_letting_in_coaches_later_opens_nothing_that_was_handed_in_before(block: UsageKey) -> None:
    share(block, "coach", "bob")
    assert page(block, "team", "coach_read", number("bob")).status_code == 404
    assert "Only you can read it." in text_of(view(block, "bob"))
    assert "Once you hand it in again" in text_of(view(block, "bob"))
    assert hand_in(block, MARKER, "bob", turn=2, base=1, level="coach").json["ok"]
    assert MARKER in page(block, "team", "coach_read", number("bob")).content.decode()


# --- The table


def test_the_table_is_safe_and_has_no_text(block: UsageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    person("carol").__class__.objects.filter(username="carol").update(first_name="=HYPERLINK(1)")
    write_back(block, "Well seen.")
    told = page(block, "team", "coach_table")
    raw = b"".join(told.streaming_content).decode()
    assert not [one for one in ("It went well.", "Well seen.", MARKER) if one in raw]
    lines = {row[0]: row[1:] for row in csv.reader(io.StringIO(raw.lstrip("\ufeff")))}
    assert lines["Ann"][1:] == ["yes", "no", "1"]
    assert lines["Bob"][1:] == ["no", "", ""]
    assert lines["'=HYPERLINK(1)"] == ["", "", "", ""]


def test_the_page_is_as_many_statements_whatever_the_number_of_learners(block: UsageKey) -> None:
    with CaptureQueriesContext(connection) as few:
        page(block)
    users = type(person("ann")).objects
    for each in range(30):
        user = users.create(username=f"u{each}", first_name=f"U{each}")
        share(block, "coach", user)
        hand_in(block, f"by {each}", user, level="coach")
    with CaptureQueriesContext(connection) as many:
        page(block)
    assert len(many) == len(few)


# --- When something goes wrong


def test_a_text_that_cannot_be_opened_is_told_as_that(block: UsageKey) -> None:
    models.Version.objects.update(content=b"broken")
    told = page(block, "team", "coach_read", number())
    assert told.status_code == 503
    assert "kept" in told.content.decode()


def test_a_group_that_nobody_leads_has_the_team_only() -> None:
    assert standing.led_group(who("ann").pk, reflection().course_key) is None
    assert standing.led_group(who("coach").pk, reflection('<reflection url_name="b"/>').course_key) == 1
