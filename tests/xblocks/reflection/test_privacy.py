"""Nobody but its writer comes to a private text: not by a page, a report, an export, Studio, a log, or an error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from opaque_keys.edx.keys import UsageKey

from devstack.models import Recorded
from devstack.people import person
from tests.devstack.playing import block_for, call, delete_state, export, grade_of, recorded, state_of, view, who
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, sent, share
from xblocks.base.problems import ContentError
from xblocks.nudge.models import Anchor
from xblocks.reflection import (
    api,
    coach_views,
    drafting,
    handlers,
    keeping,
    models,
    reading_others,
    remarking,
    remarks,
    sharing_handlers,
)

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


# --- What is shared is shared with whom it was, and shows nowhere else

SAID = "quagga-marker-remark"
SHARING = ("share", "other", "react", "remove", "invite", "withdraw", "who", "accept", "end")


@pytest.fixture
def let_in() -> UsageKey:
    """Ann let in her coaches, her group and Bob, her buddy; Tess and Bob wrote back; Ann's draft goes on."""
    block = reflection('<reflection url_name="week1" group="true" commitment="optional"/>')
    call(block, "invite", {})
    call(block, "accept", {"code": models.Invitation.objects.get().code}, "bob")
    pair = str(models.Buddy.objects.get(user_id=who("ann").pk).pk)
    share(block, "group", buddy=pair)
    hand_in(block, f"{MARKER} handed in", level="group", buddy=pair)
    key = models.Version.objects.get().pk
    call(block, "react", {"key": key, "text": f"{SAID} by bob"}, "bob")
    remark(client("team"), block, key, f"{SAID} by tess")
    save(block, f"{MARKER} going on", turn=2, base=1)
    return block


def client(user: str) -> Client:
    made = Client(raise_request_exception=False)
    if user:
        made.force_login(person(user))
    return made


def address(name: str, block: UsageKey, *more: int) -> str:
    return reverse(f"microunits_reflection:{name}", args=[str(block), *more])


def remark(by: Client, block: UsageKey, key: int, text: str) -> Any:
    data = json.dumps({"text": text})
    return by.post(address("coach_remark", block, key), data, content_type="application/json")


def body(response: Any) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode()


@pytest.mark.parametrize("user", ["carol", ""])
def test_who_is_not_let_in_gets_nothing_by_any_way(let_in: UsageKey, user: str) -> None:
    key, note = models.Version.objects.get().pk, models.Remark.objects.first()
    assert note is not None
    for name in ("student_view", "public_view"):
        html = view(let_in, user, name)
        assert MARKER not in html
        assert SAID not in html
    for handler in (*HANDLERS, *SHARING):
        data = {**sent("x", "other", 1, 1), "key": key, "number": note.pk, "level": "group", "text": "x", "code": "x"}
        told = call(let_in, handler, data, user).text
        assert MARKER not in told
        assert SAID not in told
    for name, more in (("coach", ()), ("coach_table", ()), ("coach_read", (key,))):
        told = body(client(user).get(address(name, let_in, *more)))
        assert MARKER not in told
        assert SAID not in told
    assert remark(client(user), let_in, key, "x").status_code in (302, 403)
    assert models.Remark.objects.count() == 2


def test_each_who_is_let_in_gets_what_is_theirs_and_no_more(let_in: UsageKey) -> None:
    key = models.Version.objects.get().pk
    buddy = call(let_in, "other", {"key": key}, "bob").json["html"]
    coach = body(client("team").get(address("coach_read", let_in, key)))
    for html in (buddy, coach):
        assert f"{MARKER} handed in" in html
        assert "going on" not in html
    assert f"{SAID} by bob" in buddy
    assert f"{SAID} by tess" not in buddy
    assert f"{SAID} by tess" in coach
    assert f"{SAID} by bob" not in coach
    mine = view(let_in)
    assert f"{SAID} by tess" in mine
    assert f"{SAID} by bob" in mine


def test_lists_and_tables_hold_names_and_no_texts(let_in: UsageKey) -> None:
    for name in ("coach", "coach_table"):
        told = body(client("team").get(address(name, let_in)))
        assert "Ann" in told
        assert MARKER not in told
        assert SAID not in told
    assert MARKER not in view(let_in, "bob")
    assert MARKER not in view(let_in, "team")


