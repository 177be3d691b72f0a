"""The canonical form of a document, which is what an embedded proof signs, and what must hold so that it says all.

RDFC-1.0 (W3C, "RDF Dataset Canonicalization"; PyLD calls it by its earlier name URDNA2015) signs the statements that a
document expands to, while people and programs read its JSON. Whatever does not become a statement is not signed, and
could be added or removed by anybody. So a document is taken only when all of its JSON is signed, under one name each:

- every context is one of those that come along, none of which gives a word two meanings, so no document redefines one;
- every key is a term of a context (not an address or a keyword, under which a reader would not see it);
- every identifier is a full address (statements about others are dropped), and none names a blank node;
- there is no null and no list within a list, which expansion drops or flattens;
- what counts about the document stands in it, not in another object of the same address, which says the same as linked
  data, but where a reader of JSON does not look.

Canonicalization takes factorial time on graphs made for it (RDFC-1.0, section 7.1 "dataset poisoning"). Two bounds
hold: the number of values in the document, and the number of orders of equal blank nodes that may be tried.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator
from typing import Any

from pyld.canon import URDNA2015
from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from xblocks.badges import context_loader
from xblocks.badges.credential_errors import TooTangledError, UnsignedContentError
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

# The fullest example of the specification has 545; comparing values with each other takes the square of it.
MAX_PARTS = 1_500
MAX_CONTEXTS = 8
MAX_TYPES = 10
# How many orders of blank nodes that look alike are tried in all. Most badges need none, and the fullest example of the
# specification, in which endorsements repeat each other, needs 3,000.
MAX_ORDERS = 10_000
MAX_KEPT_CONTEXTS = 300

_VALUE_OBJECT = frozenset({"@value", "@language", "@direction"})
# A term begins with a small letter or a digit; the contexts name classes with a capital, and some could stand as keys.
_TERM = re.compile(r"[^\W_A-Z:@/#][^:@/#]*")
# RFC 3987 in short; what N-Quads could not write down or would read otherwise is no address.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f<>\"{}|^`\\]+")
# What is no full address is taken to be below this one, which is then refused.
_NOWHERE = "nowhere://nowhere/"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# Canonical N-Quads escapes these as PyLD does not, so that two implementations would sign two texts.
_UNSIGNABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# What a verifier reads of the document itself.
_COUNTS = frozenset(
    "issuer validFrom validUntil credentialSubject credentialStatus evidence refreshService termsOfUse".split()
)

_NOT_SIGNED = N_("The badge holds something that its signature does not cover: %(what)s.")
_NOT_LINKED = N_("The badge cannot be read as linked data, so its signature cannot be checked.")
_TOO_MUCH = N_("The badge is made up of more parts than can be checked.")

_kept = threading.local()


def canonical(document: JsonObject) -> str:
    """The canonical N-Quads of a document (without its proof).

    Raises:
        UnsignedContentError: when the N-Quads would not say all that the JSON says, or it is no JSON-LD.
        UnknownContextError: for a context that does not come along.
        TooTangledError: when it would take too long.
    """
    _refuse_what_expansion_hides(document)
    try:
        dataset = _Faithful(on_property_dropped=_refuse_dropped).to_rdf(document, _options())
        return str(_Bounded().main(dataset, {"format": "application/n-quads"}))
    except (JsonLdError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnsignedContentError(_NOT_LINKED) from error


def _options() -> dict[str, Any]:
    # PyLD keeps processed contexts in caches that two threads may not share.
    if not hasattr(_kept, "resolver"):
        _kept.resolver = ContextResolver({}, context_loader.load)
    return {"documentLoader": context_loader.load, "contextResolver": _kept.resolver, "base": _NOWHERE}


# --- What the JSON must be like


def _refuse_what_expansion_hides(document: JsonObject) -> None:
    if "@context" not in document:
        raise UnsignedContentError(_NOT_SIGNED, what="@context")
    for count, part in enumerate(_parts(document)):
        if count >= MAX_PARTS:
            raise TooTangledError(_TOO_MUCH)
        if isinstance(part, dict):
            _refuse_hidden_keys(part)
            if count and "id" in part and part["id"] == document.get("id") and part.keys() & _COUNTS:
                raise UnsignedContentError(_NOT_SIGNED, what="id")
        elif isinstance(part, list) and any(isinstance(inner, list) for inner in part):
            raise UnsignedContentError(_NOT_SIGNED, what="[[…]]")


def _parts(value: Any) -> Iterator[Any]:
    """A value and everything within it, each before what it holds; how deep that goes is the parser's business."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


