"""Playing with blocks in tests, through the devstack's real runtime and database.

    usage_key = add_block('<microquiz url_name="sender"><single .../></microquiz>')
    answer = call(usage_key, "answer", {"question": "q1", "answer": "c"}, user="ann")
    assert answer.status == 200 and answer.json["right"]
    assert grade_of(usage_key, "ann") == (1.0, 1.0)
    assert completion_of(usage_key, "ann") == 1.0
    assert [name for name, _ in tracking(usage_key)] == ["microunits.microquiz.question.answered"]

Users are named: "ann", "bob", "carol" (learners), "team" (course team), "coach", and "" for somebody who is not logged
in. All of it needs the database (`pytest.mark.django_db`). `studio=True` is the Studio side, where authored fields are
written and learners do not exist.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from opaque_keys.edx.keys import UsageKey
from webob import Request, Response

from devstack import grading, olx
from devstack.models import Completion, Course, FieldState, Grade, Recorded, Unit
from devstack.people import Person, person
from devstack.runtime import lms_block, studio_block

COURSE_KEY = "course-v1:Microunits+TEST+2026"


@dataclass(frozen=True)
class Answer:
    """What a handler answered."""

    status: int
    text: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The text, read as JSON."""
        return json.loads(self.text)


def who(user: str | Person) -> Person:
    """The user of that name; somebody who is not logged in for ""."""
    if isinstance(user, str):
        return person(user) if user else AnonymousUser()
    return user


def course(key: str = COURSE_KEY, language: str = "en") -> Course:
    """The course of that key, made when it is not there."""
    made: Course = Course.objects.get_or_create(key=key, defaults={"language": language, "title": "A course"})[0]
    return made


def unit(slug: str = "unit", in_course: Course | None = None, **settings: Any) -> Unit:
    """The unit of that slug, made when it is not there; `settings` are what its blocks inherit, as JSON."""
    made, _ = Unit.objects.get_or_create(course=in_course or course(), slug=slug, defaults={"title": slug.title()})
    if settings:
        made.settings = settings
        made.save()
    return made


def add_block(text: str, in_unit: Unit | None = None) -> UsageKey:
    """A block from OLX, at the end of a unit."""
    return olx.add(olx.read(text), in_unit or unit(), who("team"))


def block_for(usage_key: UsageKey, user: str | Person = "ann", studio: bool = False) -> Any:
    """The block, bound to a user; as Studio loads it with `studio`."""
    return (studio_block if studio else lms_block)(usage_key, who(user))


def call(
    usage_key: UsageKey,
    handler: str,
    data: Any = None,
    user: str | Person = "ann",
    *,
    method: str = "POST",
    suffix: str = "",
    query: str = "",
    body: bytes | None = None,
    content_type: str = "application/json",
    studio: bool = False,
) -> Answer:
    """Call a handler of a freshly loaded block, as one request does; `data` is sent as JSON, `body` as it is."""
    block = block_for(usage_key, user, studio)
    request = Request.blank(f"/{handler}{'?' + query if query else ''}", method=method)
    if method not in ("GET", "HEAD"):
        request.content_type = content_type
        request.body = body if body is not None else json.dumps(data).encode()
    response: Response = block.handle(handler, request, suffix)
    raw = b"".join(response.app_iter)
    return Answer(response.status_code, raw.decode("utf-8", "replace"), dict(response.headers), raw)


def view(usage_key: UsageKey, user: str | Person = "ann", name: str = "student_view", studio: bool = False) -> str:
    """The markup of a view, with what it adds to the head and the foot of the page."""
    fragment = block_for(usage_key, user, studio).render(name, {})
    return f"{fragment.head_html()}\n{fragment.body_html()}\n{fragment.foot_html()}"


def grade_of(usage_key: UsageKey, user: str | Person = "ann") -> tuple[float, float] | None:
    """(earned, possible) as published, or None."""
    row = Grade.objects.filter(usage_key=str(usage_key), user=who(user)).first()
    return (row.earned, row.possible) if row else None


def weighted_grade_of(usage_key: UsageKey, user: str | Person = "ann") -> tuple[float, float] | None:
    """(earned, possible) as the Progress page shows it, or None."""
    row = Grade.objects.filter(usage_key=str(usage_key), user=who(user)).first()
    return (row.weighted_earned, row.weighted_possible) if row else None


def completion_of(usage_key: UsageKey, user: str | Person = "ann") -> float | None:
    """How much is done, 0..1, or None when nothing was published."""
    found = Completion.objects.filter(usage_key=str(usage_key), user=who(user)).values_list("completion", flat=True)
    return next(iter(found), None)


def recorded(kind: str, usage_key: UsageKey | None = None, user: str | Person | None = None) -> list[tuple[str, Any]]:
    """(name, payload) of what was recorded, in order; kind is grade, completion, tracking, signal or ignored."""
    rows: Any = Recorded.objects.filter(kind=kind)
    if usage_key is not None:
        rows = rows.filter(usage_key=str(usage_key))
    if user is not None:
        rows = rows.filter(user=who(user) if user else None)
    return [(row.name, row.payload) for row in rows]


def tracking(usage_key: UsageKey | None = None, user: str | Person | None = None) -> list[tuple[str, Any]]:
    """(name, payload) of the tracking events."""
    return recorded("tracking", usage_key, user)


def signals(usage_key: UsageKey | None = None, user: str | Person | None = None) -> list[tuple[str, Any]]:
    """(event type, payload) of the public signals."""
    return recorded("signal", usage_key, user)


def state_of(usage_key: UsageKey, user: str | Person = "ann") -> dict[str, Any]:
    """The learner's user_state fields as they lie in the database."""
    row = FieldState.objects.filter(scope="user_state", block_id=str(usage_key), user_id=who(user).pk).first()
    fields: dict[str, Any] = json.loads(row.state) if row else {}
    return fields


def export(usage_key: UsageKey) -> str:
    """The block as OLX."""
    return olx.export(usage_key, who("team")).decode()


def import_olx(usage_key: UsageKey, text: str) -> None:
    """Replace the block's content."""
    olx.replace(usage_key, olx.read(text), who("team"))


def duplicate(usage_key: UsageKey) -> UsageKey:
    """A copy of the block."""
    return olx.duplicate(usage_key, who("team"))


def delete_state(usage_key: UsageKey, user: str | Person = "ann") -> None:
    """As the instructor's "delete learner state"."""
    grading.delete_state(usage_key, who(user), who("team"))


def rescore(usage_key: UsageKey, user: str | Person = "ann", only_if_higher: bool = False) -> None:
    """As the instructor's "rescore"."""
    grading.rescore(usage_key, who(user), only_if_higher)


def override_score(usage_key: UsageKey, score: float, user: str | Person = "ann") -> None:
    """As the instructor's "override score"; in weighted points."""
    grading.override_score(usage_key, who(user), score)


def learners() -> list[User]:
    """The three learners."""
    return [person(name) for name in ("ann", "bob", "carol")]
