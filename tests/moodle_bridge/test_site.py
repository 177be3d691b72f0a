"""What a site with the companion does: one suite for the double and for a real Moodle.

pytest tests/moodle_bridge/test_site.py
pytest tests/moodle_bridge/test_site.py --moodle URL --moodle-token T --moodle-learner-token L
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from typing import Any

import pytest

from moodle_bridge import errors
from moodle_bridge.client import Client
from moodle_bridge.doctor import Level, examine
from moodle_bridge.wire import Call
from tests.moodle_bridge.sites import Site, edited, field_hash, hash_of
from xblocks.badges.picture import Design
from xblocks.badges.picture_png import draw

PAGE = {"name": "Phishing", "content": "<p>Look at the <b>sender</b>.</p>", "section": "", "visible": True}
QUIZ = {
    "name": "Who wrote this?",
    "intro": "<p>Two questions.</p>",
    "behaviour": "deferredfeedback",
    "attempts": 0,
    "grade": 10,
    "shufflequestions": False,
    "questionsperpage": 0,
    "review": {"attempt": ["immediately", "open", "closed"], "marks": ["open"]},
    "timeopen": 0,
    "timeclose": 0,
    "section": "",
    "visible": True,
}


def true_or_false(text: str, points: float = 1) -> dict[str, Any]:
    """A question whose right answer is true."""
    xml = (
        f'<question type="truefalse"><name><text>{text}</text></name>'
        f'<questiontext format="html"><text><![CDATA[<p>{text}</p>]]></text></questiontext>'
        '<generalfeedback format="html"><text>So it is.</text></generalfeedback>'
        f"<defaultgrade>{points}</defaultgrade><penalty>1</penalty><hidden>0</hidden>"
        '<answer fraction="100" format="moodle_auto_format"><text>true</text>'
        '<feedback format="html"><text>Yes.</text></feedback></answer>'
        '<answer fraction="0" format="moodle_auto_format"><text>false</text>'
        '<feedback format="html"><text>No.</text></feedback></answer></question>'
    )
    return {"qtype": "truefalse", "points": points, "xml": xml, "says": text}


def short_answer(text: str, answer: str) -> dict[str, Any]:
    xml = (
        f'<question type="shortanswer"><name><text>{text}</text></name>'
        f'<questiontext format="html"><text><![CDATA[<p>{text}</p>]]></text></questiontext>'
        '<generalfeedback format="html"><text></text></generalfeedback>'
        "<defaultgrade>2</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><usecase>0</usecase>"
        f'<answer fraction="100" format="moodle_auto_format"><text>{answer}</text>'
        '<feedback format="html"><text></text></feedback></answer></question>'
    )
    return {"qtype": "shortanswer", "points": 2, "xml": xml, "says": text}


def part(site: Site, name: str, question: dict[str, Any], *fields: str) -> dict[str, Any]:
    """A question as a part, with a hash for each of its fields (or only for those that are named)."""
    groups = fields or ("name", "text", "points", "feedback", "hints", "tags", "answers", "settings")
    said = {"name": question["says"], "text": question["says"], "points": question["points"]}
    hashes = {group: {"hash": field_hash([group, said.get(group, "")])} for group in groups}
    sent = {name: value for name, value in question.items() if name != "says"}
    return {"key": site.key(name), "kind": "question", "title": question["says"], "fields": hashes, **sent}


def quiz(site: Site, **changed: Any) -> Any:
    """A quiz with two questions, made."""
    values = {**QUIZ, "order": [site.key("q1"), site.key("q2")], **changed}
    parts = [part(site, "q1", true_or_false("The bank asks.")), part(site, "q2", short_answer("Who?", "thief"))]
    return site.upsert("microquiz", "quiz", values, parts=parts)


def statuses(answer: Any) -> list[str]:
    return [part["status"] for part in answer["parts"]]


def codes(answer: Any) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


def refused(site: Site, kind: type[errors.BridgeError], function: str, **params: Any) -> str:
    with pytest.raises(errors.BridgeError) as raised:
        site.call(function, **params)
    assert type(raised.value) is kind, raised.value
    return str(raised.value)


# --- The site


def test_the_doctor_finds_nothing_that_stands_in_the_way(site: Site) -> None:
    findings = list(examine(site.client, time.time, site.course))
    assert [finding.line() for finding in findings if finding.level is Level.PROBLEM] == []
    names = {finding.name for finding in findings}
    assert names >= {"site", "release", "token", "service", "companion", "course", "capabilities", "limits", "kinds"}


def test_the_status_of_a_course_names_it(site: Site) -> None:
    status = site.call("get_status")
    assert status["course"]["id"] == site.course
    assert status["api"] == 1
    assert {"badge", "event", "microquiz", "page", "section"} <= set(status["kinds"])


def test_a_course_that_is_not_there_is_told_so(site: Site) -> None:
    with pytest.raises(errors.RecordMissingError):
        site.client.call("local_microunits_get_held", {"courseid": 99_999_999})


# --- A page


def test_a_page_is_made_held_and_then_left_alone(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    assert (made["status"], made["warnings"]) == ("created", [])
    assert {one["name"] for one in made["written"]} == set(PAGE)
    item = site.held()["page"]
    assert (item["kind"], item["cmid"], item["targetid"]) == ("page", made["cmid"], made["targetid"])
    assert (item["present"], item["removed"], item["parentkey"], item["attempts"]) == (True, False, "", 0)
    assert edited(item) == set()
    assert hash_of(item, "content") == field_hash(PAGE["content"])
    again = site.upsert("page", "page", PAGE)
    assert (again["status"], again["written"]) == ("unchanged", [])
    assert (again["cmid"], again["targetid"]) == (made["cmid"], made["targetid"])


def test_only_what_is_sent_is_written(site: Site) -> None:
    site.upsert("page", "page", PAGE)
    changed = site.upsert("page", "page", {**PAGE, "content": "<p>Look again.</p>"})
    assert changed["status"] == "changed"
    assert changed["written"] == [{"key": site.key("page"), "name": "content"}]
    site.upsert("page", "page", {"name": "Fishing"})
    values = site.values("page")
    assert (values["name"], values["content"]) == ("Fishing", "<p>Look again.</p>")
    assert (values["section"], values["visible"]) == ("", True)


def test_what_a_teacher_edits_is_noticed_and_told(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    site.hands.rename(site.key("page"), made["cmid"], "Hooked")
    assert edited(site.held()["page"]) == {"name"}
    assert site.values("page")["name"] == "Hooked"


def test_what_was_edited_stays_where_it_is_not_sent(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    site.hands.rename(site.key("page"), made["cmid"], "Hooked")
    site.upsert("page", "page", {"content": "<p>New.</p>"})
    assert edited(site.held()["page"]) == {"name"}
    assert site.values("page")["name"] == "Hooked"


def test_what_was_edited_is_written_over_where_it_is_sent(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    site.hands.rename(site.key("page"), made["cmid"], "Hooked")
    assert site.upsert("page", "page", PAGE)["written"] == [{"key": site.key("page"), "name": "name"}]
    assert edited(site.held()["page"]) == set()
    assert site.values("page")["name"] == "Phishing"


def test_what_was_edited_can_be_agreed_on(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    site.hands.rename(site.key("page"), made["cmid"], "Hooked")
    agreed = site.upsert("page", "page", {}, accept={"name": field_hash("Hooked")})
    assert agreed["status"] == "unchanged"
    item = site.held()["page"]
    assert (edited(item), hash_of(item, "name")) == (set(), field_hash("Hooked"))
    assert site.values("page")["name"] == "Hooked"


@pytest.mark.parametrize(
    "content", ["<p>Open", "a < b &amp; c", "<p onclick='x()'>x</p><script>y()</script>", " <br> ", ""]
)
def test_what_moodle_makes_of_html_is_no_edit(site: Site, content: str) -> None:
    site.upsert("page", "page", {**PAGE, "content": content})
    assert edited(site.held()["page"]) == set()
    assert site.upsert("page", "page", {**PAGE, "content": content})["status"] == "unchanged"


def test_a_page_shows_its_files(site: Site) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    sha256 = hashlib.sha256(content).hexdigest()
    page = {**PAGE, "content": f'<p><img src="@@FILE:{sha256}@@" alt=""></p>'}
    told = {sha256: {"name": "mail.svg", "mimetype": "image/svg+xml"}}
    with pytest.raises(errors.FileMissingError, match=sha256):
        site.upsert("page", "page", page, files=told)
    assert "page" not in site.held()
    encoded = base64.b64encode(content).decode()
    site.upsert("page", "page", page, files={sha256: {**told[sha256], "content": encoded}})
    assert "mail.svg" in site.values("page")["content"]
    assert site.upsert("page", "page", page, files=told)["status"] == "unchanged"


def test_a_file_can_be_sent_ahead(site: Site) -> None:
    content = site.prefix.encode()
    sha256, encoded = hashlib.sha256(content).hexdigest(), base64.b64encode(content).decode()
    put = {"sha256": sha256, "name": "a.txt", "mimetype": "text/plain", "content": encoded}
    assert site.call("put_file", **put) == {"status": "stored", "next": len(content)}
    assert site.call("put_file", **put) == {"status": "present", "next": len(content)}
    page = {**PAGE, "content": f'<a href="@@FILE:{sha256}@@">a</a>'}
    files = {sha256: {"name": "a.txt", "mimetype": "text/plain"}}
    assert site.upsert("page", "page", page, files=files)["status"] == "created"
    wrong = {**put, "content": base64.b64encode(b"other").decode()}
    refused(site, errors.PayloadRefusedError, "put_file", **{**wrong, "sha256": hashlib.sha256(b"x").hexdigest()})


def test_a_file_can_be_sent_in_pieces_and_goes_on_where_it_was_broken_off(site: Site) -> None:
    content = site.prefix.encode() * 3
    file = {"sha256": hashlib.sha256(content).hexdigest(), "name": "a.txt", "mimetype": "text/plain"}

    def put(begins: int, ends: int, total: int = len(content)) -> Any:
        piece = base64.b64encode(content[begins:ends]).decode()
        return site.call("put_file", **file, content=piece, offset=begins, total=total)

    assert put(0, 10) == {"status": "partial", "next": 10}
    assert put(0, 15) == {"status": "partial", "next": 10}
    assert put(20, 33) == {"status": "partial", "next": 10}
    assert put(10, 33) == {"status": "stored", "next": 33}
    assert put(0, 10) == {"status": "present", "next": 33}
    page = {**PAGE, "content": f'<a href="@@FILE:{file["sha256"]}@@">a</a>'}
    told = {file["sha256"]: {"name": "a.txt", "mimetype": "text/plain"}}
    made = site.upsert("page", "page", page, files=told)
    assert site.hands.file_sizes(made["cmid"]) == [33]


def test_pieces_that_are_not_the_file_are_thrown_away(site: Site) -> None:
    content = site.prefix.encode() * 2
    file = {"sha256": hashlib.sha256(content).hexdigest(), "name": "a.txt", "mimetype": "text/plain"}
    halves = [content[:11], b"x" * 11]
    pieces = [{"content": base64.b64encode(half).decode(), "offset": 11 * at} for at, half in enumerate(halves)]
    assert site.call("put_file", **file, **pieces[0], total=22)["status"] == "partial"
    refused(site, errors.PayloadRefusedError, "put_file", **file, **pieces[1], total=22)
    assert site.call("put_file", **file, **pieces[0], total=22) == {"status": "partial", "next": 11}
    refused(site, errors.PayloadRefusedError, "put_file", **file, **pieces[1], total=21)


# --- Sections, places and visibility


def test_components_stand_in_their_section_in_their_order(site: Site) -> None:
    site.upsert("section", "s", {"name": "Week 1"})
    for name, after in (("a", ""), ("b", "a"), ("c", "a")):
        page = {**PAGE, "name": name, "section": site.key("s")}
        site.upsert("page", name, page, after=site.key(after) if after else "")
    held = site.held()
    assert {held[name]["sectionkey"] for name in "abc"} == {site.key("s")}
    assert sorted("abc", key=lambda name: held[name]["position"]) == ["a", "c", "b"]
    order = [site.key(name) for name in "bca"]
    assert site.upsert("section", "s", {"name": "Week 1", "order": order})["status"] == "changed"
    held = site.held()
    assert sorted("abc", key=lambda name: held[name]["position"]) == ["b", "c", "a"]
    assert edited(held["s"]) == set()
    assert site.upsert("section", "s", {"name": "Week 1", "order": order})["status"] == "unchanged"


def test_what_the_bridge_adds_or_takes_away_is_no_edit_of_a_sections_order(site: Site) -> None:
    site.upsert("section", "s", {"name": "Week 1"})
    for name in "ab":
        site.upsert("page", name, {**PAGE, "section": site.key("s")})
    site.upsert("section", "s", {"name": "Week 1", "order": [site.key("a"), site.key("b")]})
    site.upsert("page", "c", {**PAGE, "section": site.key("s")})
    assert edited(site.held()["s"]) == set()
    site.call("remove", key=site.key("a"), mode="delete")
    assert edited(site.held()["s"]) == set()


def test_a_component_moves_to_another_section(site: Site) -> None:
    for name in "st":
        site.upsert("section", name, {"name": f"Week {name}"})
    site.upsert("page", "page", {**PAGE, "section": site.key("s")})
    site.upsert("page", "page", {**PAGE, "section": site.key("t")})
    assert site.held()["page"]["sectionkey"] == site.key("t")
    assert site.values("page")["section"] == site.key("t")


def test_a_section_that_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(errors.PayloadRefusedError, match=r"fields\.section"):
        site.upsert("page", "page", {**PAGE, "section": site.key("nowhere")})
    assert "page" not in site.held()


def test_a_hidden_component_is_hidden(site: Site) -> None:
    site.upsert("page", "page", {**PAGE, "visible": False})
    assert site.values("page")["visible"] is False
    assert edited(site.held()["page"]) == set()


# --- Removing and forgetting


def test_what_is_removed_is_hidden_and_comes_back(site: Site) -> None:
    site.upsert("page", "page", PAGE)
    assert site.call("remove", key=site.key("page")) == {"status": "hidden"}
    item = site.held()["page"]
    assert (item["removed"], item["present"], edited(item)) == (True, True, set())
    assert site.values("page")["visible"] is False
    assert site.call("remove", key=site.key("page")) == {"status": "unchanged"}
    assert site.upsert("page", "page", {"visible": True})["status"] == "changed"
    item = site.held()["page"]
    assert (item["removed"], edited(item)) == (False, set())
    assert site.values("page")["visible"] is True


def test_a_section_from_which_a_teacher_took_something_can_be_removed(site: Site) -> None:
    site.upsert("section", "s", {"name": "Week 1"})
    made = [site.upsert("page", name, {**PAGE, "section": site.key("s")}) for name in "ab"]
    site.upsert("section", "s", {"name": "Week 1", "order": [site.key("a"), site.key("b")]})
    site.hands.delete(site.key("a"), made[0]["cmid"])
    assert site.call("remove", key=site.key("s")) == {"status": "hidden"}
    assert site.held()["s"]["removed"] is True


def test_what_is_deleted_is_gone(site: Site) -> None:
    site.upsert("page", "page", PAGE)
    assert site.call("remove", key=site.key("page"), mode="delete") == {"status": "deleted"}
    assert "page" not in site.held()
    refused(site, errors.RecordMissingError, "remove", key=site.key("page"), mode="delete")


def test_what_a_teacher_deletes_is_noticed_and_made_again_when_sent(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    site.hands.delete(site.key("page"), made["cmid"])
    assert site.held()["page"]["present"] is False
    again = site.upsert("page", "page", PAGE)
    assert again["status"] == "created"
    assert again["cmid"] != made["cmid"]
    assert site.held()["page"]["present"] is True


def test_what_is_forgotten_stays_in_moodle_and_is_found_again(site: Site) -> None:
    made = site.upsert("page", "page", PAGE)
    assert site.call("unlink", keys=[site.key("page")]) == {"count": 1}
    assert site.held() == {}
    again = site.upsert("page", "page", PAGE)
    assert (again["cmid"], codes(again)) == (made["cmid"], ["adopted"])
    assert site.upsert("page", "page", PAGE)["status"] == "unchanged"


def test_forgetting_a_quiz_forgets_its_questions(site: Site) -> None:
    made = quiz(site)
    assert site.call("unlink", keys=[site.key("quiz")]) == {"count": 3}
    again = quiz(site)
    assert again["cmid"] == made["cmid"]
    assert set(codes(again)) == {"adopted"}
    assert [one["targetid"] for one in again["parts"]] == [one["targetid"] for one in made["parts"]]


# --- A quiz


def test_a_quiz_is_made_with_its_questions_and_then_left_alone(site: Site) -> None:
    made = quiz(site)
    assert (made["status"], statuses(made), made["warnings"]) == ("created", ["created", "created"], [])
    held = site.held()
    assert (held["quiz"]["kind"], held["q1"]["kind"]) == ("microquiz", "question")
    assert [held[name]["parentkey"] for name in ("q1", "q2")] == [site.key("quiz")] * 2
    assert [(held[name]["position"], held[name]["present"], held[name]["version"]) for name in ("q1", "q2")] == [
        (0, True, 1),
        (1, True, 1),
    ]
    assert [edited(item) for item in held.values()] == [set()] * 3
    again = quiz(site)
    assert (again["status"], again["written"], statuses(again)) == ("unchanged", [], ["unchanged", "unchanged"])


def test_the_settings_of_a_quiz_are_kept_as_they_were_sent(site: Site) -> None:
    quiz(site)
    values = site.values("quiz")
    for name in ("name", "intro", "behaviour", "attempts", "grade", "shufflequestions", "timeopen", "timeclose"):
        assert values[name] == QUIZ[name], name
    assert values["order"] == [site.key("q1"), site.key("q2")]
    assert values["review"]["marks"] == ["open"]
    changed = quiz(site, attempts=3, timeopen=1_800_000_000, review={"marks": ["closed"], "attempt": ["during"]})
    assert {one["name"] for one in changed["written"]} == {"attempts", "timeopen", "review"}
    values = site.values("quiz")
    assert (values["attempts"], values["timeopen"], values["review"]["marks"]) == (3, 1_800_000_000, ["closed"])
    assert edited(site.held()["quiz"]) == set()


def test_a_changed_question_is_a_new_version_of_the_same_entry(site: Site) -> None:
    made = quiz(site)
    parts = [part(site, "q1", true_or_false("The bank never asks."))]
    changed = site.upsert("microquiz", "quiz", {}, parts=parts)
    assert (changed["status"], statuses(changed)) == ("changed", ["changed"])
    assert changed["parts"][0]["targetid"] == made["parts"][0]["targetid"]
    assert changed["parts"][0]["version"] == 2
    assert {one["name"] for one in changed["written"]} == {"name", "text"}
    held = site.held()
    assert (held["q1"]["version"], held["q2"]["version"]) == (2, 1)
    assert [edited(item) for item in held.values()] == [set()] * 3
    assert "never asks" in str(site.values("q1")["text"])


def test_points_are_those_of_the_place_and_make_no_version(site: Site) -> None:
    quiz(site)
    changed = site.upsert("microquiz", "quiz", {}, parts=[part(site, "q1", true_or_false("The bank asks.", points=5))])
    assert changed["written"] == [{"key": site.key("q1"), "name": "points"}]
    assert changed["parts"][0]["version"] == 1
    assert site.values("q1")["points"] == 5
    assert edited(site.held()["q1"]) == set()


def test_a_question_that_leaves_stays_in_the_bank_and_can_come_back(site: Site) -> None:
    made = quiz(site)
    assert quiz(site, order=[site.key("q2")])["written"] == [{"key": site.key("quiz"), "name": "order"}]
    held = site.held()
    assert (held["q1"]["present"], held["q2"]["present"], held["q2"]["position"]) == (False, True, 0)
    back = quiz(site, order=[site.key("q2"), site.key("q1")])
    held = site.held()
    assert (held["q1"]["present"], held["q1"]["position"], held["q1"]["version"]) == (True, 1, 1)
    assert back["parts"][0]["targetid"] == made["parts"][0]["targetid"]


def test_a_question_that_comes_back_has_the_points_that_it_had(site: Site) -> None:
    quiz(site)
    site.upsert("microquiz", "quiz", {}, parts=[part(site, "q1", true_or_false("The bank asks.", points=5))])
    for names in (["q2"], ["q1", "q2"]):
        order = [site.key(name) for name in names]
        site.upsert("microquiz", "quiz", {"order": order})
    assert site.values("q1")["points"] == 5
    assert edited(site.held()["q1"]) == set()


def test_a_question_of_another_type_is_another_entry(site: Site) -> None:
    made = quiz(site)
    changed = site.upsert("microquiz", "quiz", {}, parts=[part(site, "q1", short_answer("The bank asks.", "no"))])
    assert changed["parts"][0]["targetid"] != made["parts"][0]["targetid"]
    held = site.held()
    assert (held["q1"]["present"], held["q1"]["position"]) == (True, 0)
    assert edited(held["quiz"]) == edited(held["q1"]) == set()
    assert quiz(site)["status"] == "changed"


def test_a_question_that_cannot_be_read_is_refused_whole(site: Site) -> None:
    broken = {**part(site, "q1", true_or_false("x")), "xml": "<question"}
    with pytest.raises(errors.PayloadRefusedError, match=r"parts\.0"):
        site.upsert("microquiz", "quiz", {**QUIZ, "order": [site.key("q1")]}, parts=[broken])
    assert site.held() == {}


# --- An event


def test_a_due_date_is_an_event_of_the_course_or_of_a_learner(site: Site) -> None:
    event = {"name": "Due", "description": "<p>Three questions.</p>", "timestart": 1_900_000_000, "duration": 0}
    made = site.upsert("event", "e", {**event, "userid": 0})
    assert (made["status"], made["cmid"]) == ("created", 0)
    assert site.upsert("event", "e", {**event, "userid": 0})["status"] == "unchanged"
    site.upsert("event", "f", {**event, "userid": site.learner})
    site.upsert("event", "e", {"timestart": 1_900_003_600})
    assert site.values("e")["timestart"] == 1_900_003_600
    assert site.values("f")["userid"] == site.learner
    for name in "ef":
        assert site.call("remove", key=site.key(name), mode="delete") == {"status": "deleted"}


def test_an_event_is_found_again_when_it_was_forgotten(site: Site) -> None:
    event = {"name": "Due", "timestart": 1_900_000_000, "userid": 0}
    made = site.upsert("event", "e", event)
    site.call("unlink", keys=[site.key("e")])
    again = site.upsert("event", "e", event)
    assert (again["targetid"], codes(again)) == (made["targetid"], ["adopted"])


# --- A workshop


def workshop(site: Site, **changed: Any) -> dict[str, Any]:
    """What the page of a workshop says."""
    values = {
        "name": f"Phishing day {site.prefix}",
        "intro": "<p><strong>Thursday 3 December 2026, 13:30–16:30 (Amsterdam)</strong><br>Room 2.14, with Fatima</p>",
        "content": "<h3>Prepare</h3><ol><li><strong>Read the case</strong></li></ol>",
        "completion": "manual",
        "section": "",
        "visible": True,
    }
    return {**values, **changed}


def completions(site: Site, cursor: str = "") -> Any:
    """What is told of this test's pages, and the cursor after it."""
    answer = site.call("get_completions", cursor=cursor)
    return [one for one in answer["completions"] if one["key"].startswith(site.prefix)], answer["cursor"]


