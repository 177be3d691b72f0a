"""What a learner is told of: to look back, what they planned, and that somebody wrote back. Sent by nudging.

A message says nothing of what was written: mail is read by others, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256

from opaque_keys.edx.keys import UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.nudge import api as nudge

LOOK_BACK_FOR = timedelta(days=14)
"""How long after its day a look back still makes sense."""
LONGEST_KEY = 120
Texts = Mapping[str, Mapping[str, str]]


def look_back(
    user_id: int | str, usage_key: UsageKey, title: str, at: datetime | None, *, source: str = OPENEDX
) -> None:
    """Ask for a message when it is time to look back; None takes it back.

    Args:
        user_id, source: the learner, also one who is known elsewhere only.
    """
    key = f"reflection:{usage_key}:revisit"
    until = at + LOOK_BACK_FOR if at is not None else None
    _ask(user_id, usage_key, key, at, until, _look_back_texts(title), source=source)


def planned(user_id: int, usage_key: UsageKey, title: str, on: date | None, zone: tzinfo) -> None:
    """Ask for a message on the day of a commitment; None takes it back."""
    key = f"reflection:{usage_key}:commitment"
    begins = datetime.combine(on, time(), zone).astimezone(UTC) if on is not None else None
    _ask(user_id, usage_key, key, begins, begins + timedelta(days=2) if begins else None, _planned_texts(title))


def remarked(user_id: int, usage_key: UsageKey, title: str, number: int, now: datetime) -> None:
    """Tell a learner, once for each version, that somebody wrote about it; it says neither who nor what."""
    key = _remark_key(usage_key, number)
    _ask(user_id, usage_key, key, now, now + LOOK_BACK_FOR, _remark_texts(title), is_notice=True)


def saw_remark(user_id: int, usage_key: UsageKey, number: int) -> None:
    """They have seen it already; a message that has not left yet need not."""
    nudge.cancel_message(nudge.learner(OPENEDX, str(user_id)), _short(_remark_key(usage_key, number)))


def _remark_key(usage_key: UsageKey, number: int) -> str:
    return f"reflection:{usage_key}:remark:{number}"


def _ask(
    user_id: int | str,
    usage_key: UsageKey,
    key: str,
    at: datetime | None,
    until: datetime | None,
    texts: Texts,
    *,
    is_notice: bool = False,
    source: str = OPENEDX,
) -> None:
    learner = nudge.learner(source, str(user_id))
    if at is None or until is None:
        nudge.cancel_message(learner, _short(key))
        return
    course = nudge.course_to_change(usage_key.course_key)
    url = platform().block_url(usage_key)
    path = url if url.startswith("/") and not url.startswith("//") else ""
    nudge.request_message(learner, course, _short(key), at, until, texts, path, is_notice=is_notice)


def _short(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 33]}:{sha256(key.encode()).hexdigest()[:32]}"


def _look_back_texts(title: str) -> Texts:
    return {
        "en": {
            "subject": f"A look back at “{title}”",
            "text": "Some weeks ago you wrote about this. How do you see it now? Two minutes are enough.",
            "button": "Look back",
        },
        "nl": {
            "subject": f"Kijk eens terug op ‘{title}’",
            "text": "Een paar weken geleden schreef je hierover. Hoe kijk je er nu naar? Twee minuten is genoeg.",
            "button": "Terugkijken",
        },
    }


def _planned_texts(title: str) -> Texts:
    return {
        "en": {
            "subject": f"Today: what you planned in “{title}”",
            "text": "You chose this day yourself for something that you want to do. Have a look at what it was.",
            "button": "See what I planned",
        },
        "nl": {
            "subject": f"Vandaag: je voornemen bij ‘{title}’",
            "text": "Je koos deze dag zelf voor iets wat je wilt doen. Kijk even wat het ook alweer was.",
            "button": "Mijn voornemen bekijken",
        },
    }


def _remark_texts(title: str) -> Texts:
    return {
        "en": {
            "subject": f"Somebody read “{title}” and wrote back",
            "text": "There is a reaction to what you handed in. You find it below your reflection.",
            "button": "Read the reaction",
        },
        "nl": {
            "subject": f"Er is een reactie op ‘{title}’",
            "text": "Iemand las wat je hebt ingeleverd en schreef terug. Je vindt de reactie onder je reflectie.",
            "button": "De reactie lezen",
        },
    }
