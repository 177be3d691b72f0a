"""The questions that may come back, kept as they are published: edited ones are asked anew, removed ones no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.nudge import errands, models
from xblocks.nudge.groups import as_kept

QUIZ_TYPE = "microquiz"


def refresh_facts(course: models.Course) -> None:
    """Ask the platform again what a course is called and when it ends."""
    facts, now, ended = platform().course(course.course_key), platform().now(), course.ends_at
    if facts is None:
        # A course that is gone has ended.
        course.ends_at = course.ends_at or now
    else:
        course.name, course.starts_at, course.ends_at = facts.name[:255], facts.starts_at, facts.ends_at
    course.facts_at = now
    with transaction.atomic():
        course.save(update_fields=["name", "starts_at", "ends_at", "facts_at"])
        if course.ends_at != ended:
            errands.ask([course.pk], models.Task.PLAN, now)


def make_known(
    course: models.Course, usage_key: UsageKey, question_id: str, content_hash: str, question_type: str
) -> None:
    """A row for a question that was answered for the first time, with what its quiz says about it."""
    models.Question.objects.get_or_create(
        usage_key=usage_key,
        question_id=question_id,
        defaults={"course": course, "content_hash": content_hash, "type": question_type},
    )
    refresh_quiz(course, usage_key)


def refresh_quiz(course: models.Course, usage_key: UsageKey) -> None:
    """Bring the known questions of one quiz up to date."""
    block = platform().block(usage_key)
    published = [] if block is None else microquiz.published_questions(block, platform().now())
    _refresh(models.Question.objects.filter(course=course, usage_key=usage_key), published)


def refresh_course(course: models.Course) -> None:
    """Bring a course up to date: its name, its end, and all questions that are known. Safe to run twice."""
    with errands.seen_to(course, models.Task.REFRESH):
        refresh_facts(course)
        blocks = platform().blocks(course.course_key, QUIZ_TYPE)
        published = [one for block in blocks for one in microquiz.published_questions(block, platform().now())]
        _refresh(models.Question.objects.filter(course=course), published)


def _refresh(known: Iterable[models.Question], published: list[microquiz.PublishedQuestion]) -> None:
    by_key = {(one.usage_key, one.question.id): one for one in published}
    changed, asked, to_plan = [], [], set()
    for row in known:
        now = by_key.get((row.usage_key, row.question_id))
        before, came = _values(row), _values(row, _WHEN)
        if now is None:
            # The cards stay: a question that comes back, after a mistake, is remembered as before.
            row.is_retired = True
        else:
            row.content_hash, row.type, row.tags = now.content_hash, now.question.type, list(now.question.tags)
            row.is_retired = now.is_hidden
            row.withheld_until, row.closes_at, row.attempts = now.withheld_until, now.closes_at, now.attempts
            row.shows_answer, row.earns_answer = now.shows_answer, now.earns_answer
            row.groups, row.is_restricted = as_kept(now.groups), bool(now.groups)
            asked.append(now)
        if _values(row) != before:
            changed.append(row)
        if _values(row, _WHEN) != came:
            to_plan.add(row.course_id)
    with transaction.atomic():
        # Whoever waited for something that was hidden until now is looked at when the course is planned.
        errands.ask(to_plan, models.Task.PLAN, platform().now())
        models.Question.objects.bulk_update(changed, _COLUMNS, batch_size=200)
        microquiz.keep_published(asked, platform().now())


_WHEN = ("is_retired", "withheld_until", "closes_at", "attempts", "groups")
"""What says when a question may come, and to whom."""
_COLUMNS = ("content_hash", "type", "tags", *_WHEN, "is_restricted", "shows_answer", "earns_answer")


def _values(row: models.Question, columns: Sequence[str] = _COLUMNS) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in columns)
