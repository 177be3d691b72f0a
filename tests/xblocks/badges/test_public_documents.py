"""What the public sees: nothing before the learner shares; then documents in the form that is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from devstack.people import person
from tests.xblocks.badges.earning import SVG, png
from tests.xblocks.badges.issued import BADGE, NOW, award
from xblocks.badges import earned, issuing, key_ring, models, picture, picture_png, sharing
from xblocks.badges.awarding import AwardError, revoke
from xblocks.badges.baking import cleaned, unbaked
from xblocks.badges.credential_jwt import parse
from xblocks.badges.definition import Badge
from xblocks.badges.issuer import address
from xblocks.base.platform import platform

pytestmark = pytest.mark.django_db(transaction=True)

FORMS = ("", ".json", ".jwt", ".html", ".png", ".svg")


@pytest.fixture
def anybody() -> Client:
    return Client()


def page(of: models.Award, form: str = "") -> str:
    return f"/microunits/badges/public/credentials/{of.uid}{form}"


def path(of: str) -> str:
    return urlsplit(of).path


def get(client: Client, at: str, accept: str = "", **more: Any) -> Any:
    return client.get(at, headers={"Accept": accept} if accept else {}, **more)


# --- Sharing


def test_nothing_is_public_before_it_is_shared_and_after_and_it_does_not_tell_whether_it_ever_was(
    anybody: Client,
) -> None:
    ann = award()
    unknown = [get(anybody, page(models.Award(uid=uuid4()), form)) for form in FORMS]
    before = [get(anybody, page(ann, form)) for form in FORMS]
    sharing.share(ann, NOW)
    assert [get(anybody, page(ann, form)).status_code for form in FORMS] == [200] * len(FORMS)
    sharing.unshare(ann)
    after = [get(anybody, page(ann, form)) for form in FORMS]
    for one, other, third in zip(unknown, before, after, strict=True):
        assert one.status_code == other.status_code == third.status_code == 404
        assert one.content == other.content == third.content
        assert dict(one.items()) == dict(other.items()) == dict(third.items())


def test_what_is_shared_is_found_by_its_address_and_not_by_a_search(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    sharing.share(ann, NOW + timedelta(days=1))
    assert models.Award.objects.get().shared_at == NOW
    answer = get(anybody, path(sharing.public_address(ann)), "*/*")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_revoked_badge_cannot_be_shared_and_one_that_is_shared_says_that_it_was_revoked(anybody: Client) -> None:
    ann, bob = award(), award(who="bob")
    sharing.share(bob, NOW)
    for one in (ann, bob):
        revoke(one.uid, "openedx:9", "It was somebody <else>'s work.", NOW)
    html = get(anybody, page(bob, ".html")).content.decode()
    assert "Revoked on" in html
    assert "Reason: It was somebody &lt;else&gt;&#x27;s work." in html
    # This process does not know yet that it was revoked.
    sharing.share(ann, NOW)
    assert ann.shared_at is None
    ann.refresh_from_db()
    with pytest.raises(AwardError, match="revoked"):
        sharing.share(ann, NOW)


def test_the_page_does_not_say_whose_badge_it_is(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    everything = b"".join(get(anybody, page(ann, form)).content for form in FORMS)
    assert b"ann@" not in everything
    assert b"Ann" not in everything
    assert f"/{ann.holder.external_id}".encode() + b'"' not in everything


def test_an_expired_badge_says_so(anybody: Client) -> None:
    ann = award(badge=replace(BADGE, months=1), now=NOW - timedelta(days=60))
    sharing.share(ann, NOW)
    assert "Expired on" in get(anybody, page(ann, ".html")).content.decode()
    forever = award(who="bob", badge=replace(BADGE, months=0, minutes=0))
    sharing.share(forever, NOW)
    html = get(anybody, page(forever, ".html")).content.decode()
    assert "<span>Valid.</span>" in html
    assert "Learning credit" not in html


def test_linkedin_gets_a_form_that_is_filled_in(settings: Any) -> None:
    ann = award()
    asked = parse_qs(urlsplit(sharing.linkedin_address(ann)).query)
    assert asked["name"] == ["Phishing spotter"]
    assert asked["organizationName"] == ["Microunits"]
    assert asked["certUrl"] == [sharing.public_address(ann)]
    assert int(asked["expirationYear"][0]) == NOW.year + 2
    settings.MICROUNITS_BADGE_ISSUER = {"linkedin": 1337}
    asked = parse_qs(urlsplit(sharing.linkedin_address(award(who="bob", badge=replace(BADGE, months=0)))).query)
    assert asked["organizationId"] == ["1337"]
    assert "organizationName" not in asked
    assert "expirationYear" not in asked


# --- Forms


def test_a_credential_is_given_out_in_the_form_that_is_asked_for(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    kept = models.Credential.objects.get()
    for accept, expected in (
        ("", "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("image/webp", "application/ld+json"),
        ("text/html;q=0.1, application/vc;q=0.9", "application/vc"),
    ):
        answer = get(anybody, page(ann), accept)
        assert answer.headers["Content-Type"] == expected, accept
        assert "Accept" in answer.headers["Vary"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        if "json" in expected or expected == "application/vc":
            assert answer.content.decode() == kept.document
        if "jwt" in expected or "plain" in expected:
            assert answer.content.decode() == kept.token


def test_every_address_in_a_credential_leads_to_what_it_names(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    whole = json.loads(ann.credential.document)
    achievement = whole["credentialSubject"]["achievement"]
    assert get(anybody, path(whole["id"])).json() == whole
    assert get(anybody, path(achievement["id"])).json() == {"@context": whole["@context"], **achievement}
    assert get(anybody, path(achievement["criteria"]["id"])).headers["Content-Type"] == "text/html; charset=utf-8"
    image = get(anybody, path(achievement["image"]["id"]))
    assert (image.headers["Content-Type"], image.content[:4]) == ("image/png", b"\x89PNG")
    status = get(anybody, path(whole["credentialStatus"]["statusListCredential"]), "application/json").json()
    assert status["id"] == whole["credentialStatus"]["statusListCredential"]
    assert f'id="{whole["evidence"][0]["id"].partition("#")[2]}"' in get(anybody, page(ann, ".html")).content.decode()


def test_an_issuer_publishes_who_it_is_and_its_keys(anybody: Client, settings: Any) -> None:
    settings.MICROUNITS_BADGE_ISSUER = {
        "name": "Example College",
        "url": "https://college.example.org",
        "description": "Vocational <training>",
        "image": "https://college.example.org/logo.png",
        "address": "https://badges.example.org/",
    }
    key_ring.make(NOW)
    issuer = "did:web:badges.example.org:microunits:badges:issuer"
    profile = get(anybody, "/microunits/badges/public/issuer").json()
    assert (profile["id"], profile["name"], profile["type"]) == (issuer, "Example College", ["Profile"])
    did = get(anybody, "/microunits/badges/issuer/did.json")
    assert did.headers["Content-Type"] == "application/did+json"
    assert did.json()["id"] == issuer
    assert did.json()["alsoKnownAs"] == ["https://badges.example.org/microunits/badges/public/issuer"]
    assert len(did.json()["assertionMethod"]) == 2
    keys = get(anybody, "/microunits/badges/issuer/jwks.json").json()["keys"]
    assert {one["alg"] for one in keys} == {"EdDSA", "RS256"}
    html = get(anybody, "/microunits/badges/public/issuer", "text/html").content.decode()
    assert "Vocational &lt;training&gt;" in html
    assert "https://college.example.org/logo.png" in html


def test_a_status_list_is_given_out_both_ways_and_only_where_there_is_one(anybody: Client) -> None:
    award()
    at = "/microunits/badges/public/status/1"
    for accept in ("application/json, text/plain, */*", "application/ld+json"):
        assert "BitstringStatusListCredential" in get(anybody, at, accept).json()["type"]
    for accept in ("", "*/*", "application/vc+jwt"):
        assert parse(get(anybody, at, accept).content.decode()).payload["iss"].startswith("did:web:")
    assert get(anybody, f"{at}.jwt").content.startswith(b"ey")
    assert get(anybody, f"{at}0").status_code == 404


def test_nothing_is_kept_by_those_in_between_without_asking(anybody: Client) -> None:
    """What is revoked or no longer shared is so at once; who asks again for the same gets no body."""
    ann = award()
    at = "/microunits/badges/public/status/1"
    first = get(anybody, at)
    assert first.headers["Cache-Control"] == "no-cache"
    same = anybody.get(at, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    revoke(ann.uid, "openedx:9", "By mistake.", NOW)
    assert anybody.get(at, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "at",
    [
        "/microunits/badges/public/achievements/nonsense/phishing/" + "0" * 32,
        "/microunits/badges/public/achievements/course-v1:A+B+C/phishing/" + "0" * 32,
        "/microunits/badges/public/achievements/course-v1:A+B+C/phishing/" + "0" * 32 + ".html",
        "/microunits/badges/public/achievements/course-v1:A+B+C/phishing/" + "0" * 32 + "/picture.png",
        "/microunits/badges/public/credentials/nonsense",
    ],
)
def test_what_is_not_there_is_not_there(at: str, anybody: Client) -> None:
    assert get(anybody, at, "text/html").status_code == 404


def test_documents_are_only_read(anybody: Client) -> None:
    assert anybody.post("/microunits/badges/issuer/did.json").status_code == 405


# --- Pages


def test_the_page_of_a_badge_says_what_by_whom_for_what_and_when(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    html = get(anybody, page(ann, ".html")).content.decode()
    for text in (
        "Phishing spotter",
        "Issued by ",
        "<b>wrong</b>",
        "All of this:<ul><li>Complete 1 unit.</li>",
        "with a score of 85%.",
        "Valid until ",
        "1 hour and 30 minutes",
        "DigComp 4.1",
        "security, mail",
        f'content="{address("credential_as", ann.uid, "html")}"',
        '<meta property="og:title" content="Phishing spotter">',
        '<meta property="og:description" content="Sees at a glance what is wrong with a mail.">',
        f"/microunits/badges/public/verify/?badge={ann.uid}",
    ):
        assert text in html, text
    assert "picture.png" in html.partition("og:image")[2][:250]


def test_a_badge_that_was_given_by_hand_says_so(anybody: Client) -> None:
    ann = award()
    models.Award.objects.filter(pk=ann.pk).update(evidence=[], how=models.How.BY_HAND)
    models.Credential.objects.update(document="")
    sharing.share(ann, NOW)
    assert "The course team gave this badge" in get(anybody, page(ann, ".html")).content.decode()


def test_the_teams_own_words_say_what_one_does_for_it(anybody: Client) -> None:
    ann = award(badge=replace(BADGE, narrative="<p>Stay <i>alert</i>.</p>", description=""))
    sharing.share(ann, NOW)
    html = get(anybody, page(ann, ".html")).content.decode()
    assert "<p>Stay <i>alert</i>.</p>" in html
    assert "A badge that can be checked." in html
    assert (
        json.loads(ann.credential.document)["credentialSubject"]["achievement"]["criteria"]["narrative"]
        == "Stay alert ."
    )


def test_pages_speak_the_language_of_who_looks(anybody: Client) -> None:
    ann = award()
    sharing.share(ann, NOW)
    anybody.cookies["openedx-language-preference"] = "nl"
    html = get(anybody, page(ann, ".html")).content.decode()
    assert '<html lang="nl"' in html


# --- Taking it along


def test_what_a_learner_downloads_holds_the_identical_credential() -> None:
    ann = award()
    client = Client()
    client.force_login(person("ann"))
    at = f"/microunits/badges/{ann.uid}/download/"
    kept = models.Credential.objects.get()
    for form in ("png", "svg"):
        answer = client.get(at + form)
        assert unbaked(answer.content) == kept.document
        assert answer.headers["Content-Disposition"] == f'attachment; filename="phishing-spotter.{form}"'
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(at + "json").content.decode() == kept.document
    assert client.get(at + "jwt").content.decode() == kept.token


def test_nobody_downloads_what_is_somebody_elses() -> None:
    ann = award()
    at = f"/microunits/badges/{ann.uid}/download/json"
    assert Client().get(at).status_code == 302
    bob = Client()
    bob.force_login(person("bob"))
    assert bob.get(at).status_code == 404


def test_before_it_is_signed_there_is_nothing_to_take_along_or_to_share() -> None:
    ann = award(keys=False)
    client = Client()
    client.force_login(person("ann"))
    answer = client.get(f"/microunits/badges/{ann.uid}/download/json")
    assert answer.status_code == 503
    assert "not signed yet" in answer.content.decode()
    with pytest.raises(sharing.NotSignedError):
        sharing.share(ann, NOW)
    said = client.post(f"/microunits/badges/{ann.uid}/share/", follow=True).content.decode()
    assert "still has to be signed" in said
    assert get(client, page(ann)).status_code == 404
    key_ring.make(NOW)
    assert "can see the badge now" in client.post(f"/microunits/badges/{ann.uid}/share/", follow=True).content.decode()
    assert get(client, page(ann)).status_code == 200


@pytest.mark.parametrize(("file", "kind"), [(png(), "png"), (SVG, "svg")])
def test_the_teams_own_picture_is_used_and_the_other_kind_is_drawn(
    file: bytes, kind: str, anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform()), "course_file", lambda *_: file)
    ann = award(badge=replace(BADGE, image=f"/static/badge.{kind}"))
    sharing.share(ann, NOW)
    achievement = ann.credential.achievement
    drawn = {"png": picture_png.draw(BADGE.design), "svg": picture.draw(BADGE.design, BADGE.name).encode()}
    for form in ("png", "svg"):
        assert unbaked(get(anybody, page(ann, f".{form}")).content) == ann.credential.document
        shown = get(anybody, path(achievement.document["image"]["id"]).replace(".png", f".{form}"))
        assert shown.content == (cleaned(file) if form == kind else drawn[form])
        assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("file", [None, b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"])
def test_a_picture_that_is_gone_or_does_harm_is_drawn_instead(
    file: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform()), "course_file", lambda *_: file)
    award(badge=replace(BADGE, image="/static/badge.svg"))
    assert models.Achievement.objects.get().picture == b""


def test_titles_of_blocks_are_those_of_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    class Block:
        display_name = " Who is writing? "

    monkeypatch.setattr(type(platform()), "block", lambda _self, key: Block() if key.block_id == "a" else None)
    ann = award()
    assert models.Achievement.objects.get().titles == {"microquiz@a": "Who is writing?"}
    names = [one["name"] for one in json.loads(ann.credential.document)["evidence"]]
    assert "Who is writing?" in names
    narrative = models.Achievement.objects.get().document["criteria"]["narrative"]
    assert "Complete “Who is writing?”." in narrative
    assert earned.titles_of(ann.badge.course_key, Badge("x", "X", BADGE.criterion)) == {
        "microquiz@a": "Who is writing?"
    }


def test_an_award_has_its_credential_though_the_queue_never_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xblocks.badges.tasks.queue", lambda *_: False)
    ann = award()
    assert not models.Credential.objects.exists()
    assert issuing.credential_of(ann) is not None
