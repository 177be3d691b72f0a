"""What the page may know of a question's insides: tokens instead of ids, and an order that tells nothing.

Both come from a secret of the installation, so that neither can be worked out from the page: authors often write the
right choice first, and an id such as "a" or an order that anybody can compute would tell which one that was. The order
is stable for a learner, so that nothing moves when they come back.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_SHORT = 6


def _digest(secret: bytes, *names: str) -> bytes:
    return hmac.digest(secret, "\x00".join(names).encode("utf-8", "surrogatepass"), "sha256")


def token(secret: bytes, *names: str, length: int = _SHORT) -> str:
    """A short name that stands for the names, the same each time; letters, digits, - and _ (6 bits a character)."""
    return urlsafe_b64encode(_digest(secret, *names))[:length].decode()


@lru_cache(maxsize=4096)
def tokens_for(secret: bytes, usage: str, question_id: str, ids: tuple[str, ...]) -> dict[str, str]:
    """From id to token, for one question of one block. Treat the answer as read-only: it is shared.

    Two ids with the same token (one in 70 billion pairs) would make one unreachable; the later one gets a longer one.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in ids:
        length = _SHORT
        while (name := token(secret, usage, question_id, one, length=length)) in taken:
            length += 1
        taken.add(name)
        found[one] = name
    return found


def shuffled(items: Sequence[T], names: Iterable[str], secret: bytes, *seed: str) -> tuple[T, ...]:
    """The items in an order fixed by the secret and the seed; each item's name (unique) decides its place.

    Adding or removing an item leaves the others in the order in which they were.
    """
    keyed = sorted(zip((_digest(secret, *seed, name) for name in names), range(len(items)), strict=True))
    return tuple(items[index] for _, index in keyed)
