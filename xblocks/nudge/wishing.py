"""The learner's wishes: shown as a form, taken from one, with the next message that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from xblocks.base.i18n import _, translator
from xblocks.base.problems import Problem
from xblocks.nudge import api, models
from xblocks.nudge.foreseeing import foresee
from xblocks.nudge.loading import Courses, known, zone_named
from xblocks.nudge.moments import is_ever
from xblocks.nudge.policy import Bounds, CourseState, Reason
from xblocks.nudge.practice import platform_zone
from xblocks.nudge.preferences import Channel, Preferences, as_form, in_words, read_form
from xblocks.nudge.rule_words import rule_in_words
from xblocks.nudge.site import bounds, site
from xblocks.nudge.sweeping import hold
from xblocks.nudge.team import policy_of
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
        typed: what the form said, while there are problems.
    """

    preferences: Preferences
    problems: Sequence[Problem] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)


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
        never = bounds(site()).loosest.quiet
        wished, problems = read_form({**form, **_settled(form, kept, now)}, now, never)
    if wished is None:
        return Taken(kept, problems, {name: form.get(name, "") for name in (*as_form(kept), "pause")})
    api.keep_preferences(learner, wished, now)
    return Taken(wished)


def _settled(form: Mapping[str, Any], kept: Preferences, now: datetime) -> dict[str, Any]:
    """What the form says in its own way, as `read_form` takes it."""
    pause, until = form.get("pause"), None
    if pause == "keep":
        until = kept.paused_until
    elif isinstance(pause, str) and pause in _PAUSES:
        until = now + timedelta(days=_PAUSES[pause])
    settled = {"paused_until": "" if until is None else until.isoformat(), "is_stopped": kept.is_stopped}
    if kept.quiet_from is not None and form.get("quiet_from") == "":
        # Whoever takes back when the quiet hours begin means both.
        settled["quiet_until"] = ""
    return settled


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
        typed=taken.typed if taken else {},
    )
    return render_wishes(view, words)


def summary(preferences: Preferences) -> str:
    """The wishes in a few words."""
    return in_words(preferences, translator()).removesuffix(".")


def _coming(learner: models.Learner, preferences: Preferences, now: datetime, zone: Any) -> str:
    """When the next message comes, if the learner does nothing until then; and of which courses none ever does."""
    if preferences.is_stopped or preferences.channel is Channel.NONE:
        return _("You can practise here whenever you like.")
    limits, courses = bounds(site()), Courses()
    state = next(iter(known([learner.pk], now, limits, courses))).state
    outlook = foresee(state, now)
    if outlook.when is not None:
        text = _("The next message comes %(when)s at the earliest.")
        text %= {"when": at_hour(outlook.when, now, zone, translator())}
    elif outlook.decision.reason is Reason.IGNORED:
        text = _("We stopped writing since the messages were not used. Practise once, and we will write again.")
    else:
        text = _("As it is now, nothing will be sent.")
    rows = {name: courses.rows[course_id] for course_id, name in courses.names.items()}
    going_on = (course for course in state.courses if not _is_over(course, now))
    return " ".join((text, *(_at_odds(rows[course.course], limits) for course in going_on if not _is_ever(course))))


def _is_over(course: CourseState, now: datetime) -> bool:
    has_ended = course.ends_at is not None and course.ends_at <= now
    return has_ended or course.is_stopped or not course.is_enrolled


def _is_ever(course: CourseState) -> bool:
    return is_ever(course.policy.quiet, course.policy.days, course.policy.hour)


def _at_odds(course: models.Course, limits: Bounds) -> str:
    """What a learner is told of a course that allows no moment which they allow too."""
    team = policy_of(course, limits)
    parts = {"course": course.name or course.course_key.course}
    if not is_ever(team.quiet, team.days, team.hour):
        return _("From %(course)s nothing can come, as its team has it now.") % parts
    when = rule_in_words(team.quiet, team.days, team.hour, translator())
    text = _("From %(course)s nothing can come: it sends %(when)s. Choose a day and an hour that it has too.")
    return text % {**parts, "when": when}
