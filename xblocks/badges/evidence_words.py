"""What somebody did for a badge, in words: as it stands in their credential."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from xblocks.badges.criteria import (
    Attended,
    CameBack,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    WeeksInARow,
)
from xblocks.base.problems import N_

Titles = Mapping[str, str]
"""What blocks are called, by `definition.block_name`."""

_AT = {
    Reflected.kind: N_("Reflection: %(unit)s"),
    Prepared.kind: N_("Prepared for: %(unit)s"),
    Attended.kind: N_("Took part in: %(unit)s"),
}


def what_was_done(kind: str, block: str, number: int, titles: Titles, words: NullTranslations) -> str:
    """One thing that was done.

    Args:
        kind: of the criterion that it was for.
        block: where; "" is in the course.
        number: how many, of what is counted.
    """
    if block:
        unit = titles.get(block) or words.gettext("A unit of the course")
        return words.gettext(_AT[kind]) % {"unit": unit} if kind in _AT else unit
    if kind == FinishedWithin.kind:
        return words.gettext("All units done in time")
    count = {"of": number}
    match kind:
        case FirstTry.kind:
            said = words.ngettext(
                "One question right at the first try", "%(of)d questions right at the first try", number
            )
        case CameBack.kind:
            said = words.ngettext(
                "One question tried again and known now", "%(of)d questions tried again and known now", number
            )
        case Reviews.kind:
            said = words.ngettext("One question repeated", "%(of)d questions repeated", number)
        case WeeksInARow.kind:
            said = words.ngettext("Practised in a week", "Practised %(of)d weeks in a row", number)
        case _:
            return words.gettext("What the badge asks for")
    return said % count if "%(of)d" in said else said
