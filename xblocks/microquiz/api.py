"""The only door to what the micro-quiz keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.microquiz import models
from xblocks.microquiz.announcing import announced
from xblocks.microquiz.best_scores import best_scores
from xblocks.microquiz.content import encode, read
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.microquiz.logbook import (
    FIELDS,
    LoggedAnswer,
    answers_of,
    last_logged,
    logged_answers,
    logged_answers_of,
    who_answered,
)
from xblocks.microquiz.play import Answer
from xblocks.microquiz.published import FOREVER, Dates, PublishedQuestion, dates_of, published_questions, secret_until
from xblocks.microquiz.questions import Question

__all__ = [
    "FOREVER",
    "Dates",
    "LogMovedError",
    "LoggedAnswer",
    "PublishedQuestion",
    "all_answers",
    "announced_again",
    "answers_after",
    "answers_of",
    "best_scores",
    "dates_of",
    "export_learner",
    "forget_answers",
    "forget_learner",
    "forget_what_is_kept",
    "get_question",
    "get_questions",
    "keep_published",
    "last_logged",
    "logged_answers",
    "logged_answers_of",
    "published_questions",
    "questions_answered",
    "record_answers",
    "regrade_answers",
    "secret_until",
    "who_answered",
]


class LogMovedError(Exception):
    """The log is not what the caller thought: another answer took the number first, or what went before was deleted.

    Read it again (`answers_after`).
    """


def record_answers(
    user_id: int, usage_key: UsageKey, course_key: CourseKey, answers: Sequence[Answer], asked: Mapping[str, Question]
) -> None:
    """Append answers to a learner's log of a quiz, and keep the content of the questions. At most three statements.

    Args:
        asked: the questions that were answered, by content hash.

    Raises:
        LogMovedError: when a number is taken, or the answer before these is gone: then the learner's state was deleted
            meanwhile, and nothing of it may come back. The transaction around this is broken then and must be left.
    """
    _hold(user_id, usage_key, answers[0].seq - 1)
    rows = [
        models.Answer(
            user_id=user_id,
            usage_key=usage_key,
            course_key=course_key,
            **{name: getattr(one, name) for name in FIELDS},
        )
        for one in answers
    ]
    try:
        models.Answer.objects.bulk_create(rows)
    except IntegrityError as error:
        raise LogMovedError from error
    _keep_contents(asked, answers[0].answered_at)


_kept: set[str] = set()
"""Hashes that this process knows to be kept: contents are never removed, so most answers need not ask again."""
_MOST_KEPT = 50_000


def _keep_contents(asked: Mapping[str, Question], when: datetime) -> None:
    new = [name for name in asked if name not in _kept]
    if not new:
        return
    rows = [
        models.QuestionContent(content_hash=name, content=encode(asked[name]), first_answered_at=when) for name in new
    ]
    models.QuestionContent.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(lambda: _remember(new))


def _remember(names: Iterable[str]) -> None:
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
    _kept.update(names)


def forget_what_is_kept() -> None:
    """Ask the database again whether a content is kept; for whoever removes contents behind our back, such as tests."""
    _kept.clear()


def _hold(user_id: int, usage_key: UsageKey, seq: int) -> None:
    """Keep the last answer of the log from being deleted until the transaction ends.

    By hand: this runs for every answer, and building the same query each time took a fifth of an answer's time.
    """
    if not seq:
        return
    lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    table = connection.ops.quote_name(models.Answer._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE user_id = %s AND usage_key = %s AND seq = %s {lock}",  # noqa: S608 - our table
            [user_id, str(usage_key), seq],
        )
        if cursor.fetchone() is None:
            raise LogMovedError


def answers_after(user_id: int, usage_key: UsageKey, seq: int = 0) -> list[Answer]:
    """A learner's answers to a quiz after a number of the log, in order.

    Reads what is committed now, even within a transaction that began earlier (a locking read), so call it in one.
    """
    rows = models.Answer.objects.select_for_update().filter(user_id=user_id, usage_key=usage_key, seq__gt=seq)
    return [Answer(**row) for row in rows.order_by("seq").values(*FIELDS)]


def all_answers(user_id: int, usage_key: UsageKey) -> list[Answer]:
    """A learner's answers to a quiz, in order."""
    rows = models.Answer.objects.filter(user_id=user_id, usage_key=usage_key)
    return [Answer(**row) for row in rows.order_by("seq").values(*FIELDS)]


def announced_again(logged: Sequence[LoggedAnswer]) -> list[QuestionAnsweredData]:
    """What was told of answers when they were given, one for each; a statement for all."""
    asked = get_questions(one.answer.content_hash for one in logged) if logged else {}
    return [announced(one.user_id, one.usage_key, asked.get(one.answer.content_hash), one.answer) for one in logged]


def regrade_answers(user_id: int, usage_key: UsageKey, scores: Mapping[int, float]) -> None:
    """Give answers of a learner's log, by their number, other scores, after a mistake in a question was mended."""
    rows = list(models.Answer.objects.filter(user_id=user_id, usage_key=usage_key, seq__in=scores))
    for row in rows:
        row.score = scores[row.seq]
    models.Answer.objects.bulk_update(rows, ["score"])


def forget_answers(user_id: int, usage_key: UsageKey) -> None:
    """Remove a learner's answers to one quiz, so that they can begin anew."""
    models.Answer.objects.filter(user_id=user_id, usage_key=usage_key).delete()


def forget_learner(user_id: int) -> None:
    """Remove everything that is kept of a learner."""
    models.Answer.objects.filter(user_id=user_id).delete()


def export_learner(user_id: int) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a learner, as JSON-ready data, in the order in which it happened."""
    rows = models.Answer.objects.filter(user_id=user_id).order_by("answered_at", "id")
    for row in rows.iterator(chunk_size=2000):
        yield {
            "usage_key": str(row.usage_key),
            "course_key": str(row.course_key),
            **{name: getattr(row, name) for name in FIELDS},
            "answered_at": row.answered_at.isoformat(),
        }


def get_question(content_hash: str) -> Question | None:
    """The question with this content, as it was when it was first answered; None when it never was."""
    row = models.QuestionContent.objects.filter(content_hash=content_hash).first()
    # Only the shape counts here: rules for authors may have become stricter since.
    return read(row.content)[0] if row else None


def get_questions(content_hashes: Iterable[str]) -> dict[str, Question]:
    """The questions with these contents, by hash, in one statement; a content that nobody kept is absent."""
    found = models.QuestionContent.objects.filter(content_hash__in=set(content_hashes))
    read_ones = ((row.content_hash, read(row.content)[0]) for row in found)
    return {name: question for name, question in read_ones if question is not None}


def keep_published(published: Iterable[PublishedQuestion], when: datetime) -> None:
    """Keep the contents of published questions, so that they can be asked outside of their quiz."""
    _keep_contents({one.content_hash: one.question for one in published}, when)


def questions_answered(usage_key: UsageKey) -> dict[str, Question]:
    """Every content that was answered in a quiz, by hash: a few more than the quiz has questions, after edits."""
    hashes = models.Answer.objects.filter(usage_key=usage_key).order_by().values_list("content_hash", flat=True)
    return get_questions(hashes.distinct())
