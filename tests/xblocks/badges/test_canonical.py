"""All of a document is signed, or none of it; and no document keeps the processor for long."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from tests.xblocks.badges.earning import document
from xblocks.badges import canonical as module
from xblocks.badges import context_loader
from xblocks.badges.canonical import canonical
from xblocks.badges.credential_errors import CredentialError, TooTangledError, UnsignedContentError

Path = tuple[str | int, ...]


def changed(path: Path, value: Any) -> dict[str, Any]:
    """The badge with one value set."""
    whole = copy.deepcopy(document())
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return whole


ACHIEVEMENT = ("credentialSubject", "achievement")


def test_it_is_what_the_plain_algorithm_gives() -> None:
    plain = jsonld.normalize(
        document(),
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": context_loader.load},
    )
    for _ in range(2):
        assert canonical(document()) == plain


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_and_of_sets_does_not_count(random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            items = list(value.items())
            random.shuffle(items)
            return {key: inner if key == "@context" else shuffled(inner) for key, inner in items}
        if isinstance(value, list):
            inner = [shuffled(one) for one in value]
            random.shuffle(inner)
            return inner
        return value

    assert canonical(shuffled(document())) == canonical(document())


def test_kept_contexts_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = canonical(document())
    monkeypatch.setattr(module, "MAX_KEPT_CONTEXTS", 2)
    assert canonical(document()) == expected
    assert len(module._kept.contexts) <= 3


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "grade"), "excellent"),  # a word that no context knows
        (("schema:name",), "Anybody"),
        (("https://schema.org/name",), "Anybody"),
        (("@type",), ["Anything"]),
        (("@included",), [{"id": "urn:x:1", "type": "Profile"}]),
        (("Image",), {"id": "https://example.org/x.png", "type": "Image"}),
        (("image",), None),
        (("evidence", 0, "narrative"), [None]),
        (("evidence",), [[{"type": ["Evidence"], "name": "x"}]]),
        (("evidence", 0, "id"), "not-an-address"),
        (("evidence", 0, "id"), "#fragment"),
        (("evidence", 0, "id"), "_:b0"),
        (("evidence", 0, "id"), 'https://example.org/> <urn:x> "y" .'),
        (("evidence", 0, "id"), 3),
        (("type",), ["VerifiableCredential", "OpenBadgeCredential", "BestBadgeEver"]),
        (("evidence", 0, "name"), "a\x07bell"),
        (("name",), {"@value": "Badge", "@language": "not a language!"}),
        (("name",), {"@value": "Badge", "@type": "urn:x:y"}),
        (("name",), {"@value": 3}),
        (("name",), {"@value": "Badge", "@index": "x"}),
        (("@context",), "https://www.w3.org/ns/credentials/v2"),
        (("@context",), []),
        (("@context",), [{"@vocab": "https://evil.example/"}]),
        (("@context",), ["https://www.w3.org/ns/credentials/v2"] * 9),
        (("credentialSubject", "@context"), {"name": "https://evil.example/"}),
        ((*ACHIEVEMENT, "related"), [{"id": document()["id"], "validUntil": "2099-01-01T00:00:00Z"}]),
        (("evidence", 0, "id"), "https://example.org/" + "\ud800"),
    ],
)
def test_what_the_signature_would_not_cover_is_refused(path: Path, value: Any) -> None:
    with pytest.raises((UnsignedContentError, UnicodeEncodeError)):
        canonical(changed(path, value)).encode()


def test_a_document_without_contexts_is_refused() -> None:
    with pytest.raises(UnsignedContentError):
        canonical({"id": "urn:x:1"})


def test_a_document_that_is_no_linked_data_is_refused() -> None:
    with pytest.raises(UnsignedContentError, match="linked data"):
        canonical(changed(("id",), {"not": "a string"}))


def test_a_name_may_say_its_language() -> None:
    quads = canonical(changed(("name",), {"@value": "Insigne", "@language": "nl"}))
    assert '"Insigne"@nl' in quads


def test_every_part_of_a_badge_is_signed() -> None:
    """A change of any text, number or truth value anywhere changes what is signed."""
    unchanged = canonical(document())

    def paths(value: Any, path: Path) -> list[Path]:
        if isinstance(value, dict):
            return [found for key, inner in value.items() if key != "@context" for found in paths(inner, (*path, key))]
        if isinstance(value, list):
            return [found for index, inner in enumerate(value) for found in paths(inner, (*path, index))]
        return [path]

    for path in paths(document(), ()):
        value: Any = document()
        for step in path:
            value = value[step]
        other = not value if isinstance(value, bool) else value + 1 if isinstance(value, float | int) else f"{value}x"
        try:
            assert canonical(changed(path, other)) != unchanged, path
        except CredentialError:
            assert path[-1] in {"type", "statusPurpose"} or "type" in path, path


def test_a_list_that_has_an_order_is_signed_with_it() -> None:
    grades = (*ACHIEVEMENT, "resultDescription", 0, "allowedValue")
    assert canonical(changed(grades, ["A", "B"])) != canonical(changed(grades, ["B", "A"]))


# --- Documents made to take long


def nested(depth: int, width: int) -> dict[str, Any]:
    """Objects without addresses that all look the same: the order of any of them could be the right one."""
    if not depth:
        return {"type": ["Profile"]}
    return {
        "type": ["Profile"],
        "parentOrg": nested(depth - 1, width),
        "endorsement": [nested(depth - 1, width)] * width,
    }


@pytest.mark.parametrize(
    "hostile",
    [
        changed(("evidence",), [{"type": ["Evidence"], "name": f"{number}"} for number in range(2000)]),
        changed(("evidence",), [{"type": ["Evidence"], "name": [f"{number}" for number in range(5000)]}]),
        changed(("credentialSubject", "type"), [f"urn:x:{number}" for number in range(50)]),
        changed(("issuer", "parentOrg"), nested(2, 30)),
    ],
    ids=["objects", "texts", "types", "tree"],
)
def test_a_document_with_too_many_parts_is_refused_soon(hostile: dict[str, Any]) -> None:
    begun = time.process_time()
    with pytest.raises(TooTangledError):
        canonical(hostile)
    assert time.process_time() - begun < 5


def twins(groups: int, of: int) -> dict[str, Any]:
    """Parents that look alike, each with children that look alike: the algorithm tries their orders, one by one."""
    child = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://example.org/x"}
    parent = {"type": ["Result"], "alignment": [child] * of}
    return changed(("credentialSubject", "result"), [parent] * groups)


def test_blank_nodes_that_look_alike_are_told_apart_when_they_are_few() -> None:
    assert canonical(twins(2, 3)).count("targetName") == 7


@pytest.mark.parametrize(("groups", "of"), [(2, 9), (20, 6), (150, 7), (400, 3)])
def test_blank_nodes_that_look_alike_are_not_ordered_for_ever(groups: int, of: int) -> None:
    begun = time.process_time()
    with pytest.raises(TooTangledError):
        canonical(twins(groups, of))
    assert time.process_time() - begun < 10
