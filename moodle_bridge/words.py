"""The few words that learners see and nobody wrote, in the language of the course."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path

from xblocks.base import problems

CATALOGUES = Path(problems.__file__).parents[1] / "conf" / "locale"


def translator(language: str) -> Callable[[str], str]:
    """The words of a language; where there is no catalogue for it, English."""
    names = [language.replace("-", "_"), language.partition("-")[0].partition("_")[0]]
    return gettext.translation("django", CATALOGUES, languages=names, fallback=True).gettext
