"""Recording a review: into the log, the learner's card, and when to look at the learner again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from xblocks.base.repeating import repeated
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.nudge import announcing, catalogue, models
from xblocks.nudge.activity import ACTED_WITHIN, note_acted, note_activity, note_past_activity
from xblocks.nudge.holdout import is_held_out
from xblocks.nudge.memory import Memory, Rating, rating_of, rebuilt, recall, reviewed
from xblocks.nudge.own_dates import own, to_keep
from xblocks.nudge.planning import due_of, horizon_of
from xblocks.nudge.reviewed import QUIZ, Reviewed
from xblocks.nudge.rows import moment

SALT = "microunits.nudge.holdout"


@repeated
def record(review: Reviewed) -> models.Card:
    """Keep a review. What arrives twice is one review; what arrives late takes its place in the log.

    Four statements for a learner and a question that are known, which is nearly always; one more for the first answer
    after a message.
    """
    with transaction.atomic():
        if not _note_activity(review):
            models.Learner.objects.get_or_create(source=review.source, external_id=review.external_id)
            _note_activity(review)
        found = _found(review)
        if found is None:
            _make_known(review)
            found = _found(review)
            assert found is not None
        if not found.is_participating:
            _participate(found, review)
        is_news = review.origin == QUIZ and review.recorded_at is None
        if is_news and found.content_hash != review.content_hash:
            catalogue.refresh_quiz(found.course, review.usage_key)
        if found.memory is not None and review.when <= found.memory.last_review:
            card = _insert_late(found, review)
        else:
            memory = reviewed(found.memory, review.rating, review.when)
            card = _write_card(found, memory, review, found.reviews + 1)
            models.Review.objects.bulk_create([_row(found, review, found.memory)])
            announcing.recorded(review, is_first=found.memory is None)
        note_acted(found.answers_messages, review.when)
        return card


def review_of(answer: QuestionAnsweredData, recorded_at: datetime | None = None) -> Reviewed:
    """The review that an answer in a quiz is."""
    return Reviewed(
        source=answer.learner.source,
        external_id=answer.learner.external_id,
        course_key=answer.course_key,
        usage_key=answer.usage_key,
        question_id=answer.question_id,
        question_type=answer.question_type,
        content_hash=answer.content_hash,
        rating=rating_of(
            answer.score, hints_used=answer.hints_used, confidence=answer.confidence, rating=answer.rating
        ),
        when=answer.answered_at,
        withheld_until=answer.withheld_until,
        closes_at=answer.closes_at,
        recorded_at=recorded_at,
        origin=QUIZ,
        attempt=answer.attempt,
        elapsed_ms=answer.elapsed_ms,
    )


def _note_activity(review: Reviewed) -> bool:
    if review.recorded_at is None:
        return note_activity(review.source, review.external_id, review.when)
    return note_past_activity(review.source, review.external_id, review.when, review.recorded_at)


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is when a review comes.

    Attributes:
        answers_messages: lines of the ledger to which it is the first answer: about its course and of the days before
            it, or of the message that led to it, however long ago.
    """

    learner_id: int
    question_id: int
    content_hash: str
    course: models.Course
    is_participating: bool
    card_id: int | None
    reviews: int
    memory: Memory | None
    attempts: int
    withheld_until: datetime | None
    closes_at: datetime | None
    is_earned: bool
    own_withheld: datetime | None
    own_closes: datetime | None
    answers_messages: tuple[int, ...]


_FIND = """
SELECT l.id, q.id, q.content_hash, c.id, c.target_at, c.ends_at, c.retention, c.tail, c.holdout_share, p.id,
       k.id, k.reviews, k.stability, k.difficulty, k.last_review_at, q.attempts, q.withheld_until, q.closes_at,
       k.is_earned, k.withheld_until, k.closes_at,
       (SELECT {all_ids} FROM {nudgecourse} m JOIN {nudge} n ON n.id = m.nudge_id
        WHERE m.course_id = c.id AND n.learner_id = l.id AND n.sent_at <= %s AND (n.sent_at > %s OR n.id = %s)
              AND (m.acted_at IS NULL OR m.acted_at > %s))
FROM {question} q
JOIN {course} c ON c.id = q.course_id
JOIN {learner} l ON l.source = %s AND l.external_id = %s
LEFT JOIN {card} k ON k.question_id = q.id AND k.learner_id = l.id
LEFT JOIN {participation} p ON p.course_id = c.id AND p.learner_id = l.id
WHERE q.usage_key = %s AND q.question_id = %s
"""
"""By hand: one statement finds everything, which Django's own joins would need five for."""
_ALL_IDS = {"postgresql": "STRING_AGG(m.id::text, ',')"}


_LOOKED_AT: tuple[type[Model], ...] = (
    models.Question,
    models.Course,
    models.Learner,
    models.Card,
    models.Participation,
    models.Nudge,
    models.NudgeCourse,
)


