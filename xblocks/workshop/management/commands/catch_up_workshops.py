"""`manage.py catch_up_workshops`: do what a queue lost, or read one course now; for cron, every ten minutes or so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.workshop import catching_up, publishing


class Command(BaseCommand):
    """Catch up."""

    help = (
        "Workshops are read whenever a course is published, learners are told when a session moves, and reminders"
        " follow all that changes. This finds what was lost of it, and hands it to the workers again; or reads one"
        " course at once. Safe to run as often as you like."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("--course", default="", help="read this course now, by its key")

    def handle(self, *args: Any, course: str = "", **options: Any) -> None:
        """Catch up, and say what was done."""
        if not course:
            now = platform().now()
            given = catching_up.hand_out(now)
            catching_up.follow(now)
            self.stdout.write(
                f"Courses handed out again: {given.courses}. Learners to be told or reminded anew: {given.people}."
                f" Workshops asked who takes part: {given.workshops}."
            )
            return
        try:
            course_key = CourseKey.from_string(course)
        except InvalidKeyError as error:
            raise CommandError(f"{course} is no key of a course; write it as course-v1:Org+Course+Run.") from error
        publishing.publish(course_key, platform().now())
        self.stdout.write(f"The workshops of {course_key} are read.")
