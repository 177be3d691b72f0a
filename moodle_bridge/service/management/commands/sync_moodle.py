"""`manage.py sync_moodle`: the configured exports into Moodle, as `moodle-bridge sync` does it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moodle_bridge.errors import BridgeError
from moodle_bridge.service.leases import InHandsError
from moodle_bridge.service.settings_reading import configuration
from moodle_bridge.service.syncing import sync_course
from xblocks.base.problems import ContentError


class Command(BaseCommand):
    """One sync of each course."""

    help = "Bring courses in Moodle in step with their exports. Nothing that was edited there is overwritten unasked."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("courses", nargs="+", metavar="COURSE", help="courses of the configuration")

    def handle(self, *args: Any, courses: list[str], **options: Any) -> None:
        """Sync, and say what was done."""
        failed = [name for name in courses if not self._sync(name)]
        if failed:
            raise CommandError(f"Not in step: {', '.join(failed)}.")

    def _sync(self, name: str) -> bool:
        try:
            synced = sync_course(configuration(), name)
        except InHandsError as error:
            self.stdout.write(f"{name}: {error}")
            return True
        except (BridgeError, ContentError) as error:
            self.stderr.write(f"{name}: {error}")
            return False
        self.stdout.write(f"{name}: {synced.summary}")
        if synced.conflicts:
            self.stdout.write(f"  Changed on both sides; see: moodle-bridge plan {name}")
        for title, problem in synced.failed.items():
            self.stderr.write(f"  {title}: {problem}")
        return not synced.failed
