"""Keys are made once, kept encrypted, and rotated without harm to what they signed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.xblocks.badges.issued import NOW, award
from xblocks.badges import documents, issuing, key_ring, lookups, models, status_lists
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.models import SigningKey
from xblocks.badges.verdict import Name, Outcome
from xblocks.badges.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("badge_keys", *arguments, stdout=said)
    return said.getvalue()


def listed() -> tuple[set[str], set[str]]:
    """Names of the keys in the did:web document, and in the JWK Set."""
    methods = documents.did_document()["verificationMethod"]
    keys = documents.jwk_set()["keys"]
    return {one["id"].partition("#")[2] for one in methods}, {one["kid"].partition("#")[2] for one in keys}


def holds(upload: str) -> bool:
    return verify(upload.encode(), lookups.lookups(NOW + 5 * DAY)).outcome is Outcome.PASSED


def test_a_key_of_each_kind_is_made_once() -> None:
    assert "no keys yet" in run("list")
    assert run("make").count("Made ") == 2
    assert "nothing was made" in run("make")
    assert sorted(SigningKey.objects.values_list("kind", "signs")) == [("ed25519", True), ("rsa", True)]


def test_nothing_that_is_kept_opens_without_the_secret(settings: Any) -> None:
    key_ring.make(NOW)
    for row in SigningKey.objects.all():
        assert row.sealed.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert not {"d", "p", "q"} & row.public.keys()
        assert key_ring.opened(row)
    settings.SECRET_KEY = "another"
    for row in SigningKey.objects.all():
        with pytest.raises(KeyRefusedError):
            key_ring.opened(row)


def test_rotating_keeps_old_badges_good_and_signs_new_ones_with_new_keys() -> None:
    ann = award()
    old = set(SigningKey.objects.values_list("name", flat=True))
    run("rotate")
    bob = award(who="bob", now=NOW + DAY)
    assert holds(ann.credential.document)
    assert holds(ann.credential.token)
    assert holds(bob.credential.document)
    new = {bob.credential.proof_key.name, bob.credential.token_key.name}
    assert not new & old
    assert listed() == (old | new, old | new)
    assert set(SigningKey.objects.filter(sealed="").values_list("name", flat=True)) == old
    assert run("list").count("signs no more") == 2


def test_the_status_list_is_signed_with_the_new_keys() -> None:
    ann = award()
    first = status_lists.published(1, NOW)
    key_ring.rotate(NOW)
    second = status_lists.published(1, NOW)
    assert first is not None
    assert second is not None
    signed_with = json.loads(second.document)["proof"][0]["verificationMethod"]
    assert signed_with == key_ring.full_id(SigningKey.objects.get(kind="ed25519", signs=True).name)
    assert holds(ann.credential.document)


def test_a_withdrawn_key_counts_no_more_and_what_it_signed_is_signed_anew() -> None:
    ann = award()
    stolen = ann.credential.proof_key.name
    copy = ann.credential.document
    said = run("withdraw", stolen)
    assert "Credentials that it signed: 1." in said
    assert "Credentials signed: 1." in said
    checks = verify(copy.encode(), lookups.lookups(NOW + DAY)).of
    assert checks[Name.ISSUER].outcome is Outcome.FAILED
    again = issuing.credential_of(models.Award.objects.get())
    assert again is not None
    assert holds(again.document)
    assert holds(again.token)
    assert json.loads(again.document)["id"] == json.loads(copy)["id"]
    assert json.loads(again.document)["credentialStatus"] == json.loads(copy)["credentialStatus"]
    in_did, in_set = listed()
    assert stolen in in_did - in_set
    assert "withdrawn" in run("list")


def test_an_old_key_can_be_withdrawn_without_a_new_one() -> None:
    ann = award()
    old = ann.credential.token_key.name
    key_ring.rotate(NOW)
    before = SigningKey.objects.count()
    assert key_ring.withdraw(old, NOW) == 1
    assert SigningKey.objects.count() == before


def test_after_the_secret_was_changed_keys_are_opened_with_the_old_one_and_sealed_anew(settings: Any) -> None:
    ann = award()
    first = settings.SECRET_KEY
    settings.MICROUNITS_BADGE_SECRET, settings.MICROUNITS_BADGE_OLD_SECRETS = "one of its own", [first]
    settings.SECRET_KEY = "changed as well"
    assert run("list").count("run reseal") == 2
    assert "anew: 2." in run("reseal")
    assert "anew: 0." in run("reseal")
    settings.MICROUNITS_BADGE_OLD_SECRETS = []
    bob = award(who="bob")
    assert ann.credential.proof_key == bob.credential.proof_key
    assert holds(bob.credential.token)


def test_the_fallbacks_of_django_open_keys_too(settings: Any) -> None:
    key_ring.make(NOW)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"
    assert key_ring.signers() is not None


def test_a_lost_secret_stops_signing_only_and_rotating_mends_it(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ann = award()
    settings.SECRET_KEY = "lost"
    bob = award(who="bob")
    assert issuing.credential_of(bob) is None
    assert "cannot be opened" in caplog.text
    assert "CANNOT BE OPENED" in run("list")
    for what in ("reseal", "sign"):
        with pytest.raises(CommandError, match="MICROUNITS_BADGE_OLD_SECRETS"):
            run(what)
    # Old badges need the public halves alone; whether they were revoked cannot be said until there are keys again.
    checks = verify(ann.credential.document.encode(), lookups.lookups(NOW)).of
    assert checks[Name.SIGNATURE].outcome is Outcome.PASSED
    assert "Credentials signed: 1." in run("rotate")
    assert holds(ann.credential.document)


def test_the_command_says_what_it_lacks() -> None:
    with pytest.raises(CommandError, match="takes the name"):
        run("withdraw")
    with pytest.raises(CommandError, match="takes the name"):
        run("make", "x")
    with pytest.raises(CommandError, match="There is no key x"):
        run("withdraw", "x")
    with pytest.raises(CommandError, match="no keys yet"):
        run("sign")


def test_who_rotates_what_another_one_just_rotated_makes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    key_ring.make(NOW)
    private = key_ring._private

    def slow(kind: Any) -> Any:
        # Another one is done while this one makes a key.
        monkeypatch.setattr(key_ring, "_private", private)
        key_ring.rotate(NOW)
        monkeypatch.setattr(key_ring, "_private", slow)
        return private(kind)

    monkeypatch.setattr(key_ring, "_private", slow)
    assert len(key_ring.rotate(NOW)) <= 1
    assert SigningKey.objects.filter(signs=True).count() == 2