def test_a_workshop_is_a_page_that_is_made_held_and_then_left_alone(site: Site) -> None:
    made = site.upsert("workshop", "w", workshop(site))
    assert (made["status"], codes(made)) == ("created", [])
    assert len(made["written"]) == 6
    assert site.upsert("workshop", "w", workshop(site))["status"] == "unchanged"
    values = site.values("w")
    assert {name: values[name] for name in ("intro", "completion", "visible")} == {
        "intro": workshop(site)["intro"],
        "completion": "manual",
        "visible": True,
    }
    item = site.held()["w"]
    assert (item["kind"], item["present"], edited(item), item["attempts"]) == ("workshop", True, set(), 0)


def test_only_what_changed_of_a_workshop_is_written(site: Site) -> None:
    made = site.upsert("workshop", "w", workshop(site))
    moved = site.upsert("workshop", "w", {"intro": "<p>Friday 4 December 2026</p>"})
    assert (moved["cmid"], [one["name"] for one in moved["written"]]) == (made["cmid"], ["intro"])
    assert site.values("w")["content"] == workshop(site)["content"]
    closed = site.upsert("workshop", "w", {"completion": "none"})
    assert [one["name"] for one in closed["written"]] == ["completion"]
    assert site.values("w")["completion"] == "none"
    assert edited(site.held()["w"]) == set()


