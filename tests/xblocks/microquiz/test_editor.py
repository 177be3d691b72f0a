"""The editor's handlers and page, through the devstack's real runtime and database."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import Answer, add_block, block_for, call, export, import_olx, view
from tests.xblocks.microquiz.quizzes import one_of_each
from xblocks.base import editing
from xblocks.microquiz import authoring, content
from xblocks.microquiz.authoring_texts import TEXTS
from xblocks.microquiz.editor import SCRIPTS
from xblocks.microquiz.questions import TYPES

pytestmark = pytest.mark.django_db(transaction=True)

HANDLERS = ["editor_preview", "editor_import", "editor_export", "editor_save"]
EMPTY = '<microquiz url_name="empty"/>'


def ask(key: UsageKey, handler: str, data: Any, **more: Any) -> Answer:
    return call(key, f"editor_{handler}", data, **{"user": "team", "studio": True, **more})


def page(key: UsageKey) -> Any:
    """What the editor's page begins with."""
    html = view(key, "team", "studio_view", studio=True)
    found = re.search(r'<script type="application/json" class="mue-editor-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def submission(key: UsageKey, **changed: Any) -> dict[str, Any]:
    """What the editor hands in, when nothing was touched but what is named."""
    start = page(key)
    whole = {
        "base": start["version"],
        "settings": start["settings"],
        "questions": [question["form"] for question in start["questions"]],
    }
    return {**whole, **changed}


# --- The page


def test_the_page_holds_every_question_with_every_field() -> None:
    start = page(add_block(one_of_each()))
    assert [question["form"]["type"] for question in start["questions"]] == list(TYPES)
    assert all(question["problems"] == [] for question in start["questions"])
    assert start["questions"][0]["form"]["hints"] == ["hint-one", "hint-two"]
    assert start["settings"]["display_name"] == "One of each"


def test_the_page_of_a_learner_holds_nothing() -> None:
    html = view(add_block(one_of_each()), "ann", "studio_view")
    assert "course team" in html
    assert "secret" not in html
    assert "mue-editor" not in html


def test_what_cannot_be_read_is_shown_and_not_lost() -> None:
    key = add_block(EMPTY)
    block = block_for(key, "team", studio=True)
    block.questions = [{"type": "poll", "id": "p"}, {"type": "single", "id": "q", "text": "t", "points": "many"}]
    block.save()
    poll, single = page(key)["questions"]
    assert poll["form"] == {"type": "", "unreadable": {"type": "poll", "id": "p"}}
    assert poll["problems"]
    assert single["form"]["points"] == 1.0
    assert [problem["path"] for problem in single["problems"]] == ["points"]


def test_the_script_finds_its_words_and_every_word_has_a_use() -> None:
    scripts = "".join((files("xblocks.microquiz") / "static/microquiz" / f"{name}.js").read_text() for name in SCRIPTS)
    used = {*re.findall(r"'(\w+)'", scripts), *editing.ITEM_TEXTS}
    stems = (*re.findall(r"t\(`(\w+_)\$\{", scripts), "presentation_", "feedback_timing_")
    assert "</script" not in scripts
    assert set(re.findall(r"\bt\('(\w+)'", scripts)) <= {*TEXTS, *editing.TEXTS}
    assert [key for key in TEXTS if key not in used and not key.startswith(stems)] == []


def test_the_page_says_its_language_and_its_direction() -> None:
    key = add_block(EMPTY)
    with translation.override("ar"):
        assert 'lang="ar" dir="rtl"' in view(key, "team", "studio_view", studio=True)


# --- Saving


def test_what_was_not_touched_is_saved_as_it_was() -> None:
    key = add_block(one_of_each())
    before = export(key)
    assert ask(key, "save", submission(key)).json["ok"] is True
    assert export(key) == before


def test_what_was_written_is_saved_sanitised() -> None:
    key = add_block(EMPTY)
    example = {**authoring.examples(str)["single"], "id": "q1", "text": "Why<script>x</script>?<b>!</b>"}
    answer = ask(key, "save", submission(key, questions=[example], settings={"display_name": "New", "weight": 3}))
    assert answer.json == {"ok": True, "version": page(key)["version"]}
    block = block_for(key, "team", studio=True)
    assert (block.display_name, block.weight) == ("New", 3.0)
    assert block.questions[0]["text"] == "Why?<b>!</b>"


def test_a_quiz_with_something_to_mend_is_not_saved_and_says_where() -> None:
    key = add_block(one_of_each())
    before = export(key)
    data = submission(key)
    data["questions"][0]["text"] = ""
    data["questions"][4]["answers"][0]["value"] = "three"
    data["settings"]["display_name"] = " "
    answer = ask(key, "save", data)
    assert answer.status == 200
    assert answer.json["ok"] is False
    messages = {problem["path"]: problem["message"] for problem in answer.json["problems"]}
    assert sorted(messages) == ["questions/0/text", "questions/4/answers/0/value", "settings/display_name"]
    assert messages["questions/0/text"] == "Write the question."
    assert messages["questions/4/answers/0/value"].startswith("This could not be read: a number such as 12")
    assert export(key) == before


def test_who_saved_in_between_is_not_overwritten() -> None:
    key = add_block(one_of_each())
    mine, theirs = submission(key), submission(key)
    theirs["settings"]["display_name"] = "Theirs"
    mine["settings"]["display_name"] = "Mine"
    assert ask(key, "save", theirs).json["ok"] is True
    answer = ask(key, "save", mine).json
    assert answer["ok"] is False
    assert answer["conflict"]["settings"]["display_name"] == "Theirs"
    assert block_for(key, "team", studio=True).display_name == "Theirs"
    # Having seen theirs, mine may go on.
    assert ask(key, "save", {**mine, "base": answer["conflict"]["version"]}).json["ok"] is True
    assert block_for(key, "team", studio=True).display_name == "Mine"


def test_the_same_change_made_twice_is_no_conflict() -> None:
    key = add_block(one_of_each())
    data = submission(key)
    data["settings"]["display_name"] = "Ours"
    assert ask(key, "save", data).json["ok"] is True
    assert ask(key, "save", data).json["ok"] is True


def test_nothing_is_saved_in_the_lms() -> None:
    key = add_block(one_of_each())
    data = submission(key)
    with override_settings(ROOT_URLCONF="lms.urls"):
        answer = ask(key, "save", data)
    assert (answer.status, answer.json["error"]) == (409, "not_in_studio")


# --- Preview


@pytest.mark.parametrize("kind", TYPES)
def test_the_preview_shows_the_question_without_its_answer(kind: str) -> None:
    key = add_block(one_of_each())
    form = next(question["form"] for question in page(key)["questions"] if question["form"]["type"] == kind)
    answer = ask(key, "preview", {"question": form, "settings": {}}).json
    assert answer["problems"] == []
    assert 'class="mu"' in answer["html"]
    assert "secret" not in answer["html"]


@pytest.mark.parametrize("kind", TYPES)
def test_a_question_that_was_only_begun_has_a_preview_too(kind: str) -> None:
    form = {**authoring.form_of({"type": kind}), "id": "q"}
    answer = ask(add_block(EMPTY), "preview", {"question": form, "settings": None}).json
    assert answer["problems"]
    assert 'class="mu"' in answer["html"]


# --- Pasting and downloading


def test_pasted_questions_come_as_forms_with_ids_of_their_own() -> None:
    text = "// [id:q1]\nIs it flat? {FALSE}\n\n2 + 2 = {=4 ~3}\n\nbroken {="
    answer = ask(add_block(EMPTY), "import", {"text": text, "taken": ["q1"]}).json
    forms = [question["form"] for question in answer["questions"]]
    assert [form["type"] for form in forms] == ["truefalse", "single"]
    assert "q1" not in {form["id"] for form in forms}
    assert [content.read(form)[1] for form in forms] == [[], []]
    assert [problem["line"] for problem in answer["problems"]] == [6]


def test_an_import_saves_nothing() -> None:
    key = add_block(EMPTY)
    ask(key, "import", {"text": "Is it flat? {FALSE}"})
    assert page(key)["questions"] == []


def test_without_a_text_there_is_nothing_to_read() -> None:
    assert ask(add_block(EMPTY), "import", {"text": 3}).json["error"] == "no_text"


def test_what_is_on_the_screen_can_be_downloaded_and_read_again() -> None:
    key = add_block(EMPTY)
    forms = [{**form, "id": kind} for kind, form in authoring.examples(str).items()]
    unfinished = {**authoring.form_of({"type": "single"}), "id": "u"}
    answer = ask(key, "export", {"questions": [unfinished, *forms], "name": "Wie is daar? 1"}).json
    assert answer["filename"] == "wie-is-daar-1.gift.txt"
    assert answer["losses"][0] == "Question 1 is not complete, so it was left out."
    assert any(loss.startswith("Question 7") for loss in answer["losses"])
    again = ask(key, "import", {"text": answer["text"], "taken": []}).json
    assert [question["form"] for question in again["questions"]] == forms


def test_a_loss_names_the_field_that_moodle_will_not_see() -> None:
    form = {**authoring.examples(str)["truefalse"], "id": "q", "hints": ["look up"]}
    assert "Question 1 (Hints): " in ask(add_block(EMPTY), "export", {"questions": [form]}).json["losses"][0]


def test_without_questions_there_is_nothing_to_download() -> None:
    assert ask(add_block(EMPTY), "export", {}).json["error"] == "no_questions"


def test_the_saved_questions_are_a_file_to_keep() -> None:
    key = add_block(one_of_each())
    answer = ask(key, "gift", None, method="GET")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="one-of-each.gift.txt"'
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "secret-word" in answer.text


# --- Who, and whatever is sent


@pytest.mark.parametrize("user", ["ann", ""])
@pytest.mark.parametrize("studio", [True, False])
@pytest.mark.parametrize("handler", [*HANDLERS, "editor_gift"])
def test_only_authors_are_answered(handler: str, studio: bool, user: str) -> None:
    key = add_block(one_of_each())
    data = submission(key)
    method = "GET" if handler == "editor_gift" else "POST"
    answer = call(key, handler, data, user=user, studio=studio, method=method)
    assert (answer.status, answer.json["error"]) == (403, "not_an_author")
    assert "secret" not in answer.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted({name for cls in TYPES.values() for name in cls.__dataclass_fields__} | {"type", "id", "kind"})
FORMS = st.one_of(
    *(
        st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4).map(
            lambda changes, form=form: {**form, "id": "q", **changes}
        )
        for form in authoring.examples(str).values()
    )
)
KEYS = st.sampled_from(["settings", "questions", "question", "base", "text", "taken", "name"])


