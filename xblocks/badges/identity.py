"""Who earned a badge, without saying it to anybody who does not know: a salted hash of the e-mail address.

Source: Open Badges 3.0, IdentityObject and IdentityHash ("sha256$", then SHA-256 of the identifier followed by the
salt, both in UTF-8, in hexadecimal). Whoever has badge and salt can still try addresses one by one; that each badge has
a salt of its own keeps them from trying all badges at once, and from seeing that two are one learner's.
"""

from __future__ import annotations

import hashlib
import hmac

from xblocks.badges.strict_json import JsonObject

LEAST_SALT = 16


def identities(email: str, salt: str) -> list[JsonObject]:
    """The IdentityObjects of a learner: the address as it is known, and in small letters where that is something else.

    Verifiers hash what somebody types, so each spelling that people use needs a hash of its own.

    Args:
        email: the address; blanks around it do not count.
        salt: at least LEAST_SALT random characters, of this credential alone: one salt for several would link them.

    Raises:
        ValueError: for a salt that is too short, or what is no address.
    """
    if len(salt) < LEAST_SALT or "@" not in email:
        raise ValueError("an address and a salt of its own are needed")
    return [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": hashed(spelling, salt),
            "identityType": "emailAddress",
            "salt": salt,
        }
        for spelling in dict.fromkeys((email.strip(), email.strip().lower()))
    ]


def hashed(identifier: str, salt: str) -> str:
    """An IdentityHash: "sha256$…"."""
    return "sha256$" + hashlib.sha256(f"{identifier}{salt}".encode()).hexdigest()


def is_about(identifiers: object, email: str) -> bool | None:
    """Whether one of a subject's identifiers is this address, as it was typed or in small letters.

    None when none of them is an address that could be compared.
    """
    given = identifiers if isinstance(identifiers, list) else [identifiers]
    found = [one for one in given if isinstance(one, dict) and _comparable(one)]
    if not found:
        return None
    return any(_matches(one, spelling) for one in found for spelling in (email.strip(), email.strip().lower()))


def _comparable(identity_object: JsonObject) -> bool:
    return (
        identity_object.get("identityType") == "emailAddress"
        and isinstance(identity_object.get("identityHash"), str)
        and isinstance(identity_object.get("salt", ""), str)
    )


def _matches(identity_object: JsonObject, email: str) -> bool:
    given: str = identity_object["identityHash"]
    if identity_object.get("hashed") is not True:
        return given == email
    expected = hashed(email, identity_object.get("salt", ""))
    return hmac.compare_digest(expected.encode(), given.lower().encode())
