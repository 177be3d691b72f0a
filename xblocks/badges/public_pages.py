"""The pages that everybody sees, in the language of who looks; what the badge itself says is in that of its course."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi

from xblocks.badges import models
from xblocks.badges.credentials import valid_until
from xblocks.badges.criteria_words import said
from xblocks.badges.documents import Shared
from xblocks.badges.earned import place_of, words_of
from xblocks.badges.issuer import address, profile
from xblocks.badges.public_frame import BAD, GOOD, UNSURE, Frame, render_page
from xblocks.badges.public_page import (
    AchievementView,
    CredentialView,
    Done,
    render_achievement,
    render_credential,
    render_issuer,
    render_notice,
)
from xblocks.badges.reading import read
from xblocks.badges.strict_json import parse_object
from xblocks.base.i18n import _, html_language, ngettext, translator
from xblocks.base.platform import platform
from xblocks.base.sanitise import as_plain_text

CSS = ("badges/public.css",)
_FILES = {"png": "PNG", "svg": "SVG", "json": "JSON", "jwt": "JWT"}


def credential_page(shared: Shared, now: datetime) -> str:
    """What somebody earned and shares."""
    award, credential = shared.award, shared.credential
    badge = read(award)
    view = CredentialView(
        badge=_badge(credential.achievement),
        state=_state(award, now),
        reason=award.revoked_reason if award.revoked_at else "",
        by_hand=award.how == models.How.BY_HAND,
        done=[
            Done(anchor=f"done-{number}", what=one["name"], when=_when(kept))
            for number, (one, kept) in enumerate(zip(_evidence(credential), award.evidence, strict=False), start=1)
        ],
        dates=_dates(award),
        verify_url=f"{reverse('microunits_badges:verify')}?badge={award.uid}",
        files=[
            (reverse("microunits_badges:credential_as", args=[award.uid, form]), name) for form, name in _FILES.items()
        ],
    )
    page = address("credential_as", award.uid, "html")
    text = as_plain_text(badge.description) or _("A badge that can be checked.")
    picture = address("picture", *place_of(award.badge, award.content_hash), "png")
    preview = {
        "og:type": "website",
        "og:site_name": profile().name,
        "og:title": badge.name,
        "og:description": text[:200],
        "og:url": page,
        "og:image": picture,
        "og:image:alt": badge.name,
    }
    return whole_page(badge.name, render_credential(view, translator()), preview)


def achievement_page(achievement: models.Achievement) -> str:
    """What can be earned, as it was when somebody earned it."""
    view = _badge(achievement)
    return whole_page(view.name, render_achievement(view, translator()))


def issuer_page() -> str:
    """Who issues the badges of this site."""
    one = profile()
    ways = [
        (reverse("microunits_badges:verify"), _("Check a badge")),
        (reverse("microunits_badges:did"), _("Keys (did:web)")),
        (reverse("microunits_badges:jwks"), _("Keys (JWK Set)")),
    ]
    image = one.image.address if one.image else ""
    return whole_page(one.name, render_issuer(one.name, one.url, one.description, image, ways, translator()))


def not_shared_page() -> str:
    """There is nothing to see; it is not said whether there ever was."""
    text = _(
        "There is no badge at this address that somebody shares. If it is yours, share it on the page with your badges;"
        " else ask who gave you the address."
    )
    return _notice(_("Nothing to see here"), text)


def no_achievement_page() -> str:
    """Nobody earned such a badge."""
    return _notice(
        _("Nothing to see here"), _("There is no badge at this address. Look whether it is written in full.")
    )


def not_signed_page() -> str:
    """The badge is there, its signature is not."""
    text = _("Your badge is yours, but not signed yet, so there is nothing to take along. Please try again later.")
    return _notice(_("Not yet"), text)


def whole_page(title: str, content: str, preview: Mapping[str, str] | None = None) -> str:
    """A page with what stands around it."""
    issuer = profile()
    frame = Frame(
        title=title,
        site=platform().site_name(),
        site_url="/",
        css=[static(name) for name in CSS],
        lang=html_language(),
        rtl=get_language_bidi(),
        ways=[
            (reverse("microunits_badges:verify"), _("Check a badge")),
            (reverse("microunits_badges:issuer_as", args=["html"]), issuer.name),
        ],
        preview=preview or {},
    )
    return render_page(frame, content)


def day(when: datetime) -> str:
    """A date as one writes it in the language of the page."""
    return date_format(localtime(when), "DATE_FORMAT")


def credit_in_words(minutes: int) -> str:
    """Learning credit: "1 hour and 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours})
    if rest or not hours:
        parts.append(ngettext("%(number)d minute", "%(number)d minutes", rest) % {"number": rest})
    if len(parts) == 1:
        return parts[0]
    return _("%(hours)s and %(minutes)s") % {"hours": parts[0], "minutes": parts[1]}


def _notice(title: str, text: str) -> str:
    way = (reverse("microunits_badges:verify"), _("Check a badge"))
    return whole_page(title, render_notice(title, text, way))


def _badge(achievement: models.Achievement) -> AchievementView:
    badge, row = read(achievement), achievement.badge
    facts = platform().course(row.course_key)
    lang = str(achievement.language).replace("_", "-")
    return AchievementView(
        name=badge.name,
        picture=reverse(
            "microunits_badges:picture", args=[*place_of(row, achievement.content_hash), _shown(achievement)]
        ),
        issuer=profile().name,
        issuer_url=reverse("microunits_badges:issuer_as", args=["html"]),
        course=facts.name if facts else "",
        description=platform().with_course_files(row.course_key, badge.description),
        narrative=platform().with_course_files(row.course_key, badge.narrative),
        asked=said(badge.criterion, achievement.titles, words_of(achievement.language)),
        lang="" if lang == html_language() else lang,
        credit=credit_in_words(badge.minutes) if badge.minutes else "",
        tags=badge.tags,
        frameworks=[(one.name, one.url) for one in badge.alignments],
    )


def _shown(achievement: models.Achievement) -> str:
    """A picture that was uploaded is shown as it is; a drawn one is sharp at every size."""
    return "png" if achievement.picture_type == "image/png" else "svg"


def _state(award: models.Award, now: datetime) -> tuple[str, str]:
    ends = valid_until(award.awarded_at, read(award).months)
    if award.revoked_at is not None:
        return BAD, _("Revoked on %(date)s: it counts no more.") % {"date": day(award.revoked_at)}
    if ends is not None and now >= ends:
        return UNSURE, _("Expired on %(date)s.") % {"date": day(ends)}
    if ends is not None:
        return GOOD, _("Valid until %(date)s.") % {"date": day(ends)}
    return GOOD, _("Valid.")


def _dates(award: models.Award) -> list[tuple[str, str]]:
    ends = valid_until(award.awarded_at, read(award).months)
    dates = [(_("Awarded on"), day(award.awarded_at))]
    if ends is not None:
        dates.append((_("Valid until"), day(ends)))
    return dates


def _evidence(credential: models.Credential) -> list[dict[str, Any]]:
    """As it was signed."""
    found: list[dict[str, Any]] = parse_object(credential.document).get("evidence", [])
    return found


def _when(kept: Mapping[str, Any]) -> str:
    date = day(datetime.fromisoformat(kept["at"]))
    if kept["score"] is None:
        return _("Done on %(day)s.") % {"day": date}
    return _("Done on %(day)s, with a score of %(score)d%%.") % {"day": date, "score": round(100 * kept["score"])}
