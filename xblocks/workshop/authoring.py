"""What the editor of a workshop works with, pure: complete forms of sessions and items, and what was handed in.

A form is plain data with every field present, so that the editor's script needs no defaults of its own. Dates and times
are as the team writes them, on the clock of the session's zone: a date, a time it begins, a time it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_html, clean_text
from xblocks.workshop import definition
from xblocks.workshop.distance_form import form_of_distance, read_distance
from xblocks.workshop.fields import MOST_DAYS, MOST_MINUTES, MOST_SEATS
from xblocks.workshop.moments import distance_of, written
from xblocks.workshop.plan import DAY_BEFORE, REMINDERS, Completes, Item, ItemKind, Plan, Session

Form = dict[str, Any]
Read = TypeVar("Read")
LONGEST_NAME = 120
USUALLY = timedelta(hours=2)
"""How long a session is of which nobody said when it ends."""

ON_DATE, AFTER_START, LATER = "date", "start", "later"
USUAL, NONE, OWN = "usual", "none", "own"
_SESSION_TEXTS = ("id", "place", "link", "facilitator")
_ITEM_TEXTS = ("id", "title", "url", "block")


def starter_session() -> Form:
    """A new session; its zone is the author's own."""
    return _session_form({})


def starter_items() -> dict[str, Form]:
    """A new item of each kind."""
    return {str(kind): _item_form({"kind": str(kind)}) for kind in ItemKind}


def limits() -> dict[str, int]:
    """The most that fields may hold, by name."""
    return {"seats": MOST_SEATS, "days": MOST_DAYS, "minutes": MOST_MINUTES, "reminders": definition.MAX_REMINDERS}


# --- Forms


def forms_of(raw: Any) -> Form:
    """A plan for the editor: {about, completes, reflection, reminders, sessions, items}; unreadable is default."""
    given = raw if isinstance(raw, Mapping) else {}
    return {
        "about": _text(given.get("about"), markup=True),
        "completes": _choice(given.get("completes"), Completes, Completes.PREPARED),
        "reflection": _text(given.get("reflection")),
        "reminders": _reminders_form(given.get("reminders")),
        "sessions": [_form(one, _session_form) for one in _list(given.get("sessions"))],
        "items": [_form(one, _item_form) for one in _list(given.get("items"))],
    }


def _form(raw: Any, make: Callable[[Mapping[str, Any]], Form]) -> Form:
    """What is no object at all comes back as {"id": "", "unreadable": as it was}, so that saving loses nothing."""
    return make(raw) if isinstance(raw, Mapping) else {"id": "", "unreadable": raw}


def _session_form(raw: Mapping[str, Any]) -> Form:
    zone = _text(raw.get("zone"))
    return {
        **{name: _text(raw.get(name)) for name in _SESSION_TEXTS},
        **_when_form(raw),
        "zone": zone or "UTC",
        "seats": _number(raw.get("seats"), 0),
    }


def _when_form(raw: Mapping[str, Any]) -> Form:
    starts, ends, days = _text(raw.get("starts")), _text(raw.get("ends")), raw.get("days")
    form: Form = {"on": ON_DATE, "date": "", "starts": "", "ends": "", "until": "", "days": 14}
    if days not in (None, ""):
        return {**form, "on": AFTER_START, "starts": starts, "ends": ends, "days": days}
    if not starts and not ends:
        return {**form, "on": LATER if raw.get("id") else ON_DATE}
    date, _t, begin = starts.partition("T")
    last, _t, end = ends.partition("T")
    return {**form, "date": date, "starts": begin, "ends": end, "until": "" if last == date else last}


def _item_form(raw: Mapping[str, Any]) -> Form:
    before = raw.get("before")
    distance = distance_of(before) if isinstance(before, str) else None
    return {
        **{name: _text(raw.get(name)) for name in _ITEM_TEXTS},
        "kind": _choice(raw.get("kind"), ItemKind, ItemKind.TICK),
        "about": _text(raw.get("about"), markup=True),
        "minutes": _number(raw.get("minutes"), 5),
        "before": form_of_distance(distance or DAY_BEFORE),
    }


def _reminders_form(raw: Any) -> Form:
    found = [distance_of(one) for one in _list(raw) if isinstance(one, str)]
    own = [form_of_distance(one) for one in found if one is not None]
    usual = [form_of_distance(one) for one in REMINDERS]
    if not isinstance(raw, list):
        return {"mode": USUAL, "own": usual}
    return {"mode": OWN, "own": own} if own else {"mode": NONE, "own": usual}


def _text(raw: Any, *, markup: bool = False) -> str:
    if not isinstance(raw, str):
        return ""
    return clean_html(raw) if markup else clean_text(raw)


def _choice(raw: Any, choices: type[StrEnum], default: StrEnum) -> str:
    return raw if isinstance(raw, str) and raw in set(choices) else str(default)


def _number(raw: Any, default: int) -> int:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else default


def _list(raw: Any) -> Sequence[Any]:
    return raw if isinstance(raw, list) else ()


# --- What was handed in


@dataclass(frozen=True, slots=True)
class Submission:
    """What an author wants to save.

    Attributes:
        problems: everything to mend, with paths of the editor's forms ("settings/about", "sessions/0/date"); nothing is
            saved while there are any.
    """

    display_name: str
    plan: Plan
    problems: tuple[Problem, ...]