def test_what_a_workshop_cannot_be_is_refused(site: Site) -> None:
    for changed in ({"completion": "automatic"}, {"intro": 5}):
        with pytest.raises(errors.PayloadRefusedError):
            site.upsert("workshop", "w", workshop(site, **changed))
    assert site.held() == {}


def test_who_marks_the_page_as_done_is_told_and_so_is_who_takes_it_back(site: Site) -> None:
    cmid = site.upsert("workshop", "w", workshop(site))["cmid"]
    _before, cursor = completions(site)
    before = site.client.call("local_microunits_get_changes", {"limit": 1000})
    site.hands.mark_done(site.key("w"), cmid, True)
    (told,), cursor = completions(site, cursor)
    assert {name: told[name] for name in ("key", "userid", "done")} == {
        "key": site.key("w"),
        "userid": site.learner,
        "done": True,
    }
    assert abs(told["time"] - time.time()) < 60
    site.hands.settle()
    after = site.client.call("local_microunits_get_changes", {"cursor": before["cursor"], "limit": 1000})["changes"]
    ours = [one for one in after if one["key"] == site.key("w")]
    assert [(one["what"], one["objectid"], one["userid"]) for one in ours] == [("completed", told["id"], site.learner)]
    site.hands.mark_done(site.key("w"), cmid, False)
    (again,), _cursor = completions(site, cursor)
    assert (again["id"], again["done"]) == (told["id"], False)


