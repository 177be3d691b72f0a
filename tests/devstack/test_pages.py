"""The pages: playing, looking as somebody else, editing in Studio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from devstack.models import Usage
from tests.devstack.playing import (
    COURSE_KEY,
    add_block,
    block_for,
    call,
    completion_of,
    grade_of,
    state_of,
    unit,
)

pytestmark = pytest.mark.django_db
UNIT = f"/courses/{COURSE_KEY}/units/unit/"


@pytest.fixture
def counter() -> UsageKey:
    return add_block('<counter url_name="one" display_name="Steps"/>')


def become(client: Client, who: str) -> None:
    assert client.post("/person/", {"person": who, "next": "/"}).status_code == 302


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def handler(usage_key: UsageKey, name: str) -> str:
    return f"/courses/{usage_key.course_key}/xblock/{usage_key}/handler/{name}"


def test_one_looks_through_the_eyes_of_whom_one_chooses(client: Client, counter: UsageKey) -> None:
    assert "Log in to count." in text(client.get(UNIT))
    become(client, "ann")
    assert '<p class="counter">0</p>' in text(client.get(UNIT))
    become(client, "")
    assert "Log in to count." in text(client.get(UNIT))


def test_there_is_nobody_else(client: Client) -> None:
    assert client.post("/person/", {"person": "mallory"}).status_code == 400
    assert client.get("/person/").status_code == 405


def test_after_a_choice_one_is_back_where_one_was_and_never_elsewhere(client: Client) -> None:
    assert client.post("/person/", {"person": "ann", "next": UNIT})["Location"] == UNIT
    assert client.post("/person/", {"person": "ann", "next": "https://example.com/"})["Location"] == "/"


@pytest.mark.parametrize(
    ("code", "language", "direction"), [("en", "en", "ltr"), ("nl", "nl", "ltr"), ("rtl", "en", "rtl")]
)
def test_the_language_sets_the_direction_of_the_page(client: Client, code: str, language: str, direction: str) -> None:
    client.post("/language/", {"language": code})
    answer = client.get("/")
    assert f'<html lang="{language}" dir="{direction}">' in text(answer)
    assert answer["Content-Language"] == code


def test_a_language_that_is_not_there_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "tlh"}).status_code == 400


def test_the_course_page_tells_how_far_one_is(client: Client, counter: UsageKey) -> None:
    call(counter, "step", {})
    become(client, "ann")
    page = text(client.get(f"/courses/{COURSE_KEY}/"))
    assert "50% done" in page
    assert "2 of 4 points" in page


def test_what_the_lms_recorded_stands_beside_the_unit(client: Client, counter: UsageKey) -> None:
    become(client, "ann")
    client.post(handler(counter, "step"), "{}", content_type="application/json")
    panel = text(client.get(UNIT + "recorded/"))
    assert "1 of 2 points" in panel
    assert "50%" in panel
    assert "counter.stepped" in panel
    become(client, "bob")
    assert "counter.stepped" not in text(client.get(UNIT + "recorded/"))


def test_a_post_of_somebody_who_is_not_logged_in_never_reaches_the_block(client: Client, counter: UsageKey) -> None:
    assert client.post(handler(counter, "step"), "{}", content_type="application/json").status_code == 403
    assert client.get(handler(counter, "read") + "/x?q=y").content == b"0 x y"


def test_a_post_needs_the_token_of_the_page(counter: UsageKey) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/")
    token = client.cookies["csrftoken"].value
    assert client.post("/person/", {"person": "ann"}).status_code == 403
    client.post("/person/", {"person": "ann"}, headers={"X-CSRFToken": token})
    refused = client.post(handler(counter, "step"), "{}", content_type="application/json")
    assert refused.status_code == 403
    token = client.cookies["csrftoken"].value
    taken = client.post(handler(counter, "step"), "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert taken.json() == {"count": 1}


@pytest.mark.parametrize("path", ["read_nothing", "max_score", "student_view"])
def test_what_is_not_a_handler_is_not_found(client: Client, counter: UsageKey, path: str) -> None:
    assert client.get(handler(counter, path)).status_code == 404


def test_a_block_that_is_not_there_is_not_found(client: Client, counter: UsageKey) -> None:
    other = counter.course_key.make_usage_key("counter", "two")
    assert client.get(handler(other, "read")).status_code == 404
    assert client.get("/courses/course-v1:no+such+course/").status_code == 404
    elsewhere = handler(counter, "read").replace(COURSE_KEY + "/", "course-v1:a+b+c/")
    assert client.get(elsewhere).status_code == 404


def test_a_block_that_fails_leaves_the_others_standing(
    client: Client, counter: UsageKey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.devstack.blocks import PlainBlock

    add_block("<plain/>")
    monkeypatch.setattr(PlainBlock, "student_view", lambda self, context: 1 / 0)
    become(client, "ann")
    page = text(client.get(UNIT))
    assert "This block could not be shown: ZeroDivisionError" in page
    assert '<p class="counter">0</p>' in page
    assert "student_view of" in caplog.text


# --- Studio


def test_only_the_course_team_edits(client: Client, counter: UsageKey) -> None:
    become(client, "ann")
    assert client.get(UNIT + "studio/").status_code == 403
    assert client.get(UNIT + "data/").status_code == 403
    assert client.get(UNIT + "studio/export/").status_code == 403
    assert client.post(UNIT + "studio/remove/", {"block": str(counter)}).status_code == 403
    answer = client.post(f"/xblock/{counter}/handler/set_goal", '{"goal": 9}', content_type="application/json")
    assert answer.status_code == 403
    assert block_for(counter).goal == 2


def test_the_editor_saves_for_real(client: Client, counter: UsageKey) -> None:
    become(client, "team")
    assert '<input name="goal" value="2">' in text(client.get(UNIT + "studio/"))
    client.post(f"/xblock/{counter}/handler/set_goal", '{"goal": 9}', content_type="application/json")
    assert '<input name="goal" value="9">' in text(client.get(UNIT + "studio/"))


def test_a_block_goes_out_as_a_file_and_comes_back(client: Client, counter: UsageKey) -> None:
    become(client, "team")
    answer = client.get(UNIT + "studio/export/", {"block": str(counter)})
    assert answer["Content-Disposition"] == 'attachment; filename="counter-one.xml"'
    changed = answer.content.replace(b"<counter", b'<counter goal="8"')
    upload = SimpleUploadedFile("counter.xml", changed, "application/xml")
    done = client.post(UNIT + "studio/import/", {"block": str(counter), "file": upload}, follow=True)
    assert "The content was replaced." in text(done)
    assert block_for(counter).goal == 8


def test_what_was_pasted_is_still_there_when_it_was_not_understood(client: Client, counter: UsageKey) -> None:
    become(client, "team")
    answer = client.post(UNIT + "studio/import/", {"block": str(counter), "olx": "<counter>oh"})
    assert answer.status_code == 400
    assert "This is not well-formed XML" in text(answer)
    assert "&lt;counter&gt;oh</textarea>" in text(answer)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose a file or paste some OLX first."),
        ({"file": SimpleUploadedFile("a.xml", b"\xff\xfe\x00")}, "not text in UTF-8"),
    ],
)
def test_an_import_without_usable_content_says_what_to_do(
    client: Client, counter: UsageKey, given: dict[str, Any], says: str
) -> None:
    become(client, "team")
    assert says in text(client.post(UNIT + "studio/import/", {"block": str(counter), **given}))


def test_a_block_is_copied_and_removed(client: Client, counter: UsageKey) -> None:
    become(client, "team")
    assert "Here is the copy." in text(client.post(UNIT + "studio/duplicate/", {"block": str(counter)}, follow=True))
    assert Usage.objects.count() == 2
    client.post(UNIT + "studio/remove/", {"block": str(counter)})
    assert [usage.usage_key == str(counter) for usage in Usage.objects.all()] == [False]


def test_a_quiz_is_added_at_the_end_of_the_unit(client: Client, counter: UsageKey) -> None:
    become(client, "team")
    client.post(UNIT + "studio/add/")
    assert [usage.block_type for usage in unit().usages.all()] == ["counter", "microquiz"]


def test_a_learners_work_is_rescored_overridden_and_deleted(client: Client, counter: UsageKey) -> None:
    call(counter, "step", {}, user="bob")
    become(client, "team")
    form = {"block": str(counter), "learner": "bob"}
    call(counter, "set_goal", {"goal": 4}, user="team", studio=True)
    assert "were scored again" in text(client.post(UNIT + "studio/rescore/", form, follow=True))
    assert grade_of(counter, "bob") == (1, 4)
    assert "as a number" in text(client.post(UNIT + "studio/override/", {**form, "score": "all"}))
    client.post(UNIT + "studio/override/", {**form, "score": "2,0"})
    assert state_of(counter, "bob")["score"] == 0.5
    client.post(UNIT + "studio/delete_state/", form)
    assert (state_of(counter, "bob"), grade_of(counter, "bob")) == ({}, None)
    assert "has not done anything" in text(client.post(UNIT + "studio/delete_state/", form))


def test_the_data_page_shows_what_is_stored_of_whom_one_chooses(client: Client, counter: UsageKey) -> None:
    call(counter, "step", {}, user="bob")
    become(client, "team")
    assert "&quot;count&quot;: 1" in text(client.get(UNIT + "data/?learner=bob"))
    assert "&quot;count&quot;: 1" not in text(client.get(UNIT + "data/?learner=ann"))
    assert completion_of(counter, "bob") == 0.5


# --- Files


def test_a_picture_of_the_course_is_served_and_nothing_beside_it(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.svg").write_text("<svg/>")
    (tmp_path / "secret").write_text("no")
    monkeypatch.setattr(settings, "COURSE_FILES", tmp_path)
    asset = f"/asset-v1:{COURSE_KEY.removeprefix('course-v1:')}+type@asset+block@"
    answer = client.get(asset + "a.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"".join(answer.streaming_content) == b"<svg/>"  # type: ignore[attr-defined]
    for name in ("b.svg", "..%2Fsecret", "..", "%2e%2e%2fsecret"):
        assert client.get(asset + name).status_code == 404


def test_a_file_in_a_blocks_public_folder_is_served_and_no_other(client: Client) -> None:
    assert client.get("/xblock/resource/sequence_demo/public/sequence.css").status_code in (200, 404)
    for path in ("counter/blocks.py", "counter/public/../blocks.py", "unheard_of/public/x.css"):
        assert client.get(f"/xblock/resource/{path}").status_code == 404
