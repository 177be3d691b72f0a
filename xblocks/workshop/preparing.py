"""What learners prepare: ticked by themselves, answered for the facilitator, or done in a quiz."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.accounts import user_id_of
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.repeating import repeated
from xblocks.base.sanitise import clean_text
from xblocks.microquiz import api as microquiz
from xblocks.workshop import announcing, models, reading, taking_part, telling
from xblocks.workshop.plan import Completes, Item, ItemKind
from xblocks.workshop.preparation import Progress, progress

LONGEST_ANSWER = 5000


class PreparationError(ValueError):
    """What somebody wants to note cannot be noted; the message is a sentence of the catalogue."""


NOT_ASKED = N_("This is no longer asked. Load the page again to see what is.")
BY_ITSELF = N_("This is ticked by itself once you have answered every question of the quiz.")
TOO_LONG = N_("This is longer than fits. Keep it under 5000 characters.")


def tick(participant: models.Participant, item_id: str, *, is_done: bool, now: datetime) -> Progress:
    """Note something as done, or as not.

    Raises:
        PreparationError
    """
    item = _item(participant, item_id, (ItemKind.TICK, ItemKind.READ))
    return _note(participant, {item.id: ("", now if is_done else None)}, now)


def answer(participant: models.Participant, item_id: str, text: str, now: datetime) -> Progress:
    """Keep an answer for the facilitator; an empty one takes it back.

    Raises:
        PreparationError
    """
    item = _item(participant, item_id, (ItemKind.QUESTION,))
    kept = clean_text(text).strip()
    if len(kept) > LONGEST_ANSWER:
        raise PreparationError(TOO_LONG)
    return _note(participant, {item.id: (kept, now if kept else None)}, now)


def _item(participant: models.Participant, item_id: str, kinds: Collection[ItemKind]) -> Item:
    for item in reading.plan_of(participant.workshop).items:
        if item.id == item_id and item.kind in kinds:
            return item
        if item.id == item_id and item.kind is ItemKind.QUIZ:
            raise PreparationError(BY_ITSELF)
    raise PreparationError(NOT_ASKED)


def note_done(participant: models.Participant, item_ids: Collection[str], at: datetime) -> None:
    """Note as done what of these is not; what was done, or answered, stays as it was."""

    def write() -> bool:
        rows = [models.Done(participant=participant, item_id=one) for one in item_ids]
        models.Done.objects.bulk_create(rows, ignore_conflicts=True)
        return bool(participant.done.filter(item_id__in=item_ids, done_at=None).update(done_at=at))

    _write(participant, write, at)


def take_back(participant: models.Participant, item_ids: Collection[str], said_at: datetime, at: datetime) -> None:
    """Note as not done what of these was noted as done at a moment, and not answered."""

    def write() -> bool:
        theirs = participant.done.filter(item_id__in=item_ids, done_at=said_at, text="")
        return bool(theirs.update(done_at=None))

    _write(participant, write, at)


def look_anew(participant: models.Participant, now: datetime) -> Progress:
    """See whether all is done by now, after what was done changed by other ways."""
    return _note(participant, {}, now)


def _note(participant: models.Participant, noted: dict[str, tuple[str, datetime | None]], now: datetime) -> Progress:
    def write() -> bool:
        for item_id, (text, at) in noted.items():
            models.Done.objects.update_or_create(
                participant=participant, item_id=item_id, defaults={"text": text, "done_at": at}
            )
        return True

    return _write(participant, write, now)


@repeated
def _write(participant: models.Participant, write: Callable[[], bool], now: datetime) -> Progress:
    """Change what somebody did, and see what comes of it; `write` says whether it changed anything."""
    with transaction.atomic():
        held = models.Participant.objects.select_for_update().filter(pk=participant.pk)
        prepared_at = held.values_list("prepared_at", flat=True).get()
        is_changed = write()
        found = progress_of(participant)
        if found.is_ready and prepared_at is None:
            participant.prepared_at = now
            held.update(prepared_at=now, noted_at=platform().now())
            announcing.prepared(participant, now)
            if reading.plan_of(participant.workshop).completes is Completes.PREPARED:
                transaction.on_commit(lambda: taking_part.complete(participant), robust=True)
        if is_changed:
            telling.follow_up(participant.workshop_id, [participant.pk])
    return found


def done_by(participant: models.Participant) -> set[str]:
    """Ids of the items that a learner did."""
    return set(participant.done.exclude(done_at=None).values_list("item_id", flat=True))


def progress_of(participant: models.Participant) -> Progress:
    """How far a learner is."""
    return progress(reading.plan_of(participant.workshop).items, done_by(participant))


# --- Quizzes


def look_at_quiz(source: str, external_id: str, course_key: CourseKey, quiz: UsageKey, now: datetime) -> None:
    """Tick the items that a quiz stands for, in every workshop of its course, once all of it was answered."""
    rows = models.Participant.objects.filter(
        workshop__course_key=course_key,
        workshop__is_retired=False,
        person__source=source,
        person__external_id=external_id,
    )
    for participant in rows.select_related("workshop", "person"):
        tick_quizzes(participant, now, quiz)


def tick_quizzes(participant: models.Participant, now: datetime, quiz: UsageKey | None = None) -> None:
    """Tick what was done in quizzes, of one or of all that a workshop asks for."""
    done = done_by(participant)
    for item in reading.plan_of(participant.workshop).items:
        key = reading.block_of(participant.workshop, item.block) if item.kind is ItemKind.QUIZ else None
        if key is None or item.id in done or quiz not in (None, key):
            continue
        if is_answered(participant.person, key, now):
            _note(participant, {item.id: ("", now)}, now)


def is_answered(person: models.Person, quiz: UsageKey, now: datetime) -> bool:
    """Whether somebody answered every question that a quiz has now."""
    user_id = user_id_of(person.source, person.external_id)
    block = platform().block(quiz) if user_id is not None else None
    if block is None or user_id is None:
        return False
    asked = {one.question.id for one in microquiz.published_questions(block, now)}
    answered = {one.question_id for one in microquiz.answers_of(quiz, [user_id]).get(user_id, ())}
    return bool(asked) and asked <= answered