def _found(review: Reviewed) -> _Found | None:
    tables = {str(model._meta.model_name): connection.ops.quote_name(model._meta.db_table) for model in _LOOKED_AT}
    all_ids = _ALL_IDS.get(connection.vendor, "GROUP_CONCAT(m.id)")
    when, recently = moment(review.when), moment(review.when - ACTED_WITHIN)
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND.format(**tables, all_ids=all_ids),
            [
                *(when, recently, review.nudge_id, when),
                *(review.source, review.external_id, str(review.usage_key), review.question_id),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    learner, question, content_hash, course, target, ends, retention, tail, share, participation = row[:10]
    card, reviews, stability, difficulty, last, attempts, withheld, closes = row[10:18]
    is_earned, own_withheld, own_closes, messages = row[18:]
    return _Found(
        learner_id=learner,
        question_id=question,
        content_hash=content_hash,
        course=models.Course(
            id=course,
            course_key=review.course_key,
            target_at=_moment("target_at", target),
            ends_at=_moment("ends_at", ends),
            retention=retention,
            tail=_value(models.Course, "tail", tail),
            holdout_share=share,
        ),
        is_participating=participation is not None,
        card_id=card,
        reviews=reviews or 0,
        memory=None if card is None else Memory(stability, difficulty, _moment("ends_at", last)),
        attempts=attempts,
        withheld_until=_moment("ends_at", withheld),
        closes_at=_moment("ends_at", closes),
        is_earned=bool(is_earned),
        own_withheld=_moment("ends_at", own_withheld),
        own_closes=_moment("ends_at", own_closes),
        answers_messages=tuple(map(int, messages.split(","))) if messages else (),
    )


def _moment(name: str, value: Any) -> Any:
    return _value(models.Course, name, value)


def _value(model: Any, name: str, value: Any) -> Any:
    """A column as Django reads it: databases differ in how they give times and JSON."""
    field = model._meta.get_field(name)
    converters = [*connection.ops.get_db_converters(field.get_col("")), *field.get_db_converters(connection)]
    for convert in converters:
        value = convert(value, field.get_col(""), connection)
    return value


def _make_known(review: Reviewed) -> None:
    """The rows that a first answer needs."""
    course, is_new = models.Course.objects.get_or_create(course_key=review.course_key)
    if is_new:
        catalogue.refresh_facts(course)
    catalogue.make_known(course, review.usage_key, review.question_id, review.content_hash, review.question_type)


def _participate(found: _Found, review: Reviewed) -> None:
    held_out = is_held_out(
        str(review.course_key), f"{review.source}:{review.external_id}", found.course.holdout_share, SALT
    )
    models.Participation.objects.get_or_create(
        learner_id=found.learner_id,
        course_id=found.course.pk,
        defaults={"is_held_out": held_out, "began_at": review.when},
    )


def _row(found: _Found, review: Reviewed, memory: Memory | None) -> models.Review:
    """The line of the log; `memory` is what was remembered right before it."""
    return models.Review(
        learner_id=found.learner_id,
        question_id=found.question_id,
        rating=int(review.rating),
        reviewed_at=review.when,
        origin=review.origin,
        recall_before=None if memory is None else recall(memory, review.when),
        content_hash=review.content_hash,
        elapsed_ms=review.elapsed_ms,
        nudge_id=review.nudge_id,
    )


_CHANGES = (
    "stability",
    "difficulty",
    "last_review_at",
    "due_at",
    "reviews",
    "is_earned",
    "withheld_until",
    "closes_at",
)
"""What a review changes of a card."""
_BEGUN = ("hints_taken", "is_turned")
"""What it ends: the practice that was under way, if the review is not from before it."""


def _write_card(found: _Found, memory: Memory, review: Reviewed, reviews: int) -> models.Card:
    used_up = 0 < found.attempts <= review.attempt
    is_earned = found.is_earned or review.rating > Rating.AGAIN or used_up
    withheld, closes = _own_dates(found, memory, review)
    due = due_of(
        memory,
        horizon_of(found.course),
        max(memory.last_review, review.recorded_at or review.when),
        attempts=found.attempts,
        closes_at=own(found.closes_at, closes),
        is_earned=is_earned,
    )
    card = models.Card(
        pk=found.card_id,
        learner_id=found.learner_id,
        question_id=found.question_id,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review_at=memory.last_review,
        due_at=due,
        reviews=reviews,
        is_earned=is_earned,
        hints_taken=0,
        is_turned=False,
        withheld_until=withheld,
        closes_at=closes,
    )
    if found.card_id is None:
        models.Card.objects.bulk_create([card])
    else:
        changes = _CHANGES if memory.last_review > review.when else (*_CHANGES, *_BEGUN)
        models.Card.objects.filter(pk=found.card_id).update(**{name: getattr(card, name) for name in changes})
    return card


def _own_dates(found: _Found, memory: Memory, review: Reviewed) -> tuple[datetime | None, datetime | None]:
    """The learner's own dates of the quiz: as they were at the last answer there, if they differ from everybody's."""
    if review.origin != QUIZ or review.recorded_at is not None or memory.last_review > review.when:
        return found.own_withheld, found.own_closes
    return to_keep(found.withheld_until, review.withheld_until), to_keep(found.closes_at, review.closes_at)


def _insert_late(found: _Found, review: Reviewed) -> models.Card:
    """A review from before the last one (a queue gave it back late, or twice): the card is rebuilt from the log."""
    rows = models.Review.objects.filter(learner_id=found.learner_id, question_id=found.question_id)
    log = [(Rating(rating), when) for rating, when in rows.values_list("rating", "reviewed_at")]
    if any(when == review.when for _rating, when in log):
        kept: models.Card = models.Card.objects.get(learner_id=found.learner_id, question_id=found.question_id)
        return kept
    before = rebuilt(one for one in log if one[1] < review.when)
    models.Review.objects.bulk_create([_row(found, review, before)])
    announcing.recorded(review, is_first=before is None)
    memory = rebuilt([*log, (review.rating, review.when)])
    assert memory is not None
    return _write_card(found, memory, review, len(log) + 1)
