"""`manage.py catch_up_reviews`: make reviews of all answers in quizzes that nudging does not know, at once."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.nudge import api
from xblocks.nudge.catching_up import CaughtUp


class Command(BaseCommand):
    """Catch up."""

    help = (
        "Make a review of every answer in a micro-quiz that nudging does not know. send_nudges does that by itself, a"
        " few thousand at a time; this does all of it. Safe to run as often as you like, and to break off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("--course", default="", help="only answers in this course, by its key")
        parser.add_argument("--since", default="", help="only answers given then or later: 2026-09-01, or with a time")

    def handle(self, *args: Any, course: str = "", since: str = "", verbosity: int = 1, **options: Any) -> None:
        """Catch up, and say what was done."""
        caught = CaughtUp()
        for caught in api.catch_up_reviews(course_key=_key(course), since=_moment(since)):
            if verbosity > 1:
                self.stdout.write(f"Read {caught.read} answers so far.")
        self.stdout.write(f"Read {caught.read} answers. Reviews that were missing: {caught.recorded}.")
        if caught.failed:
            self.stdout.write(f"Not recorded: {caught.failed}. The log says why; send_nudges tries them again.")


def _key(text: str) -> CourseKey | None:
    try:
        return CourseKey.from_string(text) if text else None
    except InvalidKeyError as error:
        raise CommandError(f"{text} is no key of a course; write it as course-v1:Org+Course+Run.") from error


def _moment(text: str) -> datetime | None:
    """A moment, in the platform's time zone unless it says another; of a day its first."""
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = parse_datetime(text) if day is None else datetime.combine(day, time.min)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text} is no day; write it as 2026-09-01, or 2026-09-01T08:30.")
    return make_aware(moment) if is_naive(moment) else moment