def read_submission(raw: Mapping[str, Any]) -> Submission:
    """{"settings": {display_name, about, completes, reflection, reminders}, "sessions": [...], "items": [...]}."""
    given = raw.get("settings")
    settings: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    problems: list[Problem] = []
    name = settings.get("display_name")
    if not isinstance(name, str) or len(name.strip()) > LONGEST_NAME:
        message = N_("Write a name of at most %(most)d characters.")
        problems.append(Problem("display_name", message, {"most": LONGEST_NAME}))
    data: Form = {key: settings[key] for key in ("about", "completes", "reflection") if key in settings}
    data |= _reminders(settings.get("reminders"), problems)
    for part, read in (("sessions", _session_data), ("items", _item_data)):
        found = raw.get(part)
        if not isinstance(found, list):
            problems.append(Problem(part, N_("This is no list; write it anew.")))
        data[part] = [read(one, f"{part}/{place}", problems) for place, one in enumerate(_list(found))]
    try:
        plan = definition.decode(data)
    except ContentError as error:
        plan = Plan()
        problems += _placed(error.problems, problems)
    display_name = " ".join(clean_text(name).split()) if isinstance(name, str) else ""
    return Submission(display_name, plan, tuple(map(_from_the_top, problems)))


def read_session(form: Any) -> tuple[Session | None, tuple[Problem, ...]]:
    """One session, or what has to be mended in it, with paths of its form."""
    return _read(form, _session_data, definition.decode_session)


def read_item(form: Any) -> tuple[Item | None, tuple[Problem, ...]]:
    """One item, or what has to be mended in it, with paths of its form."""
    return _read(form, _item_data, definition.decode_item)


def _read(
    form: Any, data_of: Callable[[Any, str, list[Problem]], Any], decode: Callable[[Any], Read]
) -> tuple[Read | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    try:
        found = decode(data_of(form, "", problems))
    except ContentError as error:
        return None, (*problems, *_placed(error.problems, problems))
    return (None if problems else found), tuple(problems)


def _session_data(form: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(form, Mapping):
        return form
    data = {name: form.get(name, "") for name in (*_SESSION_TEXTS, "zone")}
    return {**data, "seats": form.get("seats", 0), **_when(form, path, problems)}


def _when(form: Mapping[str, Any], path: str, problems: list[Problem]) -> Form:
    """The times of a session; where one lacks something there are none, and the problem says what."""
    if form.get("on") == LATER:
        return {}
    if form.get("on") == AFTER_START:
        return _after_start(form, path, problems)
    known = len(problems)
    date = _date(form, "date", N_("Give a date. If you do not know it yet, say below that it follows."), path, problems)
    until = date
    if form.get("until"):
        until = _date(form, "until", N_("Give the date on which it ends, or leave this empty."), path, problems)
    starts = _clock(form, "starts", path, problems)
    ends = _clock(form, "ends", path, problems) if form.get("ends") else ""
    if len(problems) > known:
        return {}
    begin = f"{date}T{starts}"
    return {"starts": begin, "ends": f"{until}T{ends}" if ends else _later(begin)}


def _after_start(form: Mapping[str, Any], path: str, problems: list[Problem]) -> Form:
    known, days = len(problems), form.get("days", "")
    starts = _clock(form, "starts", path, problems)
    ends = _clock(form, "ends", path, problems) if form.get("ends") else _two_hours_after(starts)
    if len(problems) > known:
        return {}
    # An empty number would read as a date that follows.
    return {"days": 0 if days == "" else days, "starts": starts, "ends": ends}


def _later(begin: str) -> str:
    return (datetime.fromisoformat(begin) + USUALLY).isoformat(timespec="minutes")


def _two_hours_after(starts: str) -> str:
    """The time two hours later; at most the last minute of the day."""
    if not starts:
        return ""
    day, _t, time = _later(f"2026-01-01T{starts}").partition("T")
    return time if day == "2026-01-01" else "23:59"


def _clock(form: Mapping[str, Any], name: str, path: str, problems: list[Problem]) -> str:
    raw = form.get(name)
    try:
        text = str(raw)
        if len(text) == len("13:30"):
            datetime.fromisoformat(f"2026-01-01T{text}")
            return text
    except ValueError:
        pass
    problems.append(Problem(_at(path, name), N_("Give a time, such as 13:30.")))
    return ""


def _date(form: Mapping[str, Any], name: str, message: str, path: str, problems: list[Problem]) -> str:
    raw = form.get(name)
    try:
        text = str(raw)
        if len(text) == len("2026-12-03") and 1970 <= datetime.fromisoformat(text).year <= 2200:
            return text
    except ValueError:
        pass
    problems.append(Problem(_at(path, name), message))
    return ""


def _item_data(form: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(form, Mapping):
        return form
    data = {name: form.get(name, "") for name in (*_ITEM_TEXTS, "kind", "about")}
    if data["kind"] != ItemKind.QUIZ:
        # It stays in the form while an author tries kinds, and is not kept.
        data["block"] = ""
    data["minutes"] = 0 if form.get("minutes") == "" else form.get("minutes", 5)
    before = read_distance(form.get("before"), _at(path, "before"), problems)
    return {**data, "before": written(before or DAY_BEFORE)}


def _reminders(raw: Any, problems: list[Problem]) -> Form:
    mode = raw.get("mode") if isinstance(raw, Mapping) else USUAL
    if mode == NONE:
        return {"reminders": []}
    if mode != OWN:
        return {}
    own = _list(raw.get("own"))
    found = [read_distance(one, f"reminders/own/{place}", problems) for place, one in enumerate(own)]
    return {"reminders": [written(one) for one in found if one is not None]}


def _placed(found: Sequence[Problem], known: Sequence[Problem]) -> list[Problem]:
    """Problems of the data at the fields of the forms, but for those that were found there already."""
    taken = {problem.path for problem in known}
    return [problem for problem in found if problem.path not in taken]


def _from_the_top(problem: Problem) -> Problem:
    is_listed = problem.path.partition("/")[0] in ("sessions", "items")
    return problem if is_listed else problem.under("settings")


def _at(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
