"""Texts in every language that the catalogue has, for messages whose reader is known only when they leave."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations

from django.conf import settings
from django.utils import translation

from xblocks.base.i18n import translator

Text = dict[str, str]


def in_every_language(say: Callable[[NullTranslations], Text]) -> dict[str, Text]:
    """The same said in each language; English is always there."""
    return {code: say(words) for code, words in _catalogues()}


@cache
def _catalogues() -> tuple[tuple[str, NullTranslations], ...]:
    found = {"en": NullTranslations()}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words = translator()
            # What has no catalogue of ours is English.
            if words.info():
                found[code] = words
    return tuple(found.items())
