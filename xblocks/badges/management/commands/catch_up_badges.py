"""`manage.py catch_up_badges`: look for what learners did that no badge has heard of; for cron, every hour or so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import catching_up
from xblocks.base.platform import platform


class Command(BaseCommand):
    """Catch up."""

    help = (
        "Look for what learners did that badges have not heard of, and award what they earn by it: since the last time,"
        " and in courses with new or changed badges from the beginning. Safe to run as often as you like, and to break"
        " off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("--course", default="", help="all of this course from the beginning, by its key")

    def handle(self, *args: Any, course: str = "", verbosity: int = 1, **options: Any) -> None:
        """Catch up, and say what was done."""
        if course:
            self._look_back(_key(course), verbosity)
            return
        now = platform().now()
        for course_key in catching_up.to_look_back(now):
            self._look_back(course_key, verbosity)
        self._say("Since the last time", catching_up.follow(now))

    def _look_back(self, course_key: CourseKey, verbosity: int) -> None:
        caught = catching_up.CaughtUp()
        for caught in catching_up.look_back(course_key):
            if verbosity > 1:
                self.stdout.write(f"{course_key}: {caught.facts} so far.")
        self._say(str(course_key), caught)

    def _say(self, where: str, caught: catching_up.CaughtUp) -> None:
        self.stdout.write(f"{where}: things done that were missing: {caught.facts}. Badges awarded: {caught.awards}.")
        if caught.failed:
            self.stdout.write(f"Not kept for {caught.failed} learners. The log says why; it is looked for again.")


def _key(text: str) -> CourseKey:
    try:
        return CourseKey.from_string(text)
    except InvalidKeyError as error:
        raise CommandError(f"{text} is no key of a course; write it as course-v1:Org+Course+Run.") from error
