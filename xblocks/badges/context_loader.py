"""The JSON-LD contexts that come along, and a loader that knows no others and never asks the network.

A context says what the words of a document mean, so it is part of what is signed. One that could be fetched could
change under a signature, and would tell its host who verifies which badge. Where each came from stands in
contexts/README.md.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from xblocks.badges.credential_errors import UnknownContextError
from xblocks.base.problems import N_

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"

_OPEN_BADGES_BASE = "https://purl.imsglobal.org/spec/ob/v3p0/"
FILES = {
    CREDENTIALS: "credentials-v2.jsonld",
    OPEN_BADGES: "open-badges-3.0.3.jsonld",
    f"{_OPEN_BADGES_BASE}context-3.0.2.json": "open-badges-3.0.2.jsonld",
    f"{_OPEN_BADGES_BASE}context-3.0.1.json": "open-badges-3.0.1.jsonld",
    f"{_OPEN_BADGES_BASE}extensions.json": "open-badges-extensions.jsonld",
    DATA_INTEGRITY: "data-integrity-v2.jsonld",
    MULTIKEY: "multikey-v1.jsonld",
    DID: "did-v1.jsonld",
}
FOLDER = Path(__file__).with_name("contexts")


def load(url: str, options: object = None) -> dict[str, Any]:
    """The context at `url`, as PyLD's document loaders give it; `options` is what PyLD hands over.

    Raises:
        UnknownContextError: for every address that is not in FILES, letter by letter.
    """
    refuse_unknown(url)
    # PyLD writes into what it is given; the tag lets it keep what it made of the document.
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(_text(FILES[url])),
        "tag": "static",
    }


def refuse_unknown(url: str) -> None:
    """Nothing for an address in FILES.

    Raises:
        UnknownContextError: for every other.
    """
    if url not in FILES:
        raise UnknownContextError(
            N_("This uses the vocabulary %(url)s, which is not known here, so it cannot be checked."), url=url[:200]
        )


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
