"""Answers of many people put together by the words they share, pure: what is on people's minds, at a glance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 2
"""A word that fewer people used says nothing of the others."""
MOST_GROUPS = 8
_WORD = re.compile(r"[^\W\d_][\w’'-]*[^\W_]")
_STOP = frozenset(
    # English
    "about after again all also always and any are because been before being but can could did does doing don "
    "down each even every for from get got had has have having her here him his how into its itself just know "
    "less let like make many maybe may mean might more most much must need not now off often one only onto other "
    "our out over own really same she should some something sometimes still such sure take than that the their "
    "them then there these they thing things think this those through too under until use used very want was way "
    "well were what when where which while who why will with without work would you your yours "
    # Dutch
    "aan alle alleen alles als altijd ander andere ben bent bij bijvoorbeeld daar daarom dan dat deze die dit doe "
    "doen doet door dus een eens eigenlijk elk elke erg even gaan gaat geen goed graag had hadden heb hebben hebt "
    "heeft heel hem het hier hij hoe hun iemand iets jij jouw kan kun kunnen kunt maar maken meer mee meest men "
    "met mij mijn misschien moet moeten mogen naar niet niets nog nooit omdat ons onze ook over soms staan tegen "
    "toch toen tot uit van vaak veel vind vinden voor waar waarom wanneer want waren was wat weer wel welke weten "
    "wie wij wil willen word worden wordt zeer zelf zich zij zijn zoals zonder zou zouden zult zullen ".split()
)


@dataclass(frozen=True, slots=True)
class Shared:
    """A word, and the answers that it is in, by their place."""

    word: str
    answers: tuple[int, ...]


def words_in(text: str) -> set[str]:
    """The words of a text that say something, in lower case, each once."""
    found = {word.casefold().strip("'’-") for word in _WORD.findall(text)}
    return {word for word in found if len(word) > 2 and word not in _STOP}


def shared(answers: Sequence[str]) -> list[Shared]:
    """The words that several answers share, the most common first.

    Words in exactly the same answers are one group, by the longest of them, so that no answer is read twice for one
    reason.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, answer in enumerate(answers):
        for word in words_in(answer):
            places[word].append(index)
    groups: dict[tuple[int, ...], str] = {}
    for word, found in sorted(places.items()):
        key = tuple(found)
        if len(key) >= LEAST and len(word) > len(groups.get(key, "")):
            groups[key] = word
    ordered = sorted(groups.items(), key=lambda group: (-len(group[0]), group[1]))
    return [Shared(word, key) for key, word in ordered[:MOST_GROUPS]]
