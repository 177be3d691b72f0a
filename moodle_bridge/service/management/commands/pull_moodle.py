"""`manage.py pull_moodle`: results, learners and due dates of every Moodle, for cron; every five minutes is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moodle_bridge.errors import BridgeError
from moodle_bridge.service import people, pulling
from moodle_bridge.service.courses import site_row
from moodle_bridge.service.leases import InHandsError
from moodle_bridge.service.pulling import Pulled
from moodle_bridge.service.settings_reading import client_of, configuration


class Command(BaseCommand):
    """One pull of each site."""

    help = "Read what learners did in Moodle since the last time. Safe to run as often as you like, also twice at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("sites", nargs="*", metavar="SITE", help="only these sites of the configuration")
        parser.add_argument("--unmatched", action="store_true", help="name the learners whom nobody knows here")

    def handle(self, *args: Any, sites: list[str], unmatched: bool = False, **options: Any) -> None:
        """Pull, and say what came of it; one site that cannot be read does not keep the others from being read."""
        try:
            known = configuration()
        except BridgeError as error:
            raise CommandError(str(error)) from error
        missing = sorted(set(sites) - known.sites.keys())
        if missing:
            raise CommandError(f"There is no site {missing[0]}; there are: {', '.join(known.sites)}.")
        failed = [name for name in sites or known.sites if not self._pull(known, name, unmatched)]
        if failed:
            raise CommandError(f"Could not be read to the end: {', '.join(failed)}.")

    def _pull(self, known: Any, name: str, names_unmatched: bool) -> bool:
        site = known.sites[name]
        try:
            with client_of(site) as client:
                pulled = pulling.pull_site(known, site, client)
        except InHandsError as error:
            self.stdout.write(f"{name}: {error}")
            return True
        except BridgeError as error:
            self.stderr.write(f"{name}: {error}")
            return False
        recorded = pulled.recorded
        self.stdout.write(f"{name}: {recorded.reviews} answers from {recorded.attempts} attempts.")
        if recorded.unknown:
            self.stdout.write(f"  {recorded.unknown} answers are to questions that the course does not have any more.")
        for line in _told(pulled):
            self.stdout.write(f"  {line}")
        if pulled.unmatched:
            self.stdout.write(f"  {pulled.unmatched} learners have no account here that is known.")
        if names_unmatched:
            for account in people.unmatched(site_row(site)):
                self.stdout.write(f"    {account.username} (id {account.user} in Moodle)")
        for course, problem in pulled.problems.items():
            self.stderr.write(f"  {course}: {problem}")
        return not pulled.problems


def _told(pulled: Pulled) -> Iterator[str]:
    """What else came of it, in lines."""
    if pulled.learners:
        yield f"{pulled.learners} learners read, {pulled.matched} newly matched."
    if pulled.earned:
        yield f"{pulled.earned} badges were earned by it."
    if pulled.prepared:
        yield f"{pulled.prepared} times somebody marked a workshop as prepared, or took it back."
    if pulled.reflections:
        yield f"{pulled.reflections} times somebody handed in a reflection."
    if pulled.kept:
        yield f"{pulled.kept} reflections are kept for who wrote them."
    for what, number in sorted(pulled.sessions.items()):
        yield f"sessions that were moved here, {what.replace('_', ' ')}: {number}"
    for what, number in sorted(pulled.awards.items()):
        yield f"badges of learners there, {what}: {number}"
    for what, number in sorted(pulled.dates.items()):
        yield f"dates in calendars, {what.replace('_', ' ')}: {number}"
