"""What the editor says of a session as it stands: when it is in words, and what its team may not have meant; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from xblocks.workshop.messages import when_in_words
from xblocks.workshop.moments import moment_of
from xblocks.workshop.plan import Relative, Session
from xblocks.workshop.timeline import Appointment, appointment


def said(session: Session, now: datetime, words: NullTranslations) -> str:
    """When it is, on the clock there: "Thursday 3 December, 13:30–16:30", "14 days after each learner's start"."""
    at = appointment(session)
    if at is not None:
        return when_in_words(at, now, words)
    if isinstance(session.when, Relative):
        number = session.when.days
        text = words.ngettext(
            "%(number)d day after each learner's start", "%(number)d days after each learner's start", number
        )
        return f"{text % {'number': number}}, {session.when.starts:%H:%M}–{session.when.ends:%H:%M}"
    return words.gettext("The date follows")


def notes(session: Session, now: datetime, words: NullTranslations) -> list[str]:
    """Sentences about what may not be meant; nothing that keeps it from being saved."""
    at = appointment(session)
    return [text % values for text, values in _notes(at, now, words)] if at is not None else []


def _notes(at: Appointment, now: datetime, words: NullTranslations) -> Iterator[tuple[str, dict[str, str]]]:
    if at.ends <= now:
        yield words.gettext("This is in the past: nobody can choose it any more."), {}
    shown = at.starts.astimezone(at.zone).replace(tzinfo=None)
    if shown != at.local:
        text = words.gettext("The clock skips %(said)s on that day. It begins at %(shown)s.")
        yield text, {"said": f"{at.local:%H:%M}", "shown": f"{shown:%H:%M}"}
    elif _comes_twice(at.local, at.zone):
        yield words.gettext("%(said)s comes twice on that day. The first one is meant."), {"said": f"{at.local:%H:%M}"}


def _comes_twice(local: datetime, zone: ZoneInfo) -> bool:
    return local.replace(tzinfo=zone, fold=1).timestamp() != moment_of(local, zone).timestamp()
