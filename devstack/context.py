"""What the frame of every page shows: who one is, which languages there are, where one stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from devstack.language import chosen_language, is_right_to_left
from devstack.people import PARTS
from devstack.words import Words, say
from xblocks.base.i18n import _, html_language


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a menu."""

    value: str
    label: str
    note: str = ""
    chosen: bool = False


def chrome(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    language = chosen_language(request)
    username = request.user.get_username()
    people = [Option(part.username, part.first_name, _(part.says), part.username == username) for part in PARTS]
    people.append(Option("", say("nobody"), say("not_logged_in"), not username))
    return {
        "words": Words(),
        "language": language,
        "html_language": html_language(),
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "languages": [Option(code, language_name(code), chosen=code == language) for code, _name in settings.LANGUAGES],
        "people": people,
        "me": next((option for option in people if option.chosen), people[-1]),
        "here": request.get_full_path(),
    }


def language_name(code: str) -> str:
    """A language in its own words."""
    return say("right_to_left") if code == "rtl" else dict(settings.LANGUAGES)[code]
