"""Load the demo courses that are not in the database yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from devstack.serving import load_courses


class Command(BaseCommand):
    """Load courses from files; one that is in the database already is left as it is."""

    help = "Load the courses of devstack/course that are not in the database yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was loaded, and what could not be."""
        for line in load_courses():
            self.stdout.write(line)
