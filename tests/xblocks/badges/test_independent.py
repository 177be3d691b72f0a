"""Libraries that we did not write accept what we issue and refuse it once it is altered.

openbadgeslib verifies Open Badges 3.0: VC-JWT, Data Integrity proofs (eddsa-rdfc-2022), did:web, status lists that are
JWTs, baked PNG and SVG. joserfc knows JOSE only, which makes it a second opinion on the signatures.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import subprocess
import venv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client

from tests.xblocks.badges import issued
from tests.xblocks.badges.earning import (
    CREDENTIAL,
    ED_ID,
    EMAIL,
    ISSUER,
    KEYS,
    LIST,
    OTHER_ED,
    OTHER_RSA,
    RSA_ID,
    SPARSE,
    SVG,
    as_bytes,
    document,
    png,
    proved,
    token,
)
from xblocks.badges import awarding, credential_jwt, key_ring, sharing, status_list
from xblocks.badges.baking import baked
from xblocks.badges.issuer_documents import IssuerKey, controller_document, did_web_address, jwks
from xblocks.badges.issuer_keys import PrivateKey
from xblocks.badges.multibase import base64url, from_base64url
from xblocks.badges.verdict import Name, Outcome
from xblocks.badges.verifying import Lookups, verify

ROOT = Path(__file__).resolve().parents[3]
# These libraries ask the clock of the machine, so the badges are of now.
TODAY = datetime.now(UTC).replace(microsecond=0)
VALID = replace(CREDENTIAL, valid_from=TODAY - timedelta(days=1), valid_until=TODAY + timedelta(days=30))
REVOKED = replace(VALID, status=status_list.StatusEntry(LIST, 5))
EXPIRED = replace(VALID, valid_from=TODAY - timedelta(days=9), valid_until=TODAY - timedelta(days=1))
ENCODED = status_list.encode([5, 77_777])


THEY = "did:web:them.example"
THEIR_KEYS = (
    IssuerKey(f"{THEY}#1", OTHER_ED.public_key(), TODAY - timedelta(days=1)),
    IssuerKey(f"{THEY}#2", OTHER_RSA.public_key(), TODAY - timedelta(days=1)),
)


def text(value: bytes | str) -> dict[str, str]:
    return {"text": value if isinstance(value, str) else value.decode()}


def altered_json(change: Callable[[Any], Any]) -> dict[str, str]:
    whole = copy.deepcopy(proved(document(VALID), created=TODAY))
    change(whole)
    return text(as_bytes(whole))


def altered_token() -> str:
    header, payload, signature = token(document(VALID)).split(".")
    other = json.loads(from_base64url(payload)) | {"name": "Master of everything"}
    return f"{header}.{base64url(json.dumps(other).encode())}.{signature}"


def picture(kind: str, content: bytes | str) -> dict[str, str]:
    carrier = {"png": png(), "svg": SVG}[kind]
    credential = content if isinstance(content, str) else content.decode()
    return {kind: base64.b64encode(baked(carrier, credential)).decode()}


def uploads() -> dict[str, dict[str, str]]:
    json_, jwt = as_bytes(proved(document(VALID), created=TODAY)), token(document(VALID))
    sparse = replace(SPARSE, valid_from=TODAY)
    return {
        "good json": text(json_),
        "good jwt": text(jwt),
        "good sparse json": text(as_bytes(proved(document(sparse), created=TODAY))),
        "good sparse jwt": text(token(document(sparse))),
        "good jwt with a proof": text(token(proved(document(VALID), created=TODAY))),
        "good png with json": picture("png", json_),
        "good png with jwt": picture("png", jwt),
        "good svg with json": picture("svg", json_),
        "good svg with jwt": picture("svg", jwt),
        "bad json: altered": altered_json(lambda whole: whole.update(name="Master of everything")),
        "bad json: longer life": altered_json(lambda whole: whole.update(validUntil="2099-01-01T00:00:00Z")),
        "bad json: unsigned word": altered_json(lambda whole: whole.update(honours="summa cum laude")),
        "bad json: no status": altered_json(lambda whole: whole.pop("credentialStatus")),
        "bad json: other key": text(as_bytes(proved(document(VALID), key=OTHER_ED, key_id=ED_ID, created=TODAY))),
        "bad json: revoked": text(as_bytes(proved(document(REVOKED), created=TODAY))),
        "bad json: expired": text(as_bytes(proved(document(EXPIRED), created=TODAY))),
        "bad jwt: altered": text(altered_token()),
        "bad jwt: other key": text(credential_jwt.signed(document(VALID), OTHER_RSA, RSA_ID)),
        "bad jwt: revoked": text(token(document(REVOKED))),
        "bad jwt: expired": text(token(document(EXPIRED))),
        "bad png": picture("png", altered_token()),
        "bad svg": picture("svg", altered_json(lambda whole: whole.update(name="Other"))["text"]),
    }


Ask = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks the libraries what they make of what was made."""
    folder = tmp_path_factory.mktemp("independent")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement")
    run(*install, ROOT / "tests" / "pins" / "independent.txt", cwd=folder)

    def asked(made: dict[str, Any]) -> dict[str, Any]:
        (folder / "made.json").write_text(json.dumps(made))
        said: dict[str, Any] = json.loads(
            run(python, Path(__file__).with_name("independent.py"), "made.json", cwd=folder).splitlines()[-1]
        )
        return said

    return asked


