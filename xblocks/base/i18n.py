"""Translations: one catalogue for the suite, read once a language, not once a request.

Open edX looks for the catalogues of an XBlock under its root import name, here `xblocks`: pulled by openedx-atlas to
`conf/plugins-locale/xblock.v1/xblocks/` of the platform, or else in the package. What was pulled comes first. What
stands around the blocks (the devstack) names folders with its own catalogues in the setting MICROUNITS_LOCALE_PATHS;
they come last, so that blocks say the same everywhere.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, to_locale

DOMAIN = "django"
BUNDLED = Path(__file__).resolve().parent.parent / "conf" / "locale"


def translator() -> gettext.NullTranslations:
    """The catalogue of the language that is active now (English: the messages themselves)."""
    return _catalogue(get_language() or settings.LANGUAGE_CODE)


def html_language() -> str:
    """The active language as HTML's `lang` takes it; the platform's test language "rtl" is English in disguise."""
    language = get_language() or settings.LANGUAGE_CODE
    return "en" if language == "rtl" else language


def _(message: str) -> str:
    """A message in the language that is active now."""
    return translator().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """A message about a number, in the language that is active now; %(number)s is left for the caller to fill in."""
    return translator().ngettext(singular, plural, number)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    locale = to_locale(language)
    languages = [locale, locale.split("_")[0]]
    found: gettext.NullTranslations = gettext.NullTranslations()
    for folder in (*_around(), BUNDLED, *_pulled()):
        layer = gettext.translation(DOMAIN, folder, languages, fallback=True)
        if isinstance(layer, gettext.GNUTranslations):
            layer.add_fallback(found)
            found = layer
    return found


def _around() -> tuple[str | Path, ...]:
    """Folders with the catalogues of what stands around the blocks."""
    return tuple(getattr(settings, "MICROUNITS_LOCALE_PATHS", ()))


def _pulled() -> tuple[Path, ...]:
    """Where openedx-atlas put catalogues for this suite; nothing outside the platform."""
    root = getattr(settings, "REPO_ROOT", None)
    return (Path(root) / "conf" / "plugins-locale" / "xblock.v1" / "xblocks",) if root else ()
