"""`manage.py carry_badges`: what was awarded and revoked here, in Moodle too; `pull_moodle` does it as well."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moodle_bridge.errors import BridgeError
from moodle_bridge.service import awards
from moodle_bridge.service.courses import link_rows, site_row
from moodle_bridge.service.settings_reading import client_of, configuration


class Command(BaseCommand):
    """Every badge that is not there yet."""

    help = "Carry badges of learners to Moodle. Safe to run as often as you like: each is awarded once."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("sites", nargs="*", metavar="SITE", help="only these sites of the configuration")

    def handle(self, *args: Any, sites: list[str], **options: Any) -> None:
        """Carry them, and say what was done; one site that cannot be reached does not keep the others from it."""
        try:
            known = configuration()
        except BridgeError as error:
            raise CommandError(str(error)) from error
        missing = sorted(set(sites) - known.sites.keys())
        if missing:
            raise CommandError(f"There is no site {missing[0]}; there are: {', '.join(known.sites)}.")
        failed = [name for name in sites or known.sites if not self._carry(known, name)]
        if failed:
            raise CommandError(f"Not all could be carried: {', '.join(failed)}.")

    def _carry(self, known: Any, name: str) -> bool:
        counted: Counter[str] = Counter()
        try:
            with client_of(known.sites[name]) as client:
                for link in link_rows(known, site_row(known.sites[name])):
                    counted.update(awards.carry_all(client, link))
        except BridgeError as error:
            self.stderr.write(f"{name}: {error}")
            return False
        told = ", ".join(f"{number} {what}" for what, number in sorted(counted.items()))
        self.stdout.write(f"{name}: {told or 'nothing to carry'}.")
        return not counted["failed"]
