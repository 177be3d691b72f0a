"""The learner's wishes: shown as a form, taken from one, with the next message that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from xblocks.base.i18n import _, translator
from xblocks.base.problems import Problem
from xblocks.nudge import api, models
from xblocks.nudge.foreseeing import foresee
from xblocks.nudge.loading import Courses, known, zone_named
from xblocks.nudge.practice import platform_zone
from xblocks.nudge.preferences import Channel, Preferences, in_words, read_form
from xblocks.nudge.site import bounds, site
from xblocks.nudge.sweeping import hold
from xblocks.nudge.when_words import at_hour, date_in_words
from xblocks.nudge.wishes_page import PAUSES, WishesView, render_wishes

_FIELDS = {"paused_until": "pause"}
"""What the form calls differently."""
_PAUSES = {str(days): days for days in PAUSES}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a form.

    Attributes:
        preferences: what holds now.
        problems: why nothing was kept; empty when it was.
    """

    preferences: Preferences
    problems: Sequence[Problem] = ()


def take_wishes(learner: models.Learner, form: Mapping[str, Any], now: datetime) -> Taken:
    """Keep what a form of `wishes_page` says. The button that stops or begins again leaves all else as it was."""
    with transaction.atomic():
        # A mail program's one click may come at the same moment: neither is to undo the other.
        hold(learner.pk)
        return _taken(learner, form, now)


def _taken(learner: models.Learner, form: Mapping[str, Any], now: datetime) -> Taken:
    kept = api.preferences(learner)
    if "stop" in form:
        channel = Channel.MAIL if kept.channel is Channel.NONE else kept.channel
        wished: Preferences | None = replace(kept, is_stopped=bool(form["stop"]), channel=channel)
        problems: Sequence[Problem] = ()
    else:
        wished, problems = read_form({**form, **_settled(form, kept, now)}, now)
    if wished is None:
        return Taken(kept, problems)
    api.keep_preferences(learner, wished, now)
    return Taken(wished)


def _settled(form: Mapping[str, Any], kept: Preferences, now: datetime) -> dict[str, Any]:
    """What the form says in its own way, as `read_form` takes it."""
    pause, until = form.get("pause"), None
    if pause == "keep":
        until = kept.paused_until
    elif isinstance(pause, str) and pause in _PAUSES:
        until = now + timedelta(days=_PAUSES[pause])
    return {"paused_until": "" if until is None else until.isoformat(), "is_stopped": kept.is_stopped}


def render(
    learner: models.Learner,
    now: datetime,
    *,
    action: str,
    prefix: str,
    method: str = "get",
    hidden: str = "",
    zones: Sequence[str] = (),
    taken: Taken | None = None,
    foreseen: bool = True,
) -> str:
    """The form of a learner's wishes.

    Args:
        taken: what became of it just now.
        foreseen: say when the next message comes; that asks a good deal of the database.
    """
    words = translator()
    preferences = taken.preferences if taken else api.preferences(learner)
    platform = platform_zone(learner)
    zone = zone_named(preferences.time_zone or platform)
    paused = preferences.paused_until
    problems = taken.problems if taken else ()
    view = WishesView(
        preferences=preferences,
        said=f"{summary(preferences)}.",
        coming=_coming(learner, preferences, now, zone) if foreseen else "",
        platform_zone=zone_named(platform).key.replace("_", " "),
        action=action,
        prefix=prefix,
        method=method,
        zones=zones,
        paused=date_in_words(paused, now, zone, words) if paused and paused > now else "",
        problems={_FIELDS.get(problem.path, problem.path): problem.sentence(_) for problem in problems},
        hidden=hidden,
        saved=taken is not None and not problems,
    )
    return render_wishes(view, words)


def summary(preferences: Preferences) -> str:
    """The wishes in a few words."""
    return in_words(preferences, translator()).removesuffix(".")


def _coming(learner: models.Learner, preferences: Preferences, now: datetime, zone: Any) -> str:
    """When the next message comes, if the learner does nothing until then."""
    if preferences.is_stopped or preferences.channel is Channel.NONE:
        return _("You can practise here whenever you like.")
    state = next(iter(known([learner.pk], now, bounds(site()), Courses()))).state
    when = foresee(state, now).when
    if when is None:
        return _("As it is now, nothing will be sent.")
    text = _("The next message comes %(when)s at the earliest.")
    return text % {"when": at_hour(when, now, zone, translator())}
