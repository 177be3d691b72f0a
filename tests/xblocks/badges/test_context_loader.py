"""Contexts come along, unchanged, and none is ever fetched."""

from __future__ import annotations

import hashlib
import json
import socket
from typing import Any

import pytest

from tests.xblocks.badges.earning import document
from xblocks.badges import context_loader
from xblocks.badges.canonical import canonical
from xblocks.badges.credential_errors import UnknownContextError

# The first three are published in the W3C's recommendations; where the others are from stands beside the files.
SHA256 = {
    "credentials-v2.jsonld": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "data-integrity-v2.jsonld": "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    "multikey-v1.jsonld": "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    "did-v1.jsonld": "4f3eae5568c9c5f036a082088f9e192019ee06faa78973c87ff91d5421b88dad",
    "open-badges-3.0.1.jsonld": "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    "open-badges-3.0.2.jsonld": "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    "open-badges-3.0.3.jsonld": "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    "open-badges-extensions.jsonld": "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
}


def test_the_files_are_those_of_the_specifications() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in context_loader.FOLDER.glob("*.jsonld")
    }
    assert found == SHA256
    assert set(context_loader.FILES.values()) == SHA256.keys()


def test_another_address_is_refused_by_name() -> None:
    with pytest.raises(UnknownContextError, match=r"https://evil\.example/context"):
        context_loader.load("https://evil.example/context")


@pytest.mark.parametrize(
    "change", ["http://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/v2/", "file:///etc/passwd"]
)
def test_nearly_the_same_address_is_another(change: str) -> None:
    with pytest.raises(UnknownContextError):
        context_loader.load(change)


def test_the_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    canonical(document())
    with pytest.raises(UnknownContextError):
        canonical(document() | {"@context": [*document()["@context"], "https://evil.example/context"]})


def test_what_is_handed_out_may_be_written_into() -> None:
    first = context_loader.load(context_loader.CREDENTIALS)
    first["document"].clear()
    assert context_loader.load(context_loader.CREDENTIALS)["document"]


def terms(context: Any) -> list[tuple[str, str]]:
    """Every term that a context gives a meaning, in whatever scope, with that meaning."""
    if not isinstance(context, dict):
        return []
    found = []
    for term, meaning in context.items():
        if term.startswith("@") or meaning is None:
            continue
        found.append((meaning if isinstance(meaning, str) else meaning.get("@id", term), term))
        found.extend(terms(meaning.get("@context") if isinstance(meaning, dict) else None))
    return found


def test_no_two_keys_mean_the_same() -> None:
    """Else one could be replaced by the other under the same signature. Classes begin with a capital; keys may not."""
    names: dict[str, set[str]] = {}
    for name in SHA256:
        for meaning, term in terms(json.loads((context_loader.FOLDER / name).read_text())["@context"]):
            names.setdefault(meaning, set()).add(term)
    keys = {meaning: {term for term in of if not term[0].isupper()} for meaning, of in names.items()}
    assert {meaning: of for meaning, of in keys.items() if len(of) > 1} == {}
