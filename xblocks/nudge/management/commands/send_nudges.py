"""`manage.py send_nudges`: one sweep, for cron; every 10 minutes or so is right."""

from __future__ import annotations

import gc
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xblocks.base.platform import platform
from xblocks.nudge import catching_up, delivering, sweeping, tasks


class Command(BaseCommand):
    """One sweep."""

    help = "Decide who should be reminded now, and hand the messages to the workers. Safe to run as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("--here", action="store_true", help="send in this process, without the workers")

    def handle(self, *args: Any, here: bool = False, **options: Any) -> None:
        """Sweep, and say what was done."""
        # What the platform has loaded stays until this process ends; to look through it for garbage again and again
        # would take a tenth of the time.
        gc.freeze()
        # First: who hears of what goes by what is published and planned by now.
        tasks.see_to_courses()
        swept = sweeping.sweep(platform().now(), delivering.deliver if here else tasks.hand_out)
        planned = ", ".join(f"{number} {kind}" for kind, number in sorted(swept.planned.items())) or "none"
        caught = catching_up.follow(platform().now())
        self.stdout.write(f"Looked at {swept.looked_at} learners. Messages: {planned}.")
        for reason, number in swept.not_sent.most_common():
            self.stdout.write(f"  not now, {reason}: {number}")
        if swept.again or swept.uncertain or swept.expired:
            self.stdout.write(
                f"Handed out again: {swept.again}. Uncertain, since a worker died: {swept.uncertain}."
                f" Too late: {swept.expired}."
            )
        if caught.recorded or caught.failed:
            self.stdout.write(f"Answers caught up with: {caught.recorded}. To be tried again: {caught.failed}.")
