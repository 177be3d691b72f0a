"""What a criterion asks for, in words: for the page of a badge, for the credential, and for a badge in Moodle.

It says what there is to do for whoever; where somebody is on the way is for `progress_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    Attended,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)

Names = Mapping[str, str]
"""Titles of blocks, by what a criterion calls them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A criterion in words: a line, and lines that belong to it."""

    text: str
    parts: tuple[Told, ...] = ()


def told(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    """What a criterion asks for. A block without a title is "a unit of this course"."""
    return _WAYS[type(criterion)](criterion, names, words)


def as_html(one: Told) -> str:
    """As markup: a paragraph, and lists within lists."""
    return f"<p>{escape(one.text)}</p>{_list(one.parts)}"


def _list(parts: tuple[Told, ...]) -> str:
    items = "".join(f"<li>{escape(part.text)}{_list(part.parts)}</li>" for part in parts)
    return f"<ul>{items}</ul>" if parts else ""


def as_markdown(one: Told) -> str:
    """As Markdown, which reads well as it is."""
    return "\n".join([one.text, *(["", *_lines(one.parts, "")] if one.parts else [])])


def _lines(parts: tuple[Told, ...], indent: str) -> list[str]:
    lines = []
    for part in parts:
        lines += [f"{indent}- {part.text}", *_lines(part.parts, f"{indent}  ")]
    return lines


# --- Each kind


def _units(one: str, many: str, blocks: tuple[str, ...], names: Names, words: NullTranslations, **more: object) -> Told:
    """A sentence with the one unit in it, or one about several with their list."""
    titles = [names.get(block, "") or words.gettext("a unit of this course") for block in blocks]
    if len(titles) == 1:
        unit = words.gettext("“%(name)s”") % {"name": titles[0]} if names.get(blocks[0]) else titles[0]
        return Told(one % {"unit": unit, **more})
    return Told(many % {"number": len(titles), **more}, tuple(map(Told, titles)))


def _completed(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, Completed)
    one, many = words.gettext("Complete %(unit)s"), words.gettext("Complete these %(number)d units:")
    return _units(one, many, criterion.blocks, names, words)


def _score(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, ScoreAtLeast)
    one = words.gettext("Reach %(least)d%% or more in %(unit)s")
    many = words.gettext("Reach %(least)d%% or more in each of these %(number)d units:")
    return _units(one, many, criterion.blocks, names, words, least=round(100 * criterion.least))


def _within(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, FinishedWithin)
    one = words.gettext("Complete %(unit)s within %(days)s")
    many = words.gettext("Complete these %(number)d units within %(days)s, from the first to the last:")
    return _units(one, many, criterion.blocks, names, words, days=_days(criterion.days, words))


def _reflected(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, Reflected)
    one = words.gettext("Hand in your reflection in %(unit)s")
    many = words.gettext("Hand in your reflection in each of these %(number)d units:")
    return _units(one, many, criterion.blocks, names, words)


def _prepared(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, Prepared)
    one, many = (
        words.gettext("Come prepared to %(unit)s"),
        words.gettext("Come prepared to these %(number)d workshops:"),
    )
    return _units(one, many, criterion.blocks, names, words)


def _attended(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, Attended)
    one, many = words.gettext("Be at %(unit)s"), words.gettext("Be at these %(number)d workshops:")
    return _units(one, many, criterion.blocks, names, words)


def _first_try(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, FirstTry)
    text = words.ngettext(
        "Answer one question right at the first try",
        "Answer %(number)d questions right at the first try",
        criterion.number,
    )
    return _somewhere(text % {"number": criterion.number}, criterion.blocks, names, words)


def _came_back(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, CameBack)
    text = words.ngettext(
        "Answer one question right that went wrong before",
        "Answer %(number)d questions right that went wrong before",
        criterion.number,
    )
    return _somewhere(text % {"number": criterion.number}, criterion.blocks, names, words)


def _somewhere(text: str, blocks: tuple[str, ...], names: Names, words: NullTranslations) -> Told:
    """Something that counts anywhere in the course, or in some units only."""
    if not blocks:
        return Told(text)
    one = words.gettext("%(what)s, in %(unit)s")
    many = words.gettext("%(what)s, in these units:")
    return _units(one, many, blocks, names, words, what=text)


def _reviews(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, Reviews)
    text = words.ngettext(
        "Repeat one question within %(days)s", "Repeat %(number)d questions within %(days)s", criterion.number
    )
    return Told(text % {"number": criterion.number, "days": _days(criterion.days, words)})


def _weeks(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, WeeksInARow)
    text = words.ngettext("Practise in a week", "Practise %(number)d weeks in a row", criterion.weeks)
    text %= {"number": criterion.weeks}
    if criterion.rest:
        rest = words.ngettext(
            "%(what)s; one week of rest in between is fine",
            "%(what)s; %(number)d weeks of rest in between are fine",
            criterion.rest,
        )
        text = rest % {"what": text, "number": criterion.rest}
    return Told(text)


def _days(number: int, words: NullTranslations) -> str:
    return words.ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _all(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, AllOf)
    return _group(words.gettext("All of these:"), criterion.parts, names, words)


def _any(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, AnyOf)
    return _group(words.gettext("One of these, whichever:"), criterion.parts, names, words)


def _some(criterion: Criterion, names: Names, words: NullTranslations) -> Told:
    assert isinstance(criterion, SomeOf)
    text = words.ngettext(
        "One of these %(of)d, whichever:", "%(number)d of these %(of)d, whichever:", criterion.number
    ) % {"number": criterion.number, "of": len(criterion.parts)}
    return _group(text, criterion.parts, names, words)


def _group(text: str, parts: tuple[Criterion, ...], names: Names, words: NullTranslations) -> Told:
    if len(parts) == 1:
        return told(parts[0], names, words)
    return Told(text, tuple(told(part, names, words) for part in parts))


_WAYS: Mapping[type[Criterion], Callable[[Criterion, Names, NullTranslations], Told]] = {
    AllOf: _all,
    AnyOf: _any,
    Attended: _attended,
    CameBack: _came_back,
    Completed: _completed,
    FinishedWithin: _within,
    FirstTry: _first_try,
    Prepared: _prepared,
    Reflected: _reflected,
    Reviews: _reviews,
    ScoreAtLeast: _score,
    SomeOf: _some,
    WeeksInARow: _weeks,
}
