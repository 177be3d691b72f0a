"""Progress in one sentence: where somebody is, and what is next. It counts what is there, and scolds nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from gettext import NullTranslations
from typing import Any

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
from xblocks.badges.progress import Progress

Names = Mapping[str, str]
"""Titles of blocks by usage key; one that is not there is gone from the course."""


def sentence(progress: Progress, names: Names, words: NullTranslations) -> str:
    """Where somebody is: "3 of 4 units, one to go"."""
    return _WAYS[type(progress.criterion)](progress, names, words)


def _to_go(progress: Progress, what: str, words: NullTranslations) -> str:
    """What is counted, and how much of it is left."""
    left = progress.of - progress.done
    if left == 1:
        return words.gettext("%(what)s, one to go") % {"what": what}
    return words.gettext("%(what)s, %(left)d to go") % {"what": what, "left": left}


def _numbers(progress: Progress, **more: Any) -> dict[str, Any]:
    return {"done": progress.done, "of": progress.of, **more}


def _named(progress: Progress, names: Names, words: NullTranslations) -> str:
    """The one block that is left, by its name."""
    name = names.get(progress.missing[0], "") if len(progress.missing) == 1 else ""
    return words.gettext("“%(name)s”") % {"name": name} if name else ""


def _completed(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Done", "All %(of)d units done", progress.of) % _numbers(progress)
    last = _named(progress, names, words)
    if progress.of == 1 and last:
        return words.gettext("To do: %(unit)s") % {"unit": last}
    what = words.ngettext("%(done)d of %(of)d unit", "%(done)d of %(of)d units", progress.of) % _numbers(progress)
    if last:
        return words.gettext("%(what)s, only %(unit)s to go") % {"what": what, "unit": last}
    return _to_go(progress, what, words)


def _score(progress: Progress, names: Names, words: NullTranslations) -> str:
    assert isinstance(progress.criterion, ScoreAtLeast)
    least = round(100 * progress.criterion.least)
    if progress.is_fulfilled:
        return words.gettext("%(least)d%% or more reached") % {"least": least}
    if progress.of == 1 and progress.best is not None:
        told = {"best": int(100 * progress.best), "least": least}
        return words.gettext("Best so far %(best)d%%, %(least)d%% is enough") % told
    last = _named(progress, names, words)
    if progress.of == 1 and last:
        return words.gettext("To do: %(least)d%% in %(unit)s") % {"least": least, "unit": last}
    what = words.ngettext(
        "%(least)d%% in %(done)d of %(of)d unit", "%(least)d%% in %(done)d of %(of)d units", progress.of
    ) % _numbers(progress, least=least)
    return _to_go(progress, what, words)


def _first_try(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext(
            "One question right at the first try", "%(of)d questions right at the first try", progress.of
        ) % _numbers(progress)
    what = words.ngettext(
        "%(done)d of %(of)d question right at the first try",
        "%(done)d of %(of)d questions right at the first try",
        progress.of,
    )
    return _to_go(progress, what % _numbers(progress), words)


def _came_back(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext(
            "One question tried again and known now", "%(of)d questions tried again and known now", progress.of
        ) % _numbers(progress)
    what = words.ngettext(
        "%(done)d of %(of)d question tried again and known now",
        "%(done)d of %(of)d questions tried again and known now",
        progress.of,
    )
    return _to_go(progress, what % _numbers(progress), words)


def _reviews(progress: Progress, names: Names, words: NullTranslations) -> str:
    assert isinstance(progress.criterion, Reviews)
    days = _days(progress.criterion.days, words)
    if progress.is_fulfilled:
        return words.ngettext(
            "One question repeated in %(days)s", "%(of)d questions repeated in %(days)s", progress.of
        ) % _numbers(progress, days=days)
    what = words.ngettext(
        "%(done)d of %(of)d question repeated in the last %(days)s",
        "%(done)d of %(of)d questions repeated in the last %(days)s",
        progress.of,
    )
    return _to_go(progress, what % _numbers(progress, days=days), words)


def _days(number: int, words: NullTranslations) -> str:
    return words.ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _weeks(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Practised in a week", "Practised %(of)d weeks in a row", progress.of) % _numbers(
            progress
        )
    what = words.ngettext(
        "%(done)d of %(of)d week in a row", "%(done)d of %(of)d weeks in a row", progress.of
    ) % _numbers(progress)
    return _to_go(progress, what, words)


def _within(progress: Progress, names: Names, words: NullTranslations) -> str:
    assert isinstance(progress.criterion, FinishedWithin)
    days = _days(progress.criterion.days, words)
    if progress.is_fulfilled:
        return words.ngettext("Done within %(days)s", "All %(of)d units done within %(days)s", progress.of) % _numbers(
            progress, days=days
        )
    what = words.ngettext(
        "%(done)d of %(of)d unit in the last %(days)s", "%(done)d of %(of)d units in the last %(days)s", progress.of
    )
    return _to_go(progress, what % _numbers(progress, days=days), words)


def _reflected(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Reflection handed in", "All %(of)d reflections handed in", progress.of) % _numbers(
            progress
        )
    last = _named(progress, names, words)
    if progress.of == 1 and last:
        return words.gettext("To do: your reflection %(unit)s") % {"unit": last}
    what = words.ngettext("%(done)d of %(of)d reflection", "%(done)d of %(of)d reflections", progress.of) % _numbers(
        progress
    )
    return _to_go(progress, what, words)


def _prepared(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Prepared for the workshop", "Prepared for all %(of)d workshops", progress.of) % _numbers(
            progress
        )
    last = _named(progress, names, words)
    if progress.of == 1 and last:
        return words.gettext("To do: prepare for %(unit)s") % {"unit": last}
    what = words.ngettext(
        "Prepared for %(done)d of %(of)d workshop", "Prepared for %(done)d of %(of)d workshops", progress.of
    ) % _numbers(progress)
    return _to_go(progress, what, words)


def _attended(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("At the workshop", "At all %(of)d workshops", progress.of) % _numbers(progress)
    last = _named(progress, names, words)
    if progress.of == 1 and last:
        return words.gettext("To do: be at %(unit)s") % {"unit": last}
    what = words.ngettext("At %(done)d of %(of)d workshop", "At %(done)d of %(of)d workshops", progress.of) % _numbers(
        progress
    )
    return _to_go(progress, what, words)


def _all(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Done", "All %(of)d parts done", progress.of) % _numbers(progress)
    left = [part for part in progress.parts if not part.is_fulfilled]
    if len(left) == 1:
        # Of what is left, the one thing says more than a count.
        return sentence(left[0], names, words)
    what = words.ngettext("%(done)d of %(of)d part", "%(done)d of %(of)d parts", progress.of) % _numbers(progress)
    return _to_go(progress, what, words)


def _some(progress: Progress, names: Names, words: NullTranslations) -> str:
    if progress.is_fulfilled:
        return words.ngettext("Done", "%(of)d parts done", progress.of) % _numbers(progress)
    if progress.of == 1:
        # The part that is furthest; of several the first.
        return sentence(max(progress.parts, key=lambda part: part.share), names, words)
    what = words.ngettext("%(done)d of %(of)d part", "%(done)d of %(of)d parts", progress.of) % _numbers(progress)
    return _to_go(progress, what, words)


_WAYS: Mapping[type[Criterion], Callable[[Progress, Names, NullTranslations], str]] = {
    Completed: _completed,
    Reflected: _reflected,
    Prepared: _prepared,
    Attended: _attended,
    ScoreAtLeast: _score,
    FirstTry: _first_try,
    CameBack: _came_back,
    Reviews: _reviews,
    WeeksInARow: _weeks,
    FinishedWithin: _within,
    AllOf: _all,
    AnyOf: _some,
    SomeOf: _some,
}