def test_what_learners_marked_as_done_is_told_page_by_page(site: Site) -> None:
    for name in "abc":
        cmid = site.upsert("workshop", name, workshop(site, name=f"Day {name} {site.prefix}"))["cmid"]
        site.hands.mark_done(site.key(name), cmid, True)
    found, cursor, more = set(), "", True
    while more:
        answer = site.call("get_completions", cursor=cursor, limit=1)
        assert len(answer["completions"]) <= 1
        found |= {one["key"] for one in answer["completions"]}
        cursor, more = answer["cursor"], answer["more"]
    assert {site.key(name) for name in "abc"} <= found
    with pytest.raises(errors.BridgeError):
        site.call("get_completions", cursor="yesterday")


def test_a_workshop_for_which_somebody_prepared_is_hidden_and_not_deleted(site: Site) -> None:
    cmid = site.upsert("workshop", "w", workshop(site))["cmid"]
    site.hands.mark_done(site.key("w"), cmid, True)
    assert site.held()["w"]["attempts"] == 1
    refused(site, errors.HasAttemptsError, "remove", key=site.key("w"), mode="delete")
    assert site.call("remove", key=site.key("w")) == {"status": "hidden"}
    assert site.upsert("workshop", "w", {"visible": True})["status"] == "changed"
    assert site.held()["w"]["attempts"] == 1


