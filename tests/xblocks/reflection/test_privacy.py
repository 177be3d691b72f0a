"""Nobody but its writer comes to a private text: not by a page, a report, an export, Studio, a log, or an error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from django.db import connection
from opaque_keys.edx.keys import UsageKey

from devstack.models import Recorded
from tests.devstack.playing import block_for, call, delete_state, export, grade_of, recorded, state_of, view
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, sent
from xblocks.base.problems import ContentError
from xblocks.reflection import api, drafting, handlers, keeping, models

pytestmark = pytest.mark.django_db(transaction=True)

TEAM = ("team", "coach", "bob", "")
HANDLERS = ("keep", "choose", "look", "bring_back", "discard", "hand_in", "take_along")


class Lines(logging.Handler):
    """Everything that is logged, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All lines of all loggers, the database's statements included."""
    lines, root = Lines(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "django.db.backends", "xblocks")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(lines)
    connection.force_debug_cursor = True
    yield lines.lines
    connection.force_debug_cursor = False
    root.removeHandler(lines)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def written() -> UsageKey:
    """A private reflection with a draft, a text aside, a version and a plan."""
    block = reflection('<reflection url_name="week1" commitment="optional"/>')
    save(block, f"{MARKER} on the phone", pen="phone")
    call(block, "choose", {**sent(f"{MARKER} here", "desk", 1, 1), "choice": "mine"})
    on = block_for(block).today.isoformat()
    assert hand_in(block, f"{MARKER} handed in", pen="desk", turn=2, _commitment=f"{MARKER} plan", _on=on).json["ok"]
    save(block, f"{MARKER} written on", pen="desk", turn=3)
    return block


def test_the_writer_has_it(written: UsageKey) -> None:
    assert view(written).count(MARKER) >= 4


@pytest.mark.parametrize("user", TEAM)
def test_nobody_else_sees_it_on_the_page(written: UsageKey, user: str) -> None:
    for name in ("student_view", "public_view"):
        assert MARKER not in view(written, user, name)


def test_studio_shows_and_exports_nothing_of_it(written: UsageKey) -> None:
    assert MARKER not in view(written, "team", "author_view", studio=True)
    assert MARKER not in export(written)


@pytest.mark.parametrize("user", TEAM)
@pytest.mark.parametrize("handler", HANDLERS)
def test_nobody_else_gets_it_from_a_handler(written: UsageKey, handler: str, user: str) -> None:
    mine = {**sent("x", "other", 1, 1), "choice": "theirs", "number": 1, "version": 0}
    assert MARKER not in call(written, handler, mine, user).text


def test_who_looks_through_the_learners_eyes_sees_the_questions_only(
    written: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xblocks.base.learner import Viewer

    ann = block_for(written).viewer.user_id
    monkeypatch.setattr("xblocks.base.learner_block.viewer_of", lambda block: Viewer(ann, False, is_masquerading=True))
    html = view(written)
    assert MARKER not in html
    assert "is not shown to you" in html
    for handler in HANDLERS:
        told = call(written, handler, sent("typed by somebody else", "other", 9, 0))
        assert (told.status, told.json["error"]) == (403, "not_here")
    assert MARKER not in call(written, "student_view_user_state", method="GET").text
    monkeypatch.undo()
    assert "typed by somebody else" not in view(written)


def test_the_platform_gets_no_state_event_grade_or_signal_with_it(written: UsageKey) -> None:
    assert state_of(written) == {}
    assert {"tracking", "completion", "signal"} <= set(Recorded.objects.values_list("kind", flat=True))
    everything = [recorded(kind) for kind in ("grade", "completion", "tracking", "signal", "ignored")]
    assert MARKER not in str(everything)


def test_who_deletes_a_learners_state_gets_no_text_and_takes_none_away(written: UsageKey) -> None:
    before = [bytes(row.draft) for row in models.Reflection.objects.all()], models.Version.objects.count()
    assert not hasattr(block_for(written), "clear_student_state")
    with pytest.raises(ContentError):
        delete_state(written)
    assert ([bytes(row.draft) for row in models.Reflection.objects.all()], models.Version.objects.count()) == before


def test_a_grade_that_was_deleted_comes_back_when_the_same_is_handed_in_again() -> None:
    block = reflection('<reflection url_name="scored" scored="true"/>')
    hand_in(block)
    assert grade_of(block) == (1.0, 1.0)
    delete_state(block)
    assert grade_of(block) is None
    assert MARKER in view(block)
    hand_in(block)
    assert grade_of(block) == (1.0, 1.0)


def test_the_admin_has_no_page_for_it() -> None:
    assert find_spec("xblocks.reflection.admin") is None


def test_nothing_that_keeps_it_shows_it_when_printed(written: UsageKey) -> None:
    row = models.Reflection.objects.get()
    mine = api.own(row.user_id, written)
    assert MARKER not in repr([row, str(row), list(row.versions.all()), mine, mine.draft, mine.versions])


def test_no_line_of_a_log_has_it(logged: list[str]) -> None:
    block = reflection('<reflection url_name="logged"/>')
    save(block)
    hand_in(block, turn=2)
    view(block)
    assert any("microunits_reflection" in line for line in logged)
    assert not [line for line in logged if MARKER in line or MARKER.encode().hex() in line.lower()]


class BrokenError(Exception):
    """Says more than it should, as exceptions do."""


def broken(*arguments: Any, **named: Any) -> Any:
    raise BrokenError(f"cannot do this with {arguments} {named} {MARKER}")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (drafting, "receive"),
        (keeping, "seal"),
        (keeping, "unseal"),
        (handlers, "read_sent"),
        (handlers, "words_in"),
    ],
)
def test_an_error_says_where_it_was_and_nothing_of_what_was_written(
    module: Any, name: str, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    block = reflection('<reflection url_name="broken"/>')
    save(block, "begun")
    monkeypatch.setattr(module, name, broken)
    told = save(block, turn=2, base=1)
    assert (told.status, told.json["error"]) == (500, "went_wrong")
    assert MARKER not in told.text
    errors = [line for line in logged if "BrokenError" in line]
    assert errors
    assert not [line for line in logged if MARKER in line]
    monkeypatch.undo()
    assert save(block, turn=2, base=1).status == 200
    assert MARKER in view(block)


def test_a_form_is_refused_since_platforms_log_what_forms_send() -> None:
    told = call(reflection(), "keep", body=b"pen=a", content_type="application/x-www-form-urlencoded")
    assert (told.status, told.json["error"]) == (415, "not_json")


def test_what_is_refused_is_not_repeated() -> None:
    told = call(reflection(), "keep", {**sent(), "pen": f"{MARKER} {MARKER}"})
    assert told.status == 400
    assert MARKER not in told.text