@pytest.fixture(scope="module")
def opinions(ask: Ask) -> dict[str, Any]:
    listed = status_list.list_document(LIST, ISSUER, ENCODED, TODAY - timedelta(hours=1), TODAY + timedelta(days=1))
    return ask(
        {
            "issuer": ISSUER,
            "jwks": jwks(KEYS),
            "served": {
                did_web_address(ISSUER): json.dumps(controller_document(ISSUER, KEYS)),
                LIST: token(listed),
            },
            "encoded_list": ENCODED,
            "uploads": uploads(),
            "their_keys": {"ed25519": pem(OTHER_ED), "rsa": pem(OTHER_RSA)},
            "their_issuer": THEY,
            "their_method": f"{THEY}#1",
            "email": EMAIL,
            "pictures": {"png": base64.b64encode(png()).decode(), "svg": base64.b64encode(SVG).decode()},
        }
    )


def pem(key: PrivateKey) -> str:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_what_we_issue_is_accepted(opinions: dict[str, Any]) -> None:
    good = {name: said for name, said in opinions["outcomes"].items() if ": good" in name}
    assert len(good) == 12
    assert {name: said for name, said in good.items() if said[0] != "accepted"} == {}
    assert {said[1] for said in good.values()} == {"Phishing spotter", "Sparse"}


def test_what_is_altered_or_no_longer_counts_is_refused(opinions: dict[str, Any]) -> None:
    """joserfc knows nothing of dates and lists, only of signatures."""
    bad = {name: said for name, said in opinions["outcomes"].items() if ": bad" in name}
    assert {name for name, said in bad.items() if said[0] != "refused"} == {
        "joserfc: bad jwt: revoked",
        "joserfc: bad jwt: expired",
    }
    assert "revocation" in bad["openbadgeslib: bad json: revoked"][1]
    assert "revocation" in bad["openbadgeslib: bad jwt: revoked"][1]


def test_our_list_is_read_as_we_wrote_it(opinions: dict[str, Any]) -> None:
    assert opinions["revoked"] == [5, 77_777]
    assert opinions["entries"] == status_list.ENTRIES


def test_what_they_issue_passes_our_checks(opinions: dict[str, Any]) -> None:
    known = {THEY: controller_document(THEY, THEIR_KEYS)}
    lookups = Lookups(known.get, lambda _: None, datetime.now(UTC) + timedelta(minutes=1))
    assert len(opinions["issued"]) == 6
    for name, upload in opinions["issued"].items():
        content = upload["text"].encode() if "text" in upload else base64.b64decode(next(iter(upload.values())))
        verdict = verify(content, lookups, EMAIL)
        failed = [check.problem.sentence() for check in verdict.checks if check.outcome is not Outcome.PASSED]
        assert not failed, (name, failed, verdict.of[Name.FORM].details)


# --- What the pages really give out


@pytest.fixture
def published(ask: Ask, transactional_db: None, settings: Any) -> dict[str, Any]:
    """Badges that were earned, shared and revoked on a site, with everything as it comes over HTTP."""
    settings.MICROUNITS_BADGE_ISSUER = {"address": "https://badges.example.org"}
    yesterday = TODAY - timedelta(days=1)
    good = issued.award(now=yesterday)
    key_ring.rotate(TODAY - timedelta(hours=2))
    after = issued.award(who="bob", now=TODAY - timedelta(hours=1))
    revoked = issued.award(who="carol", now=yesterday)
    for one in (good, after, revoked):
        sharing.share(one, TODAY)
    awarding.revoke(revoked.uid, "openedx:9", "By mistake.", TODAY)
    client = Client()

    def get(address: str, accept: str = "") -> bytes:
        answer = client.get(urlsplit(address).path, headers={"Accept": accept} if accept else {})
        assert answer.status_code == 200, address
        return bytes(answer.content)

    uploads = {}
    for name, one in (("good", good), ("good after rotating", after), ("bad: revoked", revoked)):
        page = sharing.public_address(one).removesuffix(".html")
        uploads[f"{name} json"] = text(get(page, "application/ld+json"))
        uploads[f"{name} jwt"] = text(get(page, "application/vc+jwt"))
        for kind in ("png", "svg"):
            uploads[f"{name} {kind}"] = {kind: base64.b64encode(get(f"{page}.{kind}")).decode()}
    whole = json.loads(uploads["good json"]["text"])
    uploads["bad: altered json"] = text(as_bytes(whole | {"name": "Master of everything"}))
    uploads["bad: altered png"] = picture("png", as_bytes(whole | {"validUntil": "2099-01-01T00:00:00Z"}))
    header, _payload, signature = uploads["good jwt"]["text"].split(".")
    other = base64url(json.dumps(credential_jwt.parse(uploads["good jwt"]["text"]).payload | {"name": "X"}).encode())
    uploads["bad: altered jwt"] = text(f"{header}.{other}.{signature}")
    lists = {one["credentialStatus"]["statusListCredential"] for one in [whole]}
    issuer = whole["issuer"]["id"]
    (address,) = lists
    return ask(
        {
            "issuer": issuer,
            "jwks": json.loads(get("/microunits/badges/issuer/jwks.json")),
            "served": {did_web_address(issuer): get("/microunits/badges/issuer/did.json").decode()}
            | {address: get(address).decode()},
            "encoded_list": json.loads(get(address, "application/json"))["credentialSubject"]["encodedList"],
            "uploads": uploads,
        }
    )


def test_what_the_pages_give_out_is_accepted_and_what_is_altered_or_revoked_is_refused(
    published: dict[str, Any],
) -> None:
    said = published["outcomes"]
    assert len([name for name in said if ": good" in name]) == 10
    assert {name: one for name, one in said.items() if ": good" in name and one[0] != "accepted"} == {}
    # joserfc knows nothing of lists, only of signatures.
    passed = {name for name, one in said.items() if ": bad" in name and one[0] != "refused"}
    assert passed == {"joserfc: bad: revoked jwt"}
    assert published["entries"] == status_list.ENTRIES
    assert len(published["revoked"]) == 1
