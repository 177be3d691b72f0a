"""A plan as a person reads it, and as calls: what is said is what is done."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from moodle_bridge.components import Component, Course, Fate, File, LeftOut, Loss, Part, Section, field_hash
from moodle_bridge.plan import Action, Asked, Held, HeldField, Owner, Plan, Rules, make_plan
from moodle_bridge.plan_calls import steps
from moodle_bridge.plan_text import as_json, counted, lines, loss_lines, summary

SHA = "0" * 64


def quiz(key: str = "a", **fields: Any) -> Component:
    text = f'<img src="@@FILE:{SHA}@@">'
    part = Part(kind="question", key=f"{key}-q", title="Who?", fields={"text": text}, payload={"xml": "<question/>"})
    return Component(
        kind="microquiz",
        key=key,
        title=f"Quiz {key}",
        fields={"name": f"Quiz {key}", "visible": True, "order": [f"{key}-q"], **fields},
        parts=(part,),
        files=(File(name="mail.png", sha256=SHA, mimetype="image/png", size=3),),
    )


def course(*components: Component) -> Course:
    section = Section(key="s", title="Week 1", components=components)
    return Course(key="course-v1:O+C+R", title="Phishing", sections=(section,))


def held(of: Course, edited: frozenset[tuple[str, str]] = frozenset(), **changes: Any) -> list[Held]:
    """What Moodle holds once that course was written, some fields edited since."""
    found = []
    for section in of.sections:
        for one in (section.itself(), *section.components):
            found.append(_held(one, "", edited, **({} if one.kind == "section" else changes)))
            found.extend(_held(part, one.key, edited) for part in one.parts)
    return found


def _held(one: Component | Part, parent: str, edited: frozenset[tuple[str, str]], **changes: Any) -> Held:
    fields = {
        name: HeldField(hash=field_hash(value), is_edited=(one.key, name) in edited)
        for name, value in one.fields.items()
    }
    return replace(Held(key=one.key, kind=one.kind, parent=parent, fields=fields), **changes)


def text(plan: Plan, **options: Any) -> list[str]:
    return list(lines(plan, **options))


def calls(plan: Plan, **options: Any) -> list[tuple[str, Any]]:
    return [
        (step.call.function.removeprefix("local_microunits_"), step.call.params) for step in steps(plan, 7, **options)
    ]


def test_what_is_new_is_one_line_and_one_call() -> None:
    plan = make_plan(course(quiz("a"), quiz("b")), [])
    assert text(plan) == [
        "Phishing (course-v1:O+C+R)",
        "  + Week 1",
        "    + Quiz a (quiz, 1 question): new",
        "    + Quiz b (quiz, 1 question): new",
        "2 new",
    ]
    section, first, second = calls(plan)
    assert section == (
        "upsert",
        {
            "courseid": 7,
            "kind": "section",
            "key": "s",
            "payload": {
                "fields": {
                    "name": {"value": "Week 1", "hash": field_hash("Week 1")},
                    "order": {"value": ["a", "b"], "hash": field_hash(["a", "b"])},
                }
            },
        },
    )
    assert first[1]["payload"]["parts"] == [
        {
            "key": "a-q",
            "kind": "question",
            "title": "Who?",
            "fields": {"text": {"hash": field_hash(quiz("a").parts[0].fields["text"])}},
            "xml": "<question/>",
        }
    ]
    assert first[1]["payload"]["files"] == {SHA: {"name": "mail.png", "mimetype": "image/png"}}
    assert "after" not in first[1]["payload"]
    assert second[1]["payload"]["after"] == "a"
    json.dumps([params for _function, params in calls(plan)])


def test_nothing_to_do_is_said_and_not_called() -> None:
    of = course(quiz())
    plan = make_plan(of, held(of))
    assert text(plan) == ["Phishing (course-v1:O+C+R)", "1 as it is"]
    assert calls(plan) == []
    assert text(plan, whole=True) == [
        "Phishing (course-v1:O+C+R)",
        "  = Week 1",
        "    = Quiz a (quiz, 1 question): as it is",
        "1 as it is",
    ]
    assert summary(make_plan(Course(key="c", title="C"), [])) == "nothing"


def test_a_change_names_its_fields_and_sends_no_others() -> None:
    before, after = course(quiz()), course(quiz(name="Quiz two"))
    plan = make_plan(after, held(before))
    assert text(plan)[1:4] == ["  = Week 1", "    ~ Quiz a (quiz, 1 question): changed", "        name: changed"]
    ((_function, params),) = calls(plan)
    assert params["payload"] == {"fields": {"name": {"value": "Quiz two", "hash": field_hash("Quiz two")}}}


def test_a_changed_question_travels_with_its_files() -> None:
    before = course(quiz())
    part = replace(before.sections[0].components[0].parts[0], fields={"text": f"Which? @@FILE:{SHA}@@"})
    plan = make_plan(course(replace(quiz(), parts=(part,))), held(before))
    assert text(plan)[2:5] == [
        "    ~ Quiz a (quiz, 1 question): changed",
        "        ~ Who?",
        "            text: changed",
    ]
    ((_function, params),) = calls(plan)
    assert set(params["payload"]) == {"fields", "parts", "files"}
    assert params["payload"]["fields"] == {}


def test_a_new_question_is_named() -> None:
    of = course(quiz())
    plan = make_plan(of, [one for one in held(of) if not one.parent])
    assert text(plan)[3] == "        + Who?"


def test_what_was_edited_in_moodle_is_shown_beside_what_the_course_says() -> None:
    before, after = course(quiz()), course(quiz(name="x" * 70))
    moodle = held(before, frozenset({("a", "name"), ("a-q", "text")}))
    plan = make_plan(after, moodle)
    said = text(plan, values={("a", "name"): "Our quiz"})
    assert said[2:] == [
        "    ! Quiz a (quiz, 1 question): as it is",
        "        name: changed here and in Moodle, left as it is there",
        f"            course: {'x' * 59}…",
        "            Moodle: Our quiz",
        "        = Who?",
        "            text: edited in Moodle, left so",
        "1 as it is; 1 field changed on both sides (--ours or --theirs decides)",
    ]
    assert calls(plan) == []


def test_what_was_agreed_is_a_call_that_writes_nothing() -> None:
    of = course(quiz())
    moodle = held(of, frozenset({("a", "name"), ("a-q", "text")}))
    plan = make_plan(of, moodle, Rules(asked=Asked.THEIRS))
    assert "        name: edited in Moodle, and agreed" in text(plan)
    ((_function, params),) = calls(plan)
    assert params["payload"] == {
        "fields": {},
        "accept": {"name": field_hash("Quiz a")},
        "parts": [
            {
                "key": "a-q",
                "kind": "question",
                "title": "Who?",
                "fields": {},
                "accept": {"text": field_hash(of.sections[0].components[0].parts[0].fields["text"])},
            }
        ],
    }


def test_asked_for_ours_what_was_edited_is_overwritten_and_said() -> None:
    of = course(quiz())
    plan = make_plan(of, held(of, frozenset({("a", "name")})), Rules(asked=Asked.OURS))
    assert "        name: edited in Moodle, and overwritten" in text(plan)


def test_a_field_that_belongs_to_moodle_is_left() -> None:
    plan = make_plan(course(quiz(name="new")), held(course(quiz())), Rules(owners={"name": Owner.MOODLE}))
    assert "        name: belongs to Moodle, left as it is there" in text(plan)


@pytest.mark.parametrize(
    ("asked", "line", "function"),
    [
        (Asked.NOTHING, "deleted in Moodle: stays so (--ours makes it anew, --theirs forgets it)", None),
        (Asked.OURS, "new", "upsert"),
        (Asked.THEIRS, "deleted in Moodle: forgotten", "unlink"),
    ],
)
def test_what_was_deleted_in_moodle(asked: Asked, line: str, function: str | None) -> None:
    of = course(quiz())
    plan = make_plan(of, held(of, is_present=False), Rules(asked=asked))
    assert any(one.endswith(f": {line}") for one in text(plan))
    assert [name for name, _params in calls(plan)][:1] == ([function] if function else [])


@pytest.mark.parametrize(("delete", "mode"), [(False, "hide"), (True, "delete")])
def test_what_the_course_has_no_more(delete: bool, mode: str) -> None:
    moodle = held(course(quiz("a"), quiz("b")), attempts=3)
    plan = make_plan(course(quiz("a")), moodle)
    assert "  - b: not in the course any more: hidden in Moodle, 3 attempts stay" in text(plan)
    assert summary(plan) == "1 as it is, 1 removed"
    remove, section = calls(plan, delete=delete)
    assert remove == ("remove", {"courseid": 7, "key": "b", "mode": mode})
    assert section[1]["payload"]["fields"] == {"order": {"value": ["a"], "hash": field_hash(["a"])}}
    assert "      order: changed" in text(plan)


def test_losses_that_are_the_same_are_said_once() -> None:
    losses = (
        Loss(key="a", path="text", fate=Fate.LOST, message="The file %(name)s is missing.", params={"name": "x"}),
        Loss(key="a-q", path="text", fate=Fate.LOST, message="The file %(name)s is missing.", params={"name": "x"}),
        Loss(key="?", path="hints", fate=Fate.CHANGED, message="Later."),
    )
    left = (
        LeftOut(origin="block-v1:x", type="video", title="", message="No place."),
        LeftOut(origin="f.xml", type="", title="f.xml", message="%(path)s is missing.", params={"path": "f.xml"}),
    )
    of = replace(course(quiz()), losses=losses, left_out=left)
    assert list(loss_lines(of)) == [
        "changed: Later.",
        "    ?: hints",
        "lost: The file x is missing.",
        "    Quiz a: text",
        "    Who?: text",
        "left out: video block-v1:x: No place.",
        "left out: f.xml: f.xml is missing.",
    ]
    data = as_json(make_plan(of, []))
    assert data["losses"][0]["message"] == "The file x is missing."
    assert data["left_out"][1]["message"] == "f.xml is missing."
    assert [one["action"] for one in data["components"]] == ["created", "created"]
    assert data["components"][1]["parts"][0]["fields"] == {"text": "written"}
    json.dumps(data)


def test_a_file_travels_only_with_what_shows_it() -> None:
    before = course(quiz())
    plan = make_plan(course(quiz(intro=f"@@FILE:{SHA}@@")), held(before))
    assert calls(plan)[0][1]["payload"]["files"]
    assert plan.components[0].action is Action.CHANGED


def test_things_are_counted_in_words() -> None:
    counts = [("microquiz", 1), ("microquiz", 2), ("page", 1), ("section", 3), ("question", 1), ("badge", 2)]
    told = [counted(kind, number) for kind, number in counts]
    assert told == ["1 quiz", "2 quizzes", "1 page", "3 sections", "1 question", "2 badges"]


def test_what_stays_of_learners_work_is_counted() -> None:
    gone = [Held(key=f"gone{number}", kind="page", attempts=number) for number in (0, 1, 2)]
    told = [line for line in lines(make_plan(course(), gone)) if "gone" in line]
    assert [line.rpartition("Moodle")[2] for line in told] == ["", ", 1 attempt stays", ", 2 attempts stay"]
    (badge,) = [line for line in lines(make_plan(course(), [Held(key="b", kind="badge", attempts=2)])) if "b:" in line]
    assert badge.endswith(", 2 learners keep it")
