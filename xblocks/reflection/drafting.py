"""A text that is written in several places at once, and of which nothing gets lost; pure.

Each line of writing has a *pen*: a random name that a page gives itself when it is opened, and anew whenever it goes on
with a text that somebody else's pen wrote. So a pen's later text always follows from its earlier one. Within a pen,
what is sent is numbered by *turn*. The server numbers what it holds by *version*; a page says which version it has
seen last (its *base*). What is sent is then one of these:

- known: this turn, or a later one of that pen, was here already. The network said it twice; nothing changes.
- following: it was written on top of what is held, or by the same pen. It takes its place.
- a conflict: somebody else wrote meanwhile. What is held stays, what was sent is *put aside*, and the page shows both.

Putting one of two texts in the other's place is only ever the learner's own choice, and then the other one is put
aside. Only `discard` removes a text, one at a time, by its number. Whatever the network loses, delays, doubles or turns
around: each text that arrived is held, is put aside, or was followed by one that its writer made out of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_ANSWER = 20_000
"""Characters in one answer; some twelve pages."""
MAX_ANSWERS = 40
MOST_ASIDE = 20
MOST_PENS = 60
"""Pens whose last turn is remembered. A message of an older one that arrives late is put aside once more, not lost."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")

Answers = Mapping[str, str]


class Outcome(StrEnum):
    """What became of something that was sent."""

    SAVED = "saved"
    KNOWN = "known"
    CONFLICT = "conflict"


class Choice(StrEnum):
    """What a learner decides who sees two texts."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class TooMuchAsideError(Exception):
    """There is no room for another text aside; what was sent stays where it was written."""


class TooLongError(Exception):
    """Both texts together do not fit in one answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page sends: what its fields hold.

    Attributes:
        base: the version that the page has seen last; 0 before the first.
        answers: by the id of the question. What is not named stays as it is.
    """

    pen: str
    turn: int
    base: int
    answers: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class Aside:
    """A text that another one took the place of, or that came second; until the learner throws it away."""

    number: int
    pen: str
    turn: int
    at: datetime
    answers: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is held of a text.

    Attributes:
        version: counts what took its place; 0 is nothing yet.
        pen, turn: who wrote it, and in which turn.
        aside: the oldest first.
        last_aside: the greatest number that was given out.
        pens: the last turn of each pen that wrote here.
    """

    version: int = 0
    pen: str = ""
    turn: int = 0
    answers: Answers = field(default_factory=dict, repr=False)
    aside: tuple[Aside, ...] = ()
    last_aside: int = 0
    pens: Mapping[str, int] = field(default_factory=dict)


def receive(draft: Draft, sent: Sent, now: datetime) -> tuple[Draft, Outcome]:
    """Take in what a page sent.

    Raises:
        TooMuchAsideError: it is a conflict and there is no room for it.
    """
    if sent.turn <= draft.pens.get(sent.pen, -1):
        return draft, _standing(draft, sent.pen)
    # Who was told of a conflict has not decided yet: until then their text waits aside, whatever they have seen.
    is_waiting = any(one.pen == sent.pen for one in draft.aside)
    if not is_waiting and (sent.base == draft.version or sent.pen == draft.pen):
        return _held(draft, sent), Outcome.SAVED
    if _says_the_same(draft, sent):
        # Whatever of it was put aside before followed on to this.
        return replace(_without(draft, sent.pen), pens=_noted(draft, sent)), Outcome.KNOWN
    return _put_aside(draft, sent, now), Outcome.CONFLICT


def choose(draft: Draft, sent: Sent, choice: Choice, now: datetime) -> tuple[Draft, Outcome]:
    """Carry out what the learner decided between what is held (`sent.base` is what they were shown) and what was sent.

    Raises:
        TooMuchAsideError, TooLongError: nothing is changed.
    """
    if sent.turn <= draft.pens.get(sent.pen, -1):
        return draft, _standing(draft, sent.pen)
    if choice is Choice.THEIRS:
        return (draft if _says_the_same(draft, sent) else _put_aside(draft, sent, now)), Outcome.SAVED
    if sent.base != draft.version and sent.pen != draft.pen:
        # What is held by now is not what they were shown.
        return receive(draft, sent, now)
    if choice is Choice.BOTH:
        joined = joined_answers(draft.answers, sent.answers)
        if any(len(text) > MAX_ANSWER for text in joined.values()):
            raise TooLongError
        # Nobody's pen: a page that never heard of it must not go on with its own half.
        return replace(_held(draft, replace(sent, answers=joined)), pen="", turn=0), Outcome.SAVED
    replaced = _kept_aside(draft, sent, now) if draft.pen != sent.pen else draft
    return _held(replaced, sent), Outcome.SAVED