@pytest.mark.parametrize("handler", HANDLERS)
def test_no_json_breaks_a_handler(handler: str) -> None:
    key = add_block(one_of_each())

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(KEYS, FORMS | st.lists(FORMS, max_size=3) | JSON, max_size=6) | JSON)
    def fuzz(data: Any) -> None:
        answer = call(key, handler, data, user="team", studio=True)
        assert answer.status in (200, 400, 413)
        if answer.status != 200:
            assert answer.json["error"]
            assert answer.json["message"]

    fuzz()


def test_whatever_was_saved_can_be_edited_again_and_travels() -> None:
    key = add_block(EMPTY)

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FORMS)
    def fuzz(form: dict[str, Any]) -> None:
        if ask(key, "save", submission(key, questions=[form])).json["ok"]:
            before = export(key)
            assert ask(key, "save", submission(key)).json["ok"] is True
            import_olx(key, before)
            assert export(key) == before

    fuzz()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'{"question":' * 5000, b'{"text": "' + b"x" * 6_000_000]
)
@pytest.mark.parametrize("handler", HANDLERS)
def test_no_bytes_break_a_handler(handler: str, body: bytes) -> None:
    answer = call(add_block(EMPTY), handler, body=body, user="team", studio=True)
    assert answer.status in (400, 413)
    assert answer.json["error"]


def test_markup_that_nests_without_end_is_refused_at_once() -> None:
    form = {**authoring.examples(str)["flashcard"], "id": "q", "back": "<ul><li>" * 100_000}
    answer = ask(add_block(EMPTY), "preview", {"question": form, "settings": {}}).json
    assert [problem["path"] for problem in answer["problems"]] == ["back"]
