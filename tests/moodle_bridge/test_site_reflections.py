"""What a site with the companion does with reflections: one suite for the double and for a real Moodle.

pytest tests/moodle_bridge/test_site_reflections.py
pytest tests/moodle_bridge/test_site_reflections.py --moodle URL --moodle-token T --moodle-learner-token L
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from moodle_bridge import errors
from tests.moodle_bridge.sites import Site, edited, field_hash, hash_of

REFLECTION = {
    "name": "A look back",
    "intro": "<p><strong>Who reads this?</strong> The teachers.</p><ol><li>What <em>happened</em>?</li></ol>",
    "opens": 0,
    "due": 0,
    "mostwords": 0,
    "completion": True,
    "section": "",
    "visible": True,
}


def made(site: Site, **changed: Any) -> Any:
    return site.upsert("reflection", "look", {**REFLECTION, **changed})


def submissions(site: Site, cursor: str = "", **more: Any) -> list[dict[str, Any]]:
    """Those of this test."""
    answer = site.call("get_submissions", cursor=cursor, **more)
    return [one for one in answer["submissions"] if one["key"] == site.key("look")]


def texts(site: Site, *ids: int) -> list[str]:
    return [one["text"] for one in site.call("get_submission_texts", submissionids=[*ids])["texts"]]


def refused(site: Site, kind: type[errors.BridgeError], function: str, **params: Any) -> None:
    with pytest.raises(errors.BridgeError) as raised:
        site.call(function, **params)
    assert type(raised.value) is kind, raised.value


# --- The assignment


def test_an_assignment_is_made_held_and_then_left_alone(site: Site) -> None:
    first = made(site)
    assert (first["status"], first["warnings"]) == ("created", [])
    assert {one["name"] for one in first["written"]} == set(REFLECTION)
    item = site.held()["look"]
    assert (item["kind"], item["cmid"], item["targetid"]) == ("reflection", first["cmid"], first["targetid"])
    assert (item["present"], item["removed"], item["attempts"], edited(item)) == (True, False, 0, set())
    assert hash_of(item, "intro") == field_hash(REFLECTION["intro"])
    again = made(site)
    assert (again["status"], again["written"], again["cmid"]) == ("unchanged", [], first["cmid"])


def test_its_settings_are_kept_as_they_were_sent(site: Site) -> None:
    wanted = {"opens": 1_700_000_000, "due": 1_900_000_000, "mostwords": 150, "completion": True}
    made(site, **wanted)
    values = site.values("look")
    assert {name: values[name] for name in wanted} == wanted
    assert "What <em>happened</em>?" in values["intro"]
    assert edited(site.held()["look"]) == set()


def test_only_what_changed_of_it_is_written(site: Site) -> None:
    made(site, due=1_900_000_000, mostwords=150)
    changed = made(site, due=1_900_086_400, mostwords=0)
    assert {one["name"] for one in changed["written"]} == {"due", "mostwords"}
    values = site.values("look")
    assert (values["due"], values["mostwords"], values["completion"]) == (1_900_086_400, 0, True)
    site.upsert("reflection", "look", {"completion": False})
    assert (site.values("look")["completion"], edited(site.held()["look"])) == (False, set())


def test_what_a_teacher_edits_of_it_is_noticed_and_stays(site: Site) -> None:
    first = made(site)
    site.hands.rename(site.key("look"), first["cmid"], "Looking back")
    assert edited(site.held()["look"]) == {"name"}
    site.upsert("reflection", "look", {"due": 1_900_000_000})
    assert site.values("look")["name"] == "Looking back"


def test_it_moves_is_hidden_and_comes_back(site: Site) -> None:
    site.upsert("section", "s", {"name": "Week 1"})
    made(site, section=site.key("s"))
    assert site.held()["look"]["sectionkey"] == site.key("s")
    assert site.call("remove", key=site.key("look")) == {"status": "hidden"}
    assert (site.values("look")["visible"], edited(site.held()["look"])) == (False, set())
    assert made(site, section=site.key("s"))["status"] == "changed"
    assert (site.values("look")["visible"], site.held()["look"]["removed"]) == (True, False)


def test_it_is_found_again_when_it_was_forgotten(site: Site) -> None:
    first = made(site)
    site.call("unlink", keys=[site.key("look")])
    again = made(site)
    assert (again["cmid"], [one["code"] for one in again["warnings"]]) == (first["cmid"], ["adopted"])


def test_one_that_a_teacher_deleted_is_gone_and_can_be_made_anew(site: Site) -> None:
    first = made(site)
    site.hands.delete(site.key("look"), first["cmid"])
    assert site.held()["look"]["present"] is False
    again = made(site)
    assert (again["status"], again["cmid"] != first["cmid"]) == ("created", True)


@pytest.mark.parametrize(
    ("field", "value"), [("due", -1), ("due", "soon"), ("mostwords", 1.5), ("completion", 1), ("grade", 10)]
)
def test_a_wrong_value_is_refused_and_leaves_nothing(site: Site, field: str, value: Any) -> None:
    with pytest.raises(errors.PayloadRefusedError, match=rf"fields\.{field}"):
        made(site, **{field: value})
    assert site.held() == {}


# --- What is handed in


def test_what_is_handed_in_is_told_without_what_was_written(site: Site) -> None:
    first = made(site)
    begun = int(time.time())
    written = site.hands.hand_in(site.key("look"), first["targetid"], "<p>I called the sender.</p>")
    (told,) = submissions(site)
    assert (told["id"], told["userid"], told["number"]) == (written, site.learner, 1)
    assert begun - 5 <= told["time"] <= begun + 60
    assert "sender" not in str(told)
    (text,) = site.call("get_submission_texts", submissionids=[written])["texts"]
    assert {**told, "text": text["text"], "format": 1} == text
    assert "I called the sender." in text["text"]


def test_handing_in_completes_it(site: Site) -> None:
    first = made(site)
    assert not site.hands.has_completed(first["cmid"])
    site.hands.hand_in(site.key("look"), first["targetid"], "<p>Done.</p>")
    assert site.hands.has_completed(first["cmid"])


def test_completion_that_comes_later_counts_what_was_handed_in_before(site: Site) -> None:
    first = made(site, completion=False)
    site.hands.hand_in(site.key("look"), first["targetid"], "<p>Early.</p>")
    made(site, completion=True)
    assert site.hands.has_completed(first["cmid"])


def test_handing_in_again_takes_the_place_of_what_was_there(site: Site) -> None:
    first = made(site)
    one = site.hands.hand_in(site.key("look"), first["targetid"], "<p>First.</p>")
    site.hands.settle()
    before = submissions(site)[0]["time"]
    two = site.hands.hand_in(site.key("look"), first["targetid"], "<p>Second.</p>")
    assert one == two
    (told,) = submissions(site)
    assert told["time"] >= before
    assert "Second." in texts(site, two)[0]


def test_an_assignment_with_submissions_is_not_deleted(site: Site) -> None:
    first = made(site)
    site.hands.hand_in(site.key("look"), first["targetid"], "<p>Mine.</p>")
    assert site.held()["look"]["attempts"] == 1
    refused(site, errors.HasAttemptsError, "remove", key=site.key("look"), mode="delete")
    assert made(site, mostwords=90)["status"] == "changed"
    assert len(submissions(site)) == 1


def test_that_something_was_handed_in_stands_in_the_outbox(site: Site) -> None:
    first = made(site)
    cursor = read_to_the_end(site)
    written = site.hands.hand_in(site.key("look"), first["targetid"], "<p>Mine.</p>")
    site.hands.settle()
    changes = site.client.call("local_microunits_get_changes", {"cursor": cursor, "limit": 200})["changes"]
    told = [one for one in changes if one["key"] == site.key("look")]
    assert [(one["what"], one["objectid"], one["userid"]) for one in told] == [("submission", written, site.learner)]


def read_to_the_end(site: Site) -> str:
    site.hands.settle()
    answer: dict[str, Any] = {"cursor": "", "more": True}
    while answer["more"]:
        answer = site.client.call("local_microunits_get_changes", {"cursor": answer["cursor"], "limit": 1000})
    return str(answer["cursor"])


def test_submissions_come_since_a_cursor(site: Site) -> None:
    first = made(site)
    site.hands.hand_in(site.key("look"), first["targetid"], "<p>Mine.</p>")
    (told,) = submissions(site)
    after = f"{told['time']}.{told['id']}"
    assert submissions(site, after) == []
    assert len(submissions(site, f"{told['time']}.{told['id'] - 1}")) == 1
    refused(site, errors.ParameterRefusedError, "get_submissions", cursor="yesterday")


def test_texts_are_told_only_of_what_is_held_here(site: Site) -> None:
    first = made(site)
    written = site.hands.hand_in(site.key("look"), first["targetid"], "<p>Mine.</p>")
    assert texts(site, written, 99_999_999) == texts(site, written)
    site.call("unlink", keys=[site.key("look")])
    assert texts(site, written) == []
    refused(site, errors.PayloadRefusedError, "get_submission_texts", submissionids=list(range(1, 60)))