def bring_back(draft: Draft, number: int, now: datetime) -> Draft:
    """Make a text that was put aside the one that is held, and put that one aside; unchanged when it is gone."""
    found = next((one for one in draft.aside if one.number == number), None)
    if found is None:
        return draft
    rest = replace(draft, aside=tuple(one for one in draft.aside if one.number != number))
    sent = Sent(found.pen, found.turn, draft.version, found.answers)
    replaced = _kept_aside(rest, sent, now)
    # Nobody's pen: a page that still holds one of the two must see that there is another version now.
    return replace(replaced, version=draft.version + 1, pen="", turn=0, answers={**draft.answers, **found.answers})


def discard(draft: Draft, number: int) -> Draft:
    """Throw away one text that was put aside."""
    return replace(draft, aside=tuple(one for one in draft.aside if one.number != number))


def joined_answers(first: Answers, second: Answers) -> dict[str, str]:
    """Both texts, one under the other, answer by answer; lines that are in both stand there once."""
    joined = dict(first)
    for name, text in second.items():
        other = joined.get(name, "")
        if text.strip() and not _holds(other, text):
            is_more = _holds(text, other) or not other.strip()
            joined[name] = text if is_more else f"{other.rstrip()}\n\n{text}"
    return joined


def _holds(text: str, lines: str) -> bool:
    return f"\n{lines.strip()}\n" in f"\n{text.strip()}\n"


def is_of(draft: Draft, sent: Sent) -> bool:
    """Whether what is held is what was sent, or the same pen's later text: its page goes on from this version."""
    return draft.pen == sent.pen or _says_the_same(draft, sent)


def is_blank(answers: Answers) -> bool:
    """Whether nothing is written."""
    return not any(text.strip() for text in answers.values())


# --- Parts


def _standing(draft: Draft, pen: str) -> Outcome:
    """Where the text of a pen is."""
    return Outcome.CONFLICT if any(one.pen == pen for one in draft.aside) else Outcome.KNOWN


def _held(draft: Draft, sent: Sent) -> Draft:
    answers = {**draft.answers, **sent.answers}
    return replace(
        _without(draft, sent.pen),
        version=draft.version + 1,
        pen=sent.pen,
        turn=sent.turn,
        answers=answers,
        pens=_noted(draft, sent),
    )


def _noted(draft: Draft, sent: Sent) -> Mapping[str, int]:
    # The latest last: of too many the oldest are forgotten.
    pens = {name: turn for name, turn in draft.pens.items() if name != sent.pen}
    pens[sent.pen] = sent.turn
    return dict(list(pens.items())[-MOST_PENS:])


def _without(draft: Draft, pen: str) -> Draft:
    """Without the text aside of a pen that has written on."""
    return replace(draft, aside=tuple(one for one in draft.aside if one.pen != pen))


def _says_the_same(draft: Draft, sent: Sent) -> bool:
    return all(draft.answers.get(name, "") == text for name, text in sent.answers.items())


def _put_aside(draft: Draft, sent: Sent, now: datetime) -> Draft:
    """With what was sent aside, in the place of what the same pen put there before."""
    rest, pens = _without(draft, sent.pen), _noted(draft, sent)
    if is_blank(sent.answers):
        return replace(rest, pens=pens)
    return replace(_with(rest, sent.pen, sent.turn, sent.answers, now), pens=pens)


def _kept_aside(draft: Draft, sent: Sent, now: datetime) -> Draft:
    """With what is held aside, as far as something else takes its place."""
    lost = {name: draft.answers[name] for name in sent.answers if draft.answers.get(name, "") != sent.answers[name]}
    return draft if is_blank(lost) else _with(draft, draft.pen, draft.turn, lost, now)


def _with(draft: Draft, pen: str, turn: int, answers: Answers, now: datetime) -> Draft:
    if len(draft.aside) >= MOST_ASIDE:
        raise TooMuchAsideError
    number = draft.last_aside + 1
    return replace(draft, aside=(*draft.aside, Aside(number, pen, turn, now, answers)), last_aside=number)


# --- As data


def encode(draft: Draft) -> dict[str, Any]:
    """A draft as JSON-ready data."""
    return {
        "version": draft.version,
        "pen": draft.pen,
        "turn": draft.turn,
        "answers": dict(draft.answers),
        "aside": [
            {
                "number": one.number,
                "pen": one.pen,
                "turn": one.turn,
                "at": one.at.isoformat(),
                "answers": dict(one.answers),
            }
            for one in draft.aside
        ],
        "last_aside": draft.last_aside,
        "pens": dict(draft.pens),
    }


def decode(raw: Mapping[str, Any]) -> Draft:
    """A draft from what `encode` made."""
    aside = tuple(Aside(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in raw["aside"])
    return Draft(**{**raw, "aside": aside})