def test_a_workshop_that_was_forgotten_is_found_again(site: Site) -> None:
    made = site.upsert("workshop", "w", workshop(site))
    site.call("unlink", keys=[site.key("w")])
    again = site.upsert("workshop", "w", workshop(site))
    assert (again["cmid"], codes(again)) == (made["cmid"], ["adopted"])


def test_a_session_moves_and_goes_from_the_calendar_of_learners(site: Site) -> None:
    name, soon = f"Phishing day {site.prefix}", 1_900_000_000
    event = {"name": name, "description": "<p>Room 2.14</p>", "timestart": soon, "duration": 10_800, "visible": True}
    site.upsert("event", "s", event)
    site.upsert("event", "t", {**event, "timestart": soon + 86_400})
    assert site.hands.course_dates(name) == [soon, soon + 86_400]
    site.upsert("event", "s", {"timestart": soon + 3600})
    assert site.hands.course_dates(name) == [soon + 3600, soon + 86_400]
    assert site.call("remove", key=site.key("t")) == {"status": "hidden"}
    assert site.hands.course_dates(name) == [soon + 3600]
    site.upsert("event", "t", {"visible": True})
    assert site.hands.course_dates(name) == [soon + 3600, soon + 86_400]
    assert site.call("remove", key=site.key("t"), mode="delete") == {"status": "deleted"}
    assert site.hands.course_dates(name) == [soon + 3600]


def test_what_is_written_can_count_as_what_the_course_says(site: Site) -> None:
    """A session that was moved without publishing: the next sync has nothing to say of it."""
    name, planned, moved = f"Phishing day {site.prefix}", 1_900_000_000, 1_900_086_400
    site.upsert("event", "s", {"name": name, "timestart": planned})
    for _again in range(2):
        answer = site.upsert("event", "s", {"timestart": moved}, accept={"timestart": field_hash(planned)})
        assert answer["status"] == "changed"
        assert site.hands.course_dates(name) == [moved]
    item = site.held()["s"]
    assert (hash_of(item, "timestart"), edited(item)) == (field_hash(planned), set())
    # It still says the same: nothing is written.
    assert site.upsert("event", "s", {"timestart": planned})["status"] == "unchanged"
    assert site.hands.course_dates(name) == [moved]


# --- A badge


def badge(site: Site, **changed: Any) -> dict[str, Any]:
    """What a badge says; its name is this test's alone."""
    values = {
        "name": f"Keeps going {site.prefix}",
        "description": "Comes back, week after week.",
        "criteria": "<p>All of this:</p><ul><li>Practise in 4 weeks in a row.</li></ul>",
        "needed": "all",
        "validity": 0,
        "visible": True,
    }
    return {**values, **changed}


def picture(letters: str) -> tuple[str, dict[str, Any]]:
    """A drawn picture as a value, and as a file that travels along."""
    content = draw(Design(letters=letters))
    sha256 = hashlib.sha256(content).hexdigest()
    encoded = base64.b64encode(content).decode()
    return f"@@FILE:{sha256}@@", {sha256: {"name": "b.png", "mimetype": "image/png", "content": encoded}}


def make_badge(site: Site, letters: str = "KG", **changed: Any) -> Any:
    mark, files = picture(letters)
    return site.upsert("badge", "badge", {**badge(site, **changed), "picture": mark}, files=files)


def award(site: Site, name: str, **more: Any) -> dict[str, Any]:
    """An award of the badge to the learner."""
    return {"key": site.key(name), "badge": site.key("badge"), "userid": site.learner, **more}


def awarded(site: Site, *awards: dict[str, Any]) -> list[str]:
    results = site.call("set_awards", awards=list(awards))["results"]
    assert [one["key"] for one in results] == [one["key"] for one in awards]
    return [" ".join(filter(None, (one["status"], one["reason"]))) for one in results]


def test_a_badge_is_made_held_and_then_left_alone(site: Site) -> None:
    made = make_badge(site)
    assert (made["status"], made["cmid"], made["warnings"]) == ("created", 0, [])
    item = site.held()["badge"]
    assert (item["kind"], item["targetid"], item["sectionkey"], item["attempts"]) == ("badge", made["targetid"], "", 0)
    assert (item["present"], item["removed"], edited(item)) == (True, False, set())
    again = make_badge(site)
    assert (again["status"], again["written"], again["targetid"]) == ("unchanged", [], made["targetid"])
    values = site.values("badge")
    assert {name: values[name] for name in badge(site)} == badge(site)


