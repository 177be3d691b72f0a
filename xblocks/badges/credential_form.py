"""Whether a document is an OpenBadgeCredential at all: what Open Badges 3.0 and VC Data Model 2.0 require of its form.

Only what the rest relies on is asked for, so that badges of other issuers are not refused for a detail; what the
signature covers is `canonical`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xblocks.badges.achievements import CONTEXTS
from xblocks.badges.credential_jwt import issuer_id
from xblocks.badges.moments import moment
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_, Problem

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_OPEN_BADGES = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json")
_OLD_CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "https://w3id.org/openbadges/v2")
_BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})

_OLD = N_("This is a badge of an older kind than Open Badges 3.0 of 2024, and cannot be checked here.")
_NO_CONTEXTS = N_("Its contexts are not those of Open Badges 3.0 in their order.")
_NOT_A_BADGE = N_("It is not an Open Badge: its type says something else.")
_NO_ADDRESS = N_("It names no address where one is needed.")
_NO_MOMENT = N_("A date in it is not written with a time and a time zone.")
_MISSING = N_("Something that every badge has is missing.")
_EMPTY = N_("It says that something is not there (null or an empty list); such things are left out.")


def problems(credential: JsonObject) -> tuple[Problem, ...]:
    """What is wrong with the form of a credential, each with its path; none when it is as it should be."""
    return (*_frame(credential), *_subject(credential.get("credentialSubject")), *_empties(credential, ""))


def texts(value: Any) -> list[Any]:
    """A set as an array: one value may stand for itself (Open Badges 3.0, section 9.2.1)."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _frame(credential: JsonObject) -> Iterator[Problem]:
    contexts = texts(credential.get("@context"))
    if any(context in _OLD_CONTEXTS for context in contexts):
        yield Problem("@context", _OLD)
    elif contexts[:1] != [CONTEXTS[0]] or not any(_matches(_OPEN_BADGES, context) for context in contexts[1:2]):
        yield Problem("@context", _NO_CONTEXTS)
    types = texts(credential.get("type"))
    if "VerifiableCredential" not in types or not any(name in types for name in _BADGE_TYPES):
        yield Problem("type", _NOT_A_BADGE)
    for path, address in (("id", credential.get("id")), ("issuer", issuer_id(credential))):
        if not _matches(_ADDRESS, address):
            yield Problem(path, _NO_ADDRESS)
    if moment(credential.get("validFrom")) is None:
        yield Problem("validFrom", _NO_MOMENT)
    if "validUntil" in credential and moment(credential["validUntil"]) is None:
        yield Problem("validUntil", _NO_MOMENT)


def _subject(subject: Any) -> Iterator[Problem]:
    if not isinstance(subject, dict):
        yield Problem("credentialSubject", _MISSING)
        return
    if not _matches(_ADDRESS, subject.get("id")) and not texts(subject.get("identifier")):
        yield Problem("credentialSubject/identifier", _MISSING)
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict):
        yield Problem("credentialSubject/achievement", _MISSING)
        return
    if not _matches(_ADDRESS, achievement.get("id")):
        yield Problem("credentialSubject/achievement/id", _NO_ADDRESS)
    if "Achievement" not in texts(achievement.get("type")):
        yield Problem("credentialSubject/achievement/type", _NOT_A_BADGE)
    for name in ("name", "description"):
        if not isinstance(achievement.get(name), str | dict):
            yield Problem(f"credentialSubject/achievement/{name}", _MISSING)
    if not isinstance(achievement.get("criteria"), dict):
        yield Problem("credentialSubject/achievement/criteria", _MISSING)


def _empties(value: Any, path: str) -> Iterator[Problem]:
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if inner is None or inner == []:
            yield Problem(f"{path}{name}", _EMPTY)
        elif isinstance(inner, dict | list):
            yield from _empties(inner, f"{path}{name}/")


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