def _refuse_hidden_keys(part: JsonObject) -> None:
    if "@value" in part and part.keys() <= _VALUE_OBJECT and all(isinstance(value, str) for value in part.values()):
        return
    for key, value in part.items():
        if key == "@context":
            _refuse_contexts(value)
            continue
        if not _TERM.fullmatch(key):
            raise UnsignedContentError(_NOT_SIGNED, what=key[:100])
        if any(inner is None for inner in (value if isinstance(value, list) else [value])):
            raise UnsignedContentError(_NOT_SIGNED, what=f"{key}: null")
    types = part.get("type")
    if isinstance(types, list) and len(types) > MAX_TYPES:
        raise TooTangledError(_TOO_MUCH)


def _refuse_contexts(contexts: Any) -> None:
    if not isinstance(contexts, list) or not 1 <= len(contexts) <= MAX_CONTEXTS:
        raise UnsignedContentError(_NOT_SIGNED, what="@context")
    for context in contexts:
        if not isinstance(context, str):
            raise UnsignedContentError(_NOT_SIGNED, what="@context")
        context_loader.refuse_unknown(context)


# --- What it expands to


def _refuse_dropped(name: str | None) -> None:
    raise UnsignedContentError(_NOT_SIGNED, what=(name or "?")[:100])


class _Faithful(JsonLdProcessor):
    """Looks at what a document expands to before it becomes statements, since what is no address is dropped there.

    Keeps what a context makes of another, too. PyLD does that itself, but not for the contexts of types, of which a
    badge has a dozen, and they take three quarters of the time.
    """

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, **named: Any) -> Any:
        if not hasattr(_kept, "contexts") or len(_kept.contexts) > MAX_KEPT_CONTEXTS:
            _kept.contexts = {}
        written = tuple(local_ctx) if isinstance(local_ctx, list) else id(local_ctx)
        flags = tuple(sorted((name, value) for name, value in named.items() if name != "cycles"))
        key = (id(active_ctx), written, flags)
        if key not in _kept.contexts:
            made = super()._process_context(active_ctx, local_ctx, options, **named)
            # Both are kept as well, so that nothing else can get their places in memory, which is what names them here.
            _kept.contexts[key] = (made, active_ctx, local_ctx)
        return _kept.contexts[key][0]

    def expand(self, input_: Any, options: Any) -> Any:
        expanded = super().expand(input_, options)
        _refuse_dropped_statements(expanded)
        return expanded


def _refuse_dropped_statements(value: Any) -> None:
    if isinstance(value, list):
        for inner in value:
            _refuse_dropped_statements(inner)
    elif isinstance(value, dict):
        if "@value" in value:
            _refuse_unsignable(value)
            return
        for key, inner in value.items():
            if key in {"@id", "@type"}:
                for address in inner if isinstance(inner, list) else [inner]:
                    _refuse_no_address(address)
            elif not key.startswith("@"):
                _refuse_no_address(key)
            _refuse_dropped_statements(inner)


def _refuse_no_address(address: str) -> None:
    if not _ADDRESS.fullmatch(address) or address.startswith(_NOWHERE):
        raise UnsignedContentError(_NOT_SIGNED, what=address.removeprefix(_NOWHERE)[:100])


def _refuse_unsignable(literal: JsonObject) -> None:
    value, language = literal["@value"], literal.get("@language", "en")
    if "@type" in literal and literal["@type"] != "@json":
        _refuse_no_address(literal["@type"])
    if isinstance(value, str) and _UNSIGNABLE.search(value):
        raise UnsignedContentError(_NOT_SIGNED, what=value[:100])
    if not _LANGUAGE.fullmatch(language):
        raise UnsignedContentError(_NOT_SIGNED, what=language[:100])


# --- The canonical form, in bounded time


class _Bounded(URDNA2015):
    """PyLD's algorithm; before it tries the orders of blank nodes that look alike, it counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.orders = 0

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:
        related = super().create_hash_to_related(id_, issuer)
        for group in related.values():
            self.orders += math.factorial(len(group)) if len(group) < 8 else MAX_ORDERS
        self.orders += 1
        if self.orders > MAX_ORDERS:
            raise TooTangledError(_TOO_MUCH)
        return related