def test_only_what_changed_of_a_badge_is_written(site: Site) -> None:
    make_badge(site)
    changed = make_badge(site, letters="NO", name=f"Never gives up {site.prefix}", validity=86_400 * 365)
    assert {one["name"] for one in changed["written"]} == {"name", "picture", "validity"}
    values = site.values("badge")
    assert (values["name"], values["validity"]) == (f"Never gives up {site.prefix}", 86_400 * 365)
    assert edited(site.held()["badge"]) == set()
    assert make_badge(site, letters="NO", name=f"Never gives up {site.prefix}", validity=86_400 * 365)["written"] == []


def test_a_badge_is_not_made_without_its_picture(site: Site) -> None:
    mark, files = picture("KG")
    with pytest.raises(errors.PayloadRefusedError, match=r"fields\.picture: missing"):
        site.upsert("badge", "badge", badge(site))
    told = {sha256: {"name": "b.png", "mimetype": "image/png"} for sha256 in files}
    with pytest.raises(errors.FileMissingError):
        site.upsert("badge", "badge", {**badge(site), "picture": mark}, files=told)
    assert site.held() == {}


def test_a_badge_is_awarded_once_and_its_learner_is_told_once(site: Site) -> None:
    make_badge(site)
    one = award(site, "a1", time=1_790_000_000, expires=1_890_000_000)
    assert awarded(site, one) == ["awarded"]
    name = badge(site)["name"]
    assert site.hands.badges()[name] == (1_790_000_000, 1_890_000_000)
    assert awarded(site, one) == ["unchanged"]
    assert awarded(site, award(site, "a2")) == ["unchanged"]
    assert site.hands.badges()[name] == (1_790_000_000, 1_890_000_000)
    assert site.hands.told_of(name) == 1
    assert site.held()["badge"]["attempts"] == 1
    assert make_badge(site)["status"] == "unchanged"


def test_an_award_that_replaces_another_one_is_quiet(site: Site) -> None:
    make_badge(site)
    awarded(site, award(site, "a1"))
    both = [award(site, "a1", revoked=True), award(site, "a2", quiet=True)]
    assert awarded(site, *both) == ["revoked", "awarded"]
    assert awarded(site, *both) == ["unchanged", "unchanged"]
    name = badge(site)["name"]
    assert name in site.hands.badges()
    assert site.hands.told_of(name) == 1


def test_what_is_revoked_is_gone_and_does_not_come_back_under_its_key(site: Site) -> None:
    make_badge(site)
    awarded(site, award(site, "a1"))
    assert awarded(site, award(site, "a1", revoked=True)) == ["revoked"]
    assert badge(site)["name"] not in site.hands.badges()
    assert awarded(site, award(site, "a1", revoked=True)) == ["unchanged"]
    assert awarded(site, award(site, "a1")) == ["refused revoked"]
    assert badge(site)["name"] not in site.hands.badges()
    assert awarded(site, award(site, "a2")) == ["awarded"]


def test_what_was_revoked_before_it_arrived_is_never_awarded(site: Site) -> None:
    make_badge(site)
    assert awarded(site, award(site, "a1", revoked=True)) == ["unchanged"]
    assert awarded(site, award(site, "a1")) == ["refused revoked"]
    assert badge(site)["name"] not in site.hands.badges()


def test_a_badge_goes_only_to_who_takes_part_and_when_it_is_there(site: Site) -> None:
    assert awarded(site, award(site, "a1")) == ["refused no_badge"]
    make_badge(site)
    assert awarded(site, {**award(site, "a1"), "userid": 99_999_999}) == ["refused not_enrolled"]
    assert awarded(site, award(site, "a1")) == ["awarded"]
    twice = [award(site, "a1"), award(site, "a1")]
    refused(site, errors.PayloadRefusedError, "set_awards", awards=twice)
    refused(site, errors.PayloadRefusedError, "set_awards", awards=[award(site, "a1", time=-1)])


def test_a_badge_that_is_removed_stays_with_who_has_it(site: Site) -> None:
    make_badge(site)
    awarded(site, award(site, "a1"))
    assert site.call("remove", key=site.key("badge")) == {"status": "hidden"}
    item = site.held()["badge"]
    assert (item["removed"], item["present"], edited(item)) == (True, True, set())
    assert site.values("badge")["visible"] is False
    assert badge(site)["name"] in site.hands.badges()
    refused(site, errors.HasAttemptsError, "remove", key=site.key("badge"), mode="delete")
    assert site.upsert("badge", "badge", {"visible": True})["status"] == "changed"
    assert awarded(site, award(site, "a1", revoked=True)) == ["revoked"]
    assert site.call("remove", key=site.key("badge"), mode="delete") == {"status": "deleted"}


def test_a_badge_that_was_forgotten_is_found_again_by_its_name(site: Site) -> None:
    made = make_badge(site)
    site.call("unlink", keys=[site.key("badge")])
    again = make_badge(site)
    assert (again["targetid"], codes(again)) == (made["targetid"], ["adopted"])
    assert make_badge(site)["status"] == "unchanged"


def date(site: Site, name: str, timestart: int, **more: Any) -> dict[str, Any]:
    title = f"Due {site.prefix}"
    return {"key": site.key(name), "userid": site.learner, "name": title, "timestart": timestart, **more}


def outcomes(site: Site, *events: dict[str, Any]) -> list[str]:
    return [one["reason"] or one["status"] for one in site.call("set_events", events=[*events])["results"]]


def test_a_learners_own_dates_are_made_moved_and_taken_away(site: Site) -> None:
    name, soon, later = f"Due {site.prefix}", 1_900_000_000, 1_900_086_400
    dates = [date(site, "a", soon, description="<p>Three questions & more<br>now</p>"), date(site, "b", later)]
    assert outcomes(site, *dates) == ["created", "created"]
    assert site.hands.dates(name) == [soon, later]
    assert outcomes(site, *dates) == ["unchanged", "unchanged"]
    moved = date(site, "a", soon + 60)
    assert outcomes(site, moved, dates[1], date(site, "c", 0)) == ["changed", "unchanged", "unchanged"]
    assert site.hands.dates(name) == [soon + 60, later]
    site.call("unlink", keys=[site.key("b")])
    assert outcomes(site, date(site, "a", 0), date(site, "b", 0)) == ["removed", "removed"]
    assert site.hands.dates(name) == []
    assert outcomes(site, date(site, "a", 0)) == ["unchanged"]


