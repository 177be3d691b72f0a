"""An attempt in Moodle as reviews of our memory: each answer once, whoever's it turns out to be."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import OperationalError, transaction
from opaque_keys.edx.keys import UsageKey

from moodle_bridge.results import Result, results_of, unknown_in
from moodle_bridge.service.courses import Published
from moodle_bridge.service.models import Account, Attempt, Link
from moodle_bridge.service.people import identity
from moodle_bridge.shapes import Json
from xblocks.base.platform import platform
from xblocks.nudge import api as nudge

log = logging.getLogger(__name__)

ORIGIN = "moodle"
TRIES = 4


@dataclass(slots=True)
class Recorded:
    """What came of attempts.

    Attributes:
        attempts: that were new, or not the same as before.
        reviews: answers in them; some may have been reviews already.
        unknown: answers to questions that the course does not have (any more).
    """

    attempts: int = 0
    reviews: int = 0
    unknown: int = 0


def record(
    link: Link, attempts: Sequence[Mapping[str, Json]], questions: Mapping[str, Published], recorded: Recorded
) -> set[int]:
    """Keep the reviews of attempts; whose they are. What was kept before is passed over."""
    asked = {name: one.asked for name, one in questions.items()}
    found = {attempt["attemptid"]: (attempt, list(results_of(attempt, asked))) for attempt in attempts}
    kept = dict(Attempt.objects.filter(site=link.site_id, attempt__in=list(found)).values_list("attempt", "mark"))
    users = set()
    for number, (attempt, results) in found.items():
        mark = _mark(results)
        if kept.get(number) == mark:
            continue
        if results:
            _record_one(link, attempt["userid"], number, results, questions, mark)
            users.add(attempt["userid"])
        recorded.attempts += 1
        recorded.reviews += len(results)
        recorded.unknown += unknown_in(attempt, asked)
    return users


def _mark(results: Sequence[Result]) -> str:
    return hashlib.sha256(" ".join(one.mark for one in results).encode()).hexdigest()[:32]


def _record_one(
    link: Link, user: int, number: int, results: Sequence[Result], questions: Mapping[str, Published], mark: str
) -> None:
    """All reviews of an attempt, or none: whoever is killed here finds it undone."""
    by_id = {(one.asked.usage_key, one.asked.question_id): one for one in questions.values()}
    Account.objects.get_or_create(site_id=link.site_id, user=user)
    for again in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                # Whose it is does not change meanwhile (`people.join`).
                account = Account.objects.select_for_update().get(site_id=link.site_id, user=user)
                account.site = link.site
                for one in results:
                    _review(account, one, by_id[one.usage_key, one.question_id])
                row = Attempt(site_id=link.site_id, attempt=number, mark=mark)
                Attempt.objects.bulk_create([row], ignore_conflicts=True)
                Attempt.objects.filter(site_id=link.site_id, attempt=number).update(mark=mark)
            return
        except OperationalError:
            # Another worker went first, as databases have it.
            if not again:
                raise
            log.warning("Attempt %s is recorded once more.", number)


def _review(account: Account, one: Result, question: Published) -> None:
    nudge.record_review_from(
        identity(account),
        UsageKey.from_string(one.usage_key),
        one.question_id,
        one.rating,
        one.answered_at,
        origin=ORIGIN,
        content_hash=question.content_hash,
        question_type=question.type,
        recorded_at=platform().now(),
        elapsed_ms=one.elapsed_ms,
    )
