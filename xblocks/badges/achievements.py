"""What can be earned, and who gives it: issuer Profile and Achievement of Open Badges 3.0, as values and as documents.

Serialization (section 9.1): what is not there is left out, never null; sets are arrays, even of one.
"""

from __future__ import annotations

from dataclasses import dataclass

from xblocks.badges.context_loader import CREDENTIALS, OPEN_BADGES
from xblocks.badges.strict_json import JsonObject

CONTEXTS = (CREDENTIALS, OPEN_BADGES)
MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its address (or a data: address), and what it shows, for those who do not see it."""

    address: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who issues badges. There is no e-mail address: documents are public.

    Attributes:
        id: a DID or an https address, under which its keys are found.
        url: its website.
    """

    id: str
    name: str
    url: str = ""
    description: str = ""
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Something in a framework of skills or learning goals that an achievement is about.

    Attributes:
        framework: the framework's name.
        kind: one of the specification's AlignmentTargetType, such as "ceasn:Competency"; "" leaves it out.
    """

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """A result that an achievement may have, such as a score.

    Attributes:
        id: its address; results name it.
        kind: one of the specification's ResultType, such as "Percent".
        least, most: bounds of the value, as text; "" where there is none.
    """

    id: str
    name: str
    kind: str = "Percent"
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class Achievement:
    """What somebody can earn.

    Attributes:
        id: its address.
        criteria: what one does to earn it, for people (Markdown is allowed).
        criteria_url: where that stands as a page.
        credit_minutes: the learning credit it carries; None for none. The document says hours.
        kind: one of the specification's AchievementType.
        language: of the texts, such as "nl".
    """

    id: str
    name: str
    description: str
    criteria: str
    criteria_url: str = ""
    image: Image | None = None
    alignments: tuple[Alignment, ...] = ()
    tags: tuple[str, ...] = ()
    results: tuple[ResultDescription, ...] = ()
    credit_minutes: int | None = None
    kind: str = "Badge"
    creator: Profile | None = None
    language: str = ""


def present(**members: object) -> JsonObject:
    """The members that are there: neither None nor empty."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def profile_document(profile: Profile) -> JsonObject:
    """A Profile within another document; with `published` it stands alone."""
    return present(
        id=profile.id,
        type=["Profile"],
        name=profile.name,
        url=profile.url,
        description=profile.description,
        image=image_document(profile.image),
    )


def achievement_document(achievement: Achievement) -> JsonObject:
    """An Achievement within another document; with `published` it stands alone."""
    return present(
        id=achievement.id,
        type=["Achievement"],
        achievementType=achievement.kind,
        name=achievement.name,
        description=achievement.description,
        criteria=present(id=achievement.criteria_url, narrative=achievement.criteria),
        image=image_document(achievement.image),
        creator=profile_document(achievement.creator) if achievement.creator else None,
        alignment=[_alignment(alignment) for alignment in achievement.alignments],
        tag=list(achievement.tags),
        inLanguage=achievement.language,
        resultDescription=[_result_description(result) for result in achievement.results],
        creditsAvailable=hours(achievement.credit_minutes),
    )


def published(document: JsonObject) -> JsonObject:
    """A Profile or an Achievement as a document of its own."""
    return {"@context": list(CONTEXTS), **document}


def image_document(image: Image | None) -> JsonObject | None:
    """An Image, or None where there is none."""
    return present(id=image.address, type="Image", caption=image.caption) if image else None


def hours(minutes: int | None) -> float | int | None:
    """Credit in hours, as the specification counts it, to the hundredth; whole hours as an integer.

    1.0 and 1 are the same number in JSON, but not every implementation signs them alike.
    """
    if minutes is None:
        return None
    value = round(minutes / MINUTES_AN_HOUR, 2)
    return int(value) if value == int(value) else value


def _alignment(alignment: Alignment) -> JsonObject:
    return present(
        type=["Alignment"],
        targetName=alignment.name,
        targetUrl=alignment.url,
        targetDescription=alignment.description,
        targetFramework=alignment.framework,
        targetCode=alignment.code,
        targetType=alignment.kind,
    )


def _result_description(result: ResultDescription) -> JsonObject:
    return present(
        id=result.id,
        type=["ResultDescription"],
        name=result.name,
        resultType=result.kind,
        valueMin=result.least,
        valueMax=result.most,
    )