def test_what_is_a_learners_own_is_no_part_of_the_course(site: Site) -> None:
    soon = 1_900_000_000
    site.upsert("event", "e", {"name": "Due", "timestart": soon, "userid": site.learner})
    outcomes(site, date(site, "a", soon))
    site.upsert("event", "f", {"name": "Webinar", "timestart": soon, "userid": 0})
    assert set(site.held()) == {"f"}
    gone = [date(site, name, 0) for name in "aef"]
    assert outcomes(site, *gone) == ["removed", "removed", "kinddiffers"]


def test_a_date_of_somebody_else_is_refused_with_its_reason(site: Site) -> None:
    soon = 1_900_000_000
    stranger = {**date(site, "a", soon), "userid": 99_999_999}
    assert outcomes(site, stranger, date(site, "b", soon)) == ["not_enrolled", "created"]
    nameless = {**date(site, "c", soon), "name": " "}
    assert "events.0.name" in refused(site, errors.PayloadRefusedError, "set_events", events=[nameless])
    twice = [date(site, "b", soon)] * 2
    assert "events.1.key" in refused(site, errors.PayloadRefusedError, "set_events", events=twice)
    assert outcomes(site, date(site, "b", 0)) == ["removed"]


# --- What is refused


def test_a_wrong_payload_is_refused_with_its_path_and_leaves_nothing(site: Site) -> None:
    with pytest.raises(errors.PayloadRefusedError, match=r"fields\.colour"):
        site.upsert("page", "page", {**PAGE, "colour": "red"})
    with pytest.raises(errors.PayloadRefusedError, match=r"fields\.visible"):
        site.upsert("page", "page", {**PAGE, "visible": "yes"})
    with pytest.raises(errors.PayloadRefusedError, match=r"fields\.name"):
        site.upsert("page", "page", {"content": "<p>No name</p>"})
    assert site.held() == {}


def test_a_kind_that_is_not_known_is_refused(site: Site) -> None:
    with pytest.raises(errors.ParameterRefusedError, match="unknownkind"):
        site.upsert("poem", "page", PAGE)


def test_a_key_is_of_one_kind(site: Site) -> None:
    site.upsert("page", "page", PAGE)
    with pytest.raises(errors.AlreadyTakenError, match="kinddiffers"):
        site.upsert("section", "page", {"name": "x"})


# --- Several at once


def test_many_components_travel_in_one_request(site: Site) -> None:
    before = site.client.requests_sent
    payload = {"fields": {name: {"value": value, "hash": field_hash(value)} for name, value in PAGE.items()}}

    def call(name: str, kind: str = "page") -> Call:
        params = {"courseid": site.course, "kind": kind, "key": site.key(name), "payload": payload}
        return Call("local_microunits_upsert", params)

    outcomes = list(site.client.call_many([call("a"), call("b"), call("c", kind="poem"), call("d")]))
    assert [outcome.value["status"] if outcome.value else None for outcome in outcomes] == [
        *("created", "created", None, "created")
    ]
    assert isinstance(outcomes[2].error, errors.ParameterRefusedError)
    assert site.client.requests_sent == before + 2
    assert set(site.held()) == {"a", "b", "d"}


# --- What learners do


def test_an_attempt_is_told_with_what_was_right(site: Site) -> None:
    made = quiz(site)
    cursor = site.call("get_attempts")["cursor"]
    right, wrong = {site.key("q1"): 1.0, site.key("q2"): 0.0}, {1: "1", 2: "a teacher"}
    attempt = site.hands.attempt(site.key("quiz"), made["targetid"], wrong, right)
    told = [one for one in site.call("get_attempts", cursor=cursor)["attempts"] if one["key"] == site.key("quiz")]
    (one,) = told
    assert (one["attemptid"], one["userid"], one["number"], one["state"]) == (attempt, site.learner, 1, "finished")
    assert (one["sumgrades"], one["maxgrade"]) == (1.0, 3.0)
    assert one["timestart"] <= one["timefinish"] <= one["timemodified"]
    assert [(q["key"], q["version"], q["slot"], q["fraction"]) for q in one["questions"]] == [
        (site.key("q1"), 1, 1, 1.0),
        (site.key("q2"), 1, 2, 0.0),
    ]
    assert site.call("get_attempts", attemptids=[attempt])["attempts"] == told
    assert site.held()["quiz"]["attempts"] == 1


def test_a_quiz_with_attempts_keeps_its_structure_and_is_not_deleted(site: Site) -> None:
    made = quiz(site)
    site.hands.attempt(site.key("quiz"), made["targetid"], {1: "1", 2: "thief"}, {site.key("q1"): 1, site.key("q2"): 1})
    kept = quiz(site, order=[site.key("q2")], name="Another name")
    assert codes(kept) == ["structure_kept"]
    assert kept["written"] == [{"key": site.key("quiz"), "name": "name"}]
    held = site.held()
    assert held["q1"]["present"] is True
    assert hash_of(held["quiz"], "order") == field_hash([site.key("q1"), site.key("q2")])
    refused(site, errors.HasAttemptsError, "remove", key=site.key("quiz"), mode="delete")
    changed = site.upsert("microquiz", "quiz", {}, parts=[part(site, "q1", true_or_false("The bank never asks."))])
    assert (statuses(changed), changed["parts"][0]["version"]) == (["changed"], 2)


def test_what_happened_since_is_told_once(site: Site) -> None:
    made, page = quiz(site), site.upsert("page", "page", PAGE)
    site.hands.settle()
    cursor = _latest(site)
    assert site.client.call("local_microunits_get_changes", {"cursor": cursor})["changes"] == []
    answers, right = {1: "1", 2: "thief"}, {site.key("q1"): 1.0, site.key("q2"): 1.0}
    attempt = site.hands.attempt(site.key("quiz"), made["targetid"], answers, right)
    site.hands.delete(site.key("page"), page["cmid"])
    site.hands.settle()
    told = site.client.call("local_microunits_get_changes", {"cursor": cursor})
    ours = [(one["what"], one["key"]) for one in told["changes"] if one["key"].startswith(site.prefix)]
    assert ("attempt", site.key("quiz")) in ours
    assert ("module_deleted", site.key("page")) in ours
    (change,) = [one for one in told["changes"] if one["what"] == "attempt" and one["key"] == site.key("quiz")]
    assert (change["objectid"], change["userid"], change["courseid"]) == (attempt, site.learner, site.course)
    assert told["more"] is False
    after = site.client.call("local_microunits_get_changes", {"cursor": told["cursor"]})
    assert (after["changes"], after["cursor"]) == ([], told["cursor"])
    one_by_one = site.client.call("local_microunits_get_changes", {"cursor": cursor, "limit": 1})
    assert (len(one_by_one["changes"]), one_by_one["more"]) == (1, True)


