"""`manage.py publish_badges`: read the badges of courses whose reading was lost, or of one course now; for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import publishing, tasks
from xblocks.base.platform import platform


class Command(BaseCommand):
    """Read what is to be read."""

    help = (
        "Badges are read whenever a course is published. This finds the courses for which that was lost, and hands"
        " them to the workers again; or reads one course at once. Safe to run as often as you like."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("--course", default="", help="read this course now, by its key")

    def handle(self, *args: Any, course: str = "", **options: Any) -> None:
        """Read, and say what was done."""
        if not course:
            self.stdout.write(f"Courses handed out again: {tasks.see_to_courses()}.")
            return
        try:
            course_key = CourseKey.from_string(course)
        except InvalidKeyError as error:
            raise CommandError(f"{course} is no key of a course; write it as course-v1:Org+Course+Run.") from error
        awarded = publishing.publish(course_key, platform().now())
        self.stdout.write(f"The badges of {course_key} are read; {awarded} awards for what was done before.")
