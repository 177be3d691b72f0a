"""`manage.py badge_keys`: the keys that badges are signed with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xblocks.badges import issuing, key_ring
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.issuer import address, issuer_id
from xblocks.badges.models import SigningKey
from xblocks.base.platform import platform

UNOPENED = (
    "Keys cannot be opened: the secret that they are encrypted with was changed. Put the old one into"
    " MICROUNITS_BADGE_OLD_SECRETS and run `badge_keys reseal`; if it is lost, run `badge_keys rotate`: badges that"
    " were signed stay good, and what is awarded from then on is signed with new keys."
)


class Command(BaseCommand):
    """Make, rotate, list, withdraw, reseal; sign what waits."""

    help = (
        "The keys that badges are signed with. make: those that are missing, and sign what waits for them. rotate: new"
        " ones; the old ones sign no more and stay published, so that old badges can be verified. list: what there is"
        " and what is published. withdraw NAME: a key got into wrong hands; what it signed counts no more and is signed"
        " anew. reseal: encrypt with the new secret after it was changed. sign: sign what waits. Safe to run twice, and"
        " by several at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be asked for."""
        parser.add_argument("what", choices=("make", "rotate", "list", "withdraw", "reseal", "sign"))
        parser.add_argument("name", nargs="?", default="", help="the key to withdraw, as list names it")

    def handle(self, *args: Any, what: str = "list", name: str = "", **options: Any) -> None:
        """Do it, and say what was done."""
        if (what == "withdraw") != bool(name):
            raise CommandError("withdraw takes the name of a key, as `badge_keys list` says it; the others take none.")
        try:
            getattr(self, what)(*([name] if name else []))
        except KeyRefusedError as error:
            raise CommandError(UNOPENED) from error

    def make(self) -> None:
        """Keys that are missing."""
        made = key_ring.make(platform().now())
        self._say(made, "There are keys already; nothing was made.")
        self.sign()

    def rotate(self) -> None:
        """New keys."""
        self._say(key_ring.rotate(platform().now()), "Somebody else rotated at this moment; nothing was made.")
        self.sign()

    def list(self) -> None:
        """What there is, and what is published."""
        rows = SigningKey.objects.order_by("-since", "-pk")
        for row in rows:
            self.stdout.write(f"{row.name}  since {row.since:%Y-%m-%d}  {self._state(row)}")
        if not rows:
            self.stdout.write("There are no keys yet: `badge_keys make` makes them. Awards wait for their signature.")
        self.stdout.write(f"Issuer: {issuer_id()}")
        self.stdout.write(f"Published: {address('did')} and {address('jwks')}, with every key above.")
        self.stdout.write("A withdrawn key is in the first only, as withdrawn.")

    def withdraw(self, name: str) -> None:
        """A key that got into wrong hands."""
        try:
            number = key_ring.withdraw(name, platform().now())
        except SigningKey.DoesNotExist:
            raise CommandError(f"There is no key {name}; `badge_keys list` says which there are.") from None
        self.stdout.write(f"{name} is withdrawn. Credentials that it signed: {number}.")
        self.sign()

    def reseal(self) -> None:
        """Encrypt with the secret that holds now."""
        self.stdout.write(f"Keys that were encrypted anew: {key_ring.reseal()}.")

    def sign(self) -> None:
        """Sign what waits."""
        done = max(issuing.sign_missing(platform().now()), default=0)
        if key_ring.signers() is None:
            raise CommandError(UNOPENED if SigningKey.objects.filter(signs=True) else "There are no keys yet.")
        self.stdout.write(f"Credentials signed: {done}.")

    def _say(self, made: Any, nothing: str) -> None:
        for row in made:
            self.stdout.write(f"Made {row.name}.")
        if not made:
            self.stdout.write(nothing)

    def _state(self, row: SigningKey) -> str:
        if row.withdrawn_at is not None:
            return f"withdrawn {row.withdrawn_at:%Y-%m-%d}: what it signed counts no more"
        if not row.signs:
            return f"signs no more since {row.retired_at:%Y-%m-%d}; published for old badges"
        try:
            return "signs" if key_ring.is_sealed_anew(row) else "signs; encrypted with an old secret: run reseal"
        except KeyRefusedError:
            return f"CANNOT BE OPENED. {UNOPENED}"
