"""The site's status lists: a place for each credential, and the lists as they are published and signed.

A place is drawn at random, so that it does not tell who came after whom. It is never given to another one, even when
its credential is forgotten: a copy of that may be in somebody's wallet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import IntegrityError, transaction

from xblocks.badges import credential_jwt, data_integrity, key_ring, status_list, strict_json
from xblocks.badges.issuer import address, issuer_id
from xblocks.badges.key_ring import Signers
from xblocks.badges.models import Award, Credential, StatusEntry, StatusList
from xblocks.badges.status_list import ENTRIES

TRIES = 16
"""Places that are drawn. Where all of them are taken, a list is so full that another one is begun."""
HOLDS = timedelta(days=1)
"""For how long a copy of a list that somebody keeps may count."""

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Published:
    """A list as it is given out, both ways."""

    document: str
    token: str


def allot() -> StatusEntry:
    """A place that nobody has. It holds also when others draw at the same moment; call it within a transaction."""
    rows = StatusList.objects.defer("document", "token")
    row = rows.order_by("-number").first() or rows.get_or_create(number=1)[0]
    while True:
        for index in _chance.sample(range(ENTRIES), TRIES):
            try:
                with transaction.atomic():
                    return StatusEntry.objects.create(status_list=row, index=index)
            except IntegrityError:
                continue
        row, _is_new = rows.get_or_create(number=row.number + 1)


def entry_of(entry: StatusEntry) -> status_list.StatusEntry:
    """A place as a credential names it."""
    return status_list.StatusEntry(list_address(entry.status_list.number), entry.index)


def list_address(number: int) -> str:
    """Where a list is published."""
    return address("status", number)


def revoke(award: Award, now: datetime) -> None:
    """Set the bit of an award's credential, where it has one. The award is held by who calls, as by who signs."""
    places = list(Credential.objects.filter(award=award).values_list("status_id", flat=True))
    StatusEntry.objects.filter(pk__in=places, revoked_at=None).update(revoked_at=now)


def published(number: int, now: datetime) -> Published | None:
    """A list as it is now; None where there is none, or no key to sign it.

    It is signed anew when something was revoked, when half of its time is over, and with other keys.
    """
    row = StatusList.objects.filter(number=number).first()
    signers = key_ring.signers() if row is not None else None
    if row is None or signers is None:
        return None
    revoked = row.entries.filter(revoked_at__isnull=False).count()
    if not _is_fresh(row, revoked, signers, now):
        _sign(row, signers, now)
    return Published(row.document, row.token)


def _is_fresh(row: StatusList, revoked: int, signers: Signers, now: datetime) -> bool:
    is_in_time = row.renew_at is not None and now < row.renew_at <= now + HOLDS
    by_these = (row.proof_key, row.token_key) == (signers.proof_row.name, signers.token_row.name)
    names_us = bool(row.document) and f'"{list_address(row.number)}"' in row.document
    return is_in_time and by_these and names_us and row.revoked == revoked


def _sign(row: StatusList, signers: Signers, now: datetime) -> None:
    indexes = list(row.entries.filter(revoked_at__isnull=False).values_list("index", flat=True))
    document = status_list.list_document(
        list_address(row.number), issuer_id(), status_list.encode(indexes), now, now + HOLDS
    )
    row.document = strict_json.write(data_integrity.proved(document, signers.proof, signers.proof_id, now))
    row.token = credential_jwt.signed(document, signers.token, signers.token_id)
    row.revoked, row.renew_at = len(indexes), now + HOLDS / 2
    row.proof_key, row.token_key = signers.proof_row.name, signers.token_row.name
    row.save()
