"""What somebody earned: a badge as it was then, kept as the achievement that credentials name.

It is made when the first credential for that definition is signed, with what its blocks are called by then, and stays.
"""

from __future__ import annotations

from gettext import NullTranslations
from urllib.parse import quote

from django.conf import settings
from django.utils import translation
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import achievements, models
from xblocks.badges.baking import cleaned
from xblocks.badges.baking_png import is_png
from xblocks.badges.credential_errors import PictureRefusedError
from xblocks.badges.criteria_words import blocks_in, in_words
from xblocks.badges.definition import Badge
from xblocks.badges.issuer import address, profile
from xblocks.badges.reading import read
from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.base.sanitise import as_plain_text

PNG, SVG = "image/png", "image/svg+xml"


def achievement_of(award: models.Award) -> models.Achievement:
    """The achievement of an award; made when it is the first of its definition."""
    rows = models.Achievement.objects.defer("definition", "picture")
    found = rows.filter(badge=award.badge_id, content_hash=award.content_hash).first()
    return found or _made(award)


def words_of(language: str) -> NullTranslations:
    """The catalogue of a course's language; of the site's own where the course says none."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return translator()


def titles_of(course_key: CourseKey, badge: Badge) -> dict[str, str]:
    """What the blocks that a badge names are called now; those that are gone are left out."""
    found = {}
    for name in dict.fromkeys(blocks_in(badge.criterion)):
        block_type, _at, block_id = name.partition("@")
        try:
            block = platform().block(course_key.make_usage_key(block_type, block_id))
        except InvalidKeyError:
            continue
        title = str(getattr(block, "display_name", "") or "").strip()
        if title:
            found[name] = title
    return found


def place_of(badge: models.Badge, content_hash: str) -> tuple[str, str, str]:
    """What tells an achievement from all others, as it stands in its address."""
    return str(badge.course_key), str(badge.badge_id), content_hash


def _made(award: models.Award) -> models.Achievement:
    badge, row = read(award), award.badge
    facts = platform().course(row.course_key)
    language = facts.language if facts else ""
    titles = titles_of(row.course_key, badge)
    picture, picture_type = _picture(row.course_key, badge)
    document = achievements.achievement_document(_achievement(row, award.content_hash, badge, titles, language))
    made, _is_new = models.Achievement.objects.get_or_create(
        badge=row,
        content_hash=award.content_hash,
        defaults={
            "definition": award.definition,
            "document": document,
            "language": language[:16],
            "titles": titles,
            "picture": picture,
            "picture_type": picture_type,
        },
    )
    return made


def _achievement(
    row: models.Badge, content_hash: str, badge: Badge, titles: dict[str, str], language: str
) -> achievements.Achievement:
    place = place_of(row, content_hash)
    page = address("achievement", *place)
    alignments = [achievements.Alignment(one.name, _web_address(one.url)) for one in badge.alignments]
    return achievements.Achievement(
        id=page,
        name=badge.name,
        description=as_plain_text(badge.description) or badge.name,
        criteria=as_plain_text(badge.narrative) or in_words(badge.criterion, titles, words_of(language)),
        criteria_url=address("achievement_as", *place, "html"),
        image=achievements.Image(address("picture", *place, "png"), badge.name),
        alignments=tuple(dict.fromkeys(alignments)),
        tags=badge.tags,
        credit_minutes=badge.minutes or None,
        creator=profile(),
        language=language.replace("_", "-"),
    )


def _web_address(url: str) -> str:
    """An address as it can be signed: what may not stand in one is written with %."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def _picture(course_key: CourseKey, badge: Badge) -> tuple[bytes, str]:
    """The picture that the course team uploaded; none where there is none, or nothing can be baked into it."""
    if not badge.image:
        return b"", ""
    data = platform().course_file(course_key, badge.image)
    if data is None:
        return b"", ""
    try:
        return cleaned(data), PNG if is_png(data) else SVG
    except PictureRefusedError:
        return b"", ""
