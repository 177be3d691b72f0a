"""What has to be done for a badge, in words: for its page and its credentials, where the course team wrote none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations

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

Titles = Mapping[str, str]
"""What blocks are called, by `definition.block_name`; one that is not there is gone from the course."""

INDENT = "    "


@dataclass(frozen=True, slots=True)
class Said:
    """A criterion in words: a sentence, or a heading with what stands below it."""

    text: str
    parts: tuple[Said, ...] = ()


def said(criterion: Criterion, titles: Titles, words: NullTranslations) -> Said:
    """What has to be done."""
    if not isinstance(criterion, AllOf | AnyOf | SomeOf):
        return Said(_WAYS[type(criterion)](criterion, titles, words))
    if len(criterion.parts) == 1:
        return said(criterion.parts[0], titles, words)
    return Said(_heading(criterion, words), tuple(said(part, titles, words) for part in criterion.parts))


def in_words(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    """The criterion as a sentence, or as a heading with a list below it (Markdown), however deep it goes."""
    whole = said(criterion, titles, words)
    lines = [whole.text, *([""] if whole.parts else []), *(line for part in whole.parts for line in _listed(part, 0))]
    return "\n".join(lines)


def blocks_in(criterion: Criterion) -> Iterator[str]:
    """Every block that a criterion names, once for each time."""
    if isinstance(criterion, AllOf | AnyOf | SomeOf):
        for part in criterion.parts:
            yield from blocks_in(part)
    else:
        yield from getattr(criterion, "blocks", ())


def _listed(one: Said, depth: int) -> Iterator[str]:
    yield f"{INDENT * depth}- {one.text}"
    for part in one.parts:
        yield from _listed(part, depth + 1)


def _heading(criterion: AllOf | AnyOf | SomeOf, words: NullTranslations) -> str:
    if isinstance(criterion, AllOf):
        return words.gettext("All of this:")
    if isinstance(criterion, AnyOf):
        return words.gettext("One of these:")
    number = criterion.number
    return words.ngettext("%(number)d of these:", "%(number)d of these:", number) % {"number": number}


def _named(blocks: Iterable[str], titles: Titles, words: NullTranslations) -> str:
    """The blocks by their names; those that are gone are counted."""
    names = [title for block in blocks if (title := titles.get(block))]
    gone = sum(1 for block in blocks if not titles.get(block))
    said = [words.gettext("“%(name)s”") % {"name": name} for name in names]
    if gone:
        said.append(words.ngettext("%(number)d unit", "%(number)d units", gone) % {"number": gone})
    return ", ".join(said)


def _days(number: int, words: NullTranslations) -> str:
    return words.ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _completed(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, Completed)
    return words.gettext("Complete %(units)s.") % {"units": _named(criterion.blocks, titles, words)}


def _score(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, ScoreAtLeast)
    told = {"least": round(100 * criterion.least), "units": _named(criterion.blocks, titles, words)}
    if len(criterion.blocks) == 1:
        return words.gettext("Reach at least %(least)d%% in %(units)s.") % told
    return words.gettext("Reach at least %(least)d%% in each of: %(units)s.") % told


def _first_try(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, FirstTry)
    number = criterion.number
    what = words.ngettext(
        "Answer %(number)d question right at the first try",
        "Answer %(number)d questions right at the first try",
        number,
    )
    return _where(what % {"number": number}, criterion.blocks, titles, words)


def _came_back(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, CameBack)
    number = criterion.number
    what = words.ngettext(
        "Come back to %(number)d question that went wrong, and answer it right",
        "Come back to %(number)d questions that went wrong, and answer them right",
        number,
    )
    return _where(what % {"number": number}, criterion.blocks, titles, words)


def _where(what: str, blocks: tuple[str, ...], titles: Titles, words: NullTranslations) -> str:
    if not blocks:
        return words.gettext("%(what)s.") % {"what": what}
    return words.gettext("%(what)s, in %(units)s.") % {"what": what, "units": _named(blocks, titles, words)}


def _reviews(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, Reviews)
    return words.ngettext(
        "Repeat %(number)d question within %(days)s.", "Repeat %(number)d questions within %(days)s.", criterion.number
    ) % {"number": criterion.number, "days": _days(criterion.days, words)}


def _weeks(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, WeeksInARow)
    said = words.ngettext("Practise in %(number)d week.", "Practise in %(number)d weeks in a row.", criterion.weeks) % {
        "number": criterion.weeks
    }
    if not criterion.rest:
        return said
    rest = words.ngettext(
        "%(number)d week of rest in between is fine.", "%(number)d weeks of rest in between are fine.", criterion.rest
    )
    return f"{said} {rest % {'number': criterion.rest}}"


def _within(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, FinishedWithin)
    told = {"units": _named(criterion.blocks, titles, words), "days": _days(criterion.days, words)}
    return words.gettext("Complete %(units)s within %(days)s.") % told


def _reflected(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, Reflected)
    return words.gettext("Hand in a reflection in %(units)s.") % {"units": _named(criterion.blocks, titles, words)}


def _prepared(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, Prepared)
    return words.gettext("Come prepared to %(units)s.") % {"units": _named(criterion.blocks, titles, words)}


def _attended(criterion: Criterion, titles: Titles, words: NullTranslations) -> str:
    assert isinstance(criterion, Attended)
    return words.gettext("Take part in %(units)s.") % {"units": _named(criterion.blocks, titles, words)}


_WAYS: Mapping[type[Criterion], Callable[[Criterion, Titles, NullTranslations], str]] = {
    Completed: _completed,
    ScoreAtLeast: _score,
    FirstTry: _first_try,
    CameBack: _came_back,
    Reviews: _reviews,
    WeeksInARow: _weeks,
    FinishedWithin: _within,
    Reflected: _reflected,
    Prepared: _prepared,
    Attended: _attended,
}
