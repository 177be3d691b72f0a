"""The catalogues of the suite: for the few words that learners see and nobody wrote, and for what the bridge says."""

from __future__ import annotations

import gettext
from pathlib import Path

from xblocks.base import problems

DOMAIN = "django"
CATALOGUES = Path(problems.__file__).parents[1] / "conf" / "locale"

ENGLISH = gettext.NullTranslations()


def catalogue(language: str) -> gettext.NullTranslations:
    """The words of a course's language; where there is no catalogue for it, English."""
    names = [language.replace("-", "_"), language.partition("-")[0].partition("_")[0]]
    return gettext.translation(DOMAIN, CATALOGUES, languages=names, fallback=True)


def spoken() -> gettext.NullTranslations:
    """What the environment says that people read: LANGUAGE, LC_ALL, LC_MESSAGES or LANG, whichever is set first."""
    return gettext.translation(DOMAIN, CATALOGUES, fallback=True)