def test_studio_export_state_events_signals_and_messages_hold_nothing_of_it(let_in: UsageKey) -> None:
    everything = [recorded(kind) for kind in ("grade", "completion", "tracking", "signal", "ignored")]
    held = [
        view(let_in, "team", "author_view", studio=True),
        export(let_in),
        str(state_of(let_in)),
        str(state_of(let_in, "bob")),
        str(everything),
        str(list(Anchor.objects.values())),
    ]
    assert Anchor.objects.exists()
    assert not [one for one in held if MARKER in one or SAID in one]


def test_no_table_of_the_database_has_it_in_the_clear(let_in: UsageKey) -> None:
    rows: list[Any] = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [cell for row in cursor.fetchall() for cell in row]
    cells = [bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in rows]
    assert not [cell for cell in cells if MARKER.encode() in cell or SAID.encode() in cell]
    everything = [one for model in (models.Remark, models.Reading, models.Buddy) for one in model.objects.all()]
    assert SAID not in repr([(one, str(one)) for one in everything])


def test_a_remark_that_was_moved_to_another_reflection_opens_for_nobody(let_in: UsageKey) -> None:
    hand_in(let_in, "of carol", "carol")
    models.Remark.objects.update(reflection=models.Reflection.objects.get(user_id=who("carol").pk))
    assert SAID not in view(let_in, "carol")
    assert SAID not in view(let_in)


def test_no_line_of_a_log_has_what_was_shared_or_said(logged: list[str], let_in: UsageKey) -> None:
    key = models.Version.objects.get().pk
    client("team").get(address("coach_read", let_in, key))
    remark(client("team"), let_in, key, f"{SAID} again")
    call(let_in, "other", {"key": key}, "bob")
    call(let_in, "react", {"key": key, "text": f"{SAID} too"}, "bob")
    view(let_in)
    list(api.export_learner(who("ann").pk))
    assert logged
    marks = [each for one in (MARKER, SAID) for each in (one, one.encode().hex())]
    assert not [line for line in logged if any(mark in line.lower() for mark in marks)]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (reading_others, "open_version"),
        (reading_others, "role_for"),
        (coach_views, "render_text"),
        (coach_views, "render_page"),
        (remarking, "seal"),
        (remarking, "unseal"),
        (remarking.reminding, "remarked"),
    ],
)
def test_an_error_on_a_coachs_page_says_where_it_was_and_nothing_else(
    module: Any, name: str, let_in: UsageKey, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = models.Version.objects.get().pk
    before = models.Remark.objects.count()
    pages = module.render_page if name == "render_page" else None
    asked: list[Any] = []

    def fail(*arguments: Any, **named: Any) -> Any:
        # The page that says that it did not work is a page as well.
        if pages is not None and asked:
            return pages(*arguments, **named)
        asked.append(1)
        return broken(*arguments, **named)

    monkeypatch.setattr(module, name, fail)
    told = [client("team").get(address("coach_read", let_in, key))]
    asked.clear()
    told.append(remark(client("team"), let_in, key, f"{SAID} again"))
    assert 500 in [one.status_code for one in told]
    assert not [one for one in told if one.status_code == 500 and (MARKER in body(one) or SAID in body(one))]
    errors = [line for line in logged if "BrokenError" in line]
    assert errors
    assert not [line for line in logged if MARKER in line or SAID in line]
    monkeypatch.undo()
    assert models.Remark.objects.count() <= before + 1
    assert remark(client("team"), let_in, key, "Well seen.").status_code == 200


@pytest.mark.parametrize(
    ("module", "name"), [(reading_others, "open_version"), (sharing_handlers, "render_other"), (remarks, "read")]
)
def test_an_error_on_a_learners_page_says_nothing_of_what_others_shared(
    module: Any, name: str, let_in: UsageKey, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = models.Version.objects.get().pk
    monkeypatch.setattr(module, name, broken)
    told = call(let_in, "react", {"key": key, "text": f"{SAID} too"}, "bob")
    assert (told.status, told.json["error"]) == (500, "went_wrong")
    assert not [line for line in [told.text, *logged] if MARKER in line or SAID in line]