def _latest(site: Site) -> str:
    cursor, more = "", True
    while more:
        told = site.client.call("local_microunits_get_changes", {"cursor": cursor})
        cursor, more = told["cursor"], told["more"]
    return str(cursor)


def test_what_the_bridge_itself_does_is_not_told(site: Site) -> None:
    quiz(site)
    site.hands.settle()
    cursor = _latest(site)
    site.upsert("microquiz", "quiz", {}, parts=[part(site, "q1", true_or_false("Never."))])
    site.call("remove", key=site.key("quiz"), mode="delete")
    site.hands.settle()
    assert site.client.call("local_microunits_get_changes", {"cursor": cursor})["changes"] == []


def test_a_cursor_that_never_was_is_refused(site: Site) -> None:
    with pytest.raises(errors.ParameterRefusedError, match="invalidcursor"):
        site.client.call("local_microunits_get_changes", {"cursor": "yesterday"})
    with pytest.raises(errors.CursorExpiredError):
        site.client.call("local_microunits_get_changes", {"cursor": "999999999"})
    with pytest.raises(errors.ParameterRefusedError, match="invalidcursor"):
        site.call("get_attempts", cursor="yesterday")


# --- People


def test_learners_are_listed_page_by_page(site: Site) -> None:
    first = site.call("get_learners", limit=1)
    assert (len(first["learners"]), first["more"]) == (1, True)
    found = [*first["learners"]]
    while first["more"]:
        first = site.call("get_learners", limit=1, cursor=first["cursor"])
        found += first["learners"]
    assert found == site.call("get_learners")["learners"]
    (learner,) = [one for one in found if one["userid"] == site.learner]
    assert (learner["username"], learner["email"], learner["idnumber"]) == (
        *("suitelearner", "suitelearner@example.org", "S1"),
    )
    assert (learner["suspended"], learner["notices"]) == (False, True)
    assert all(one["lang"] for one in found)


def test_a_message_is_sent_once(site: Site) -> None:
    subject = f"Three questions are due {site.prefix}"
    message = {"key": site.key("n1"), "userid": site.learner, "subject": subject, "text": "Practise now?"}
    message |= {"html": "<p>Practise now?</p>", "url": "https://example.org/practise", "urlname": "Practise"}
    assert site.call("notify", messages=[message])["results"] == [
        {"key": site.key("n1"), "status": "sent", "reason": ""}
    ]
    other = {**message, "key": site.key("n2"), "subject": f"Another {site.prefix}"}
    results = site.call("notify", messages=[message, other])["results"]
    assert [one["status"] for one in results] == ["already", "sent"]
    assert site.hands.notifications(subject) == 1


@pytest.mark.parametrize("subject", ["Tom & Jerry", "is 1<2?", "a <b>bold</b> one", "two\nlines"])
def test_a_subject_may_be_any_text(site: Site, subject: str) -> None:
    message = {"key": site.key("n1"), "userid": site.learner, "subject": subject, "text": "Hi", "urlname": subject}
    assert [one["status"] for one in site.call("notify", messages=[message])["results"]] == ["sent"]
    # The learner's list can still be read.
    assert site.hands.notifications("never sent") == 0


@pytest.mark.parametrize("html", ["<p>Hi<br>you</p>", "<p>a & b</p>", '<p style="color: red">x</p>'])
def test_a_message_may_have_html_as_people_write_it(site: Site, html: str) -> None:
    message = {"key": f"{site.prefix}:n1", "userid": site.learner, "subject": "Hi", "text": "Hi", "html": html}
    assert [one["status"] for one in site.call("notify", messages=[message])["results"]] == ["sent"]


def test_a_learner_who_has_switched_messages_off_gets_none_and_that_is_told(site: Site) -> None:
    message = {"key": site.key("n1"), "userid": site.learner, "subject": f"Hi {site.prefix}", "text": "Hi"}
    site.hands.switch_notices(False)
    try:
        assert _learner(site)["notices"] is False
        results = site.call("notify", messages=[message])["results"]
        assert results == [{"key": site.key("n1"), "status": "refused", "reason": "switched_off"}]
        assert site.hands.notifications(message["subject"]) == 0
    finally:
        site.hands.switch_notices(True)
    assert _learner(site)["notices"] is True
    assert site.call("notify", messages=[message, message])["results"] == [
        {"key": site.key("n1"), "status": "sent", "reason": ""},
        {"key": site.key("n1"), "status": "already", "reason": ""},
    ]
    assert site.hands.notifications(message["subject"]) == 1


def _learner(site: Site) -> Any:
    (learner,) = [one for one in site.call("get_learners")["learners"] if one["userid"] == site.learner]
    return learner


def test_a_message_to_somebody_else_is_refused_with_its_reason(site: Site) -> None:
    message = {"key": site.key("n1"), "userid": 99_999_999, "subject": "Hi", "text": "Hi"}
    empty = {"key": site.key("n2"), "userid": site.learner, "subject": "Hi", "text": " "}
    results = site.call("notify", messages=[message, empty])["results"]
    assert [(one["status"], one["reason"]) for one in results] == [("refused", "not_enrolled"), ("refused", "empty")]


# --- What only a real site knows


@pytest.mark.real("the double does one thing after the other")
def test_the_same_component_sent_from_several_sides_is_made_once(site: Site) -> None:
    found: list[str] = []

    def send() -> None:
        with Client(site.client.url, site.client._token) as client:
            other = Site(client, site.course, site.learner, site.hands, site.prefix)
            found.append(other.upsert("page", "page", PAGE)["status"])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["created", "unchanged", "unchanged", "unchanged"]


@pytest.mark.real("the double grades nothing")
def test_answers_are_graded_as_the_question_says(site: Site) -> None:
    made = quiz(site)
    site.hands.attempt(site.key("quiz"), made["targetid"], {1: "0", 2: " THIEF "}, {})
    told = [one for one in site.call("get_attempts")["attempts"] if one["key"] == site.key("quiz")]
    assert [question["fraction"] for question in told[0]["questions"]] == [0.0, 1.0]
