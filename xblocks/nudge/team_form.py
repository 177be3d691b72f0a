"""What the course team can do: choose, stop and start, and look at a message; as forms that need no script; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from gettext import NullTranslations
from html import escape

from xblocks.base.problems import N_
from xblocks.nudge.kinds import Kind
from xblocks.nudge.limits import Bounds
from xblocks.nudge.rule_words import hours_in_words, rule_in_words
from xblocks.nudge.team_fields import Fields
from xblocks.nudge.team_settings import IGNORED, LONGEST_REST, RARE, Settings, hours_offered, options

KINDS = (
    (Kind.REVIEWS, N_("Questions are waiting")),
    (Kind.DIGEST, N_("The weekly one")),
    (Kind.COMEBACK, N_("After a long silence")),
    (Kind.ANCHORED, N_("Before or after an event of the course")),
    (Kind.GOODBYE, N_("The last one, when messages are not used")),
)
VARIANTS = (N_("the first text"), N_("the second text"), N_("the third text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesView:
    """The choices as a form.

    Attributes:
        typed: what stands in the fields, by name.
        problems: what is to be mended, by the name of the field.
        hidden: what the form needs beside its fields, as markup.
        ends: the course's last day, in words; "" without one.
        coming: a sentence about the next moment at which something may be sent.
        unheard: so many learners chose days and hours that never meet those of the course.
    """

    settings: Settings
    bounds: Bounds
    typed: Mapping[str, str]
    action: str
    hidden: str
    ends: str = ""
    coming: str = ""
    unheard: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)


def render_choices(view: ChoicesView, words: NullTranslations) -> str:
    """The form of what a team chooses."""
    form = Fields(view.typed, view.problems, words)
    trouble = ""
    if view.problems:
        text = words.gettext("Nothing is saved yet. Below stands what to mend; the rest is as you typed it.")
        trouble = f'<p class="mt-problem" role="alert">{text}</p>'
    until = words.gettext("Leave it empty and the course has no such day.")
    if view.ends:
        until = words.gettext("Leave it empty and it is the last day of the course, %(day)s.") % {"day": view.ends}
    allowed = words.gettext("1 to %(most)d.")
    loosest = view.bounds.loosest
    quiet = words.gettext("By the learner's own clock.")
    if loosest.quiet:
        always = words.gettext("By the learner's own clock. On this site always: %(hours)s.")
        quiet = always % {"hours": hours_in_words(loosest.quiet)}
    goal = "".join(
        (
            form.text("target", words.gettext("When must it be known?"), "date", until),
            form.select("retention", words.gettext("How much of it?"), options("retention", view.settings, words)),
            form.select("tail", words.gettext("And after that day?"), options("tail", view.settings, words)),
        )
    )
    limits = "".join(
        form.text(name, label, "number", allowed % {"most": getattr(loosest, name)})
        for name, label in (
            ("per_day", words.gettext("Messages a day")),
            ("per_week", words.gettext("Messages a week")),
            ("most_questions", words.gettext("Questions in a message")),
        )
    )
    hours = [(str(hour), f"{hour}:00") for hour in range(24)]
    if not view.typed["quiet_from"] and not view.typed["quiet_until"]:
        hours.insert(0, ("", words.gettext("as it is now")))
    night = form.select("quiet_from", words.gettext("Nothing from"), hours) + form.select(
        "quiet_until", words.gettext("until"), hours
    )
    lot = words.gettext(
        "They are chosen by lot, get no reminders and can practise all the same; so you see what reminding does. "
        "A higher number only adds learners, a lower one gives some back, and nobody moves otherwise."
    )
    apart = form.text("holdout", words.gettext("Learners in a hundred without reminders"), "number", lot)
    tightest = words.gettext("The limits hold over all courses of a learner, and learners can choose fewer themselves.")
    groups = (
        (words.gettext("The goal"), goal),
        (words.gettext("At most"), f'<p class="mt-note">{tightest}</p><div class="mt-row">{limits}</div>'),
        (words.gettext("Quiet hours"), f'<p class="mt-note">{escape(quiet)}</p><div class="mt-row">{night}</div>'),
        (words.gettext("With and without"), apart),
    )
    fields = "".join(f"<fieldset><legend>{legend}</legend>{inside}</fieldset>" for legend, inside in groups)
    save, look = words.gettext("Save"), words.gettext("See the plan first")
    return (
        f'{_told(view, words)}<form class="mt-form" method="post" action="{escape(view.action)}">'
        f"{view.hidden}{trouble}{fields}{_rare(view, form)}"
        f'<p class="mt-actions"><button name="do" value="save">{save}</button>'
        f'<button class="mt-second" name="do" value="try">{look}</button></p></form>'
    )


def _told(view: ChoicesView, words: NullTranslations) -> str:
    """What the choices come to."""
    told = f"<p>{escape(view.coming)}</p>" if view.coming else ""
    if view.unheard:
        text = words.ngettext(
            "%(number)d learner chose days or hours that never meet those of the course, and so hears nothing.",
            "%(number)d learners chose days or hours that never meet those of the course, and so hear nothing.",
            view.unheard,
        )
        told += f'<p class="mt-warning">{text % {"number": view.unheard}}</p>'
    return told


def _rare(view: ChoicesView, form: Fields) -> str:
    """What few teams change, behind a fold that says what holds."""
    words = form.words
    loosest = view.bounds.loosest
    agree = words.gettext(
        "Learners choose days and an hour too, and hear from us only when both fit: the more you leave open here, the "
        "more of them you reach."
    )
    alone = words.gettext(
        "Whoever chose another hour hears nothing. Leave it open, and all have the hour that suits them."
    )
    hours = [(hour, f"{hour}:00" if hour else words.gettext("any that is not quiet")) for hour in _hours(view)]
    when = f"{form.days(loosest.days)}{form.select('hour', words.gettext('Only around'), hours, alone)}"
    least = -(-loosest.rest // timedelta(hours=1))
    between = words.gettext("%(least)d to %(most)d.") % {"least": least, "most": LONGEST_REST}
    rest = form.text("rest", words.gettext("Hours without messages after practising"), "folded", between)
    allowed = words.gettext("1 to %(most)d.")
    labels = (words.gettext("Only one a week after so many"), words.gettext("None any more after so many"))
    ignored = "".join(
        form.text(name, label, "folded", allowed % {"most": getattr(loosest, name)})
        for name, label in zip(IGNORED, labels, strict=True)
    )
    goodbye = words.gettext(
        "Counted in a row. Before we go quiet we say so once; as soon as somebody practises, the count begins again."
    )
    groups = (
        (words.gettext("Days and hour"), f'<p class="mt-note">{agree}</p>{when}'),
        (words.gettext("Rest"), rest),
        (
            words.gettext("Ignored messages"),
            f'<p class="mt-note">{goodbye}</p><div class="mt-row">{ignored}</div>',
        ),
    )
    fields = "".join(f"<fieldset><legend>{legend}</legend>{inside}</fieldset>" for legend, inside in groups)
    # Where quiet hours and the only hour are at odds, either can be mended.
    is_open = view.problems.keys() & set(RARE) or ("quiet_from" in view.problems and view.typed["hour"])
    title = words.gettext("Days and hour, rest, ignored messages")
    return (
        f"<details{' open' if is_open else ''}><summary>{title}<small>{escape(_rare_in_words(view.settings, words))}"
        f"</small></summary>{fields}</details>"
    )


def _hours(view: ChoicesView) -> list[str]:
    """The hours to choose from; one that somebody set elsewhere is among them."""
    offered, now = hours_offered(view.bounds), view.typed["hour"]
    return offered if now in offered else [*offered, now]


def _rare_in_words(settings: Settings, words: NullTranslations) -> str:
    rule = rule_in_words(settings.quiet, settings.days, settings.hour, words)
    rest = settings.rest // timedelta(hours=1)
    text = words.gettext(
        "Now: %(rule)s; %(rest)d hours of rest; one a week after %(slow)d ignored, none after %(stop)d."
    )
    return text % {"rule": rule, "rest": rest, "slow": settings.slow_after, "stop": settings.stop_after}


# --- The switch


def render_switch(*, is_stopped: bool, by_admin: bool, action: str, hidden: str, words: NullTranslations) -> str:
    """Whether messages leave, and the switch behind a fold, so that nobody turns it by accident."""
    if by_admin:
        state = words.gettext("The administrators of this site have stopped all messages. Practising goes on.")
    elif is_stopped:
        state = words.gettext("The messages of this course are stopped. Learners can practise all the same.")
    else:
        state = words.gettext("Messages leave when there is something worth recalling.")
    if is_stopped:
        button = words.gettext("Start the messages again")
        text = words.gettext("Learners with something due hear from us at the next moment that suits them.")
        inside = f"<p>{text}</p>{_turn(action, hidden, 'start', button)}"
        summary = words.gettext("Start again")
    else:
        text = words.gettext(
            "From this moment no message of this course leaves any more, also none that was planned already. What left "
            "before stays. Learners keep their practice page, their progress and their wishes, and you can start again "
            "whenever you like."
        )
        summary = words.gettext("Stop all messages of this course")
        inside = f"<p>{text}</p>{_turn(action, hidden, 'stop', words.gettext('Stop all messages now'))}"
    on = "false" if is_stopped or by_admin else "true"
    return (
        f'<section id="switch" class="mt-switch" data-on="{on}" aria-label="{escape(summary)}">'
        f'<p role="status">{state}</p>'
        f"<details><summary>{summary}</summary>{inside}</details></section>"
    )


def _turn(action: str, hidden: str, to: str, label: str) -> str:
    return (
        f'<form method="post" action="{escape(action)}">{hidden}'
        f'<button class="mt-{to}" name="to" value="{to}">{label}</button></form>'
    )


# --- A message as a learner gets it


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """Which message to look at.

    Attributes:
        learners: user names and names to choose from; others can be typed.
        problem: what is wrong with what was typed.
    """

    action: str
    learners: Sequence[tuple[str, str]]
    learner: str = ""
    kind: str = Kind.REVIEWS.value
    variant: int = 0
    problem: str = ""


def render_chooser(view: PreviewView, words: NullTranslations) -> str:
    """The form that asks whose message, and which."""
    people = "".join(f'<option value="{escape(username)}">{escape(name)}</option>' for username, name in view.learners)
    kinds = "".join(
        f'<option value="{kind.value}"{" selected" if kind.value == view.kind else ""}>{words.gettext(text)}</option>'
        for kind, text in KINDS
    )
    variants = "".join(
        f'<option value="{number}"{" selected" if number == view.variant else ""}>{words.gettext(text)}</option>'
        for number, text in enumerate(VARIANTS)
    )
    told, problem = "", ""
    if view.problem:
        told = ' aria-invalid="true" aria-describedby="mt-learner-problem"'
        problem = f'<p class="mt-problem" id="mt-learner-problem" role="alert">{escape(view.problem)}</p>'
    show = words.gettext("Show the message")
    return (
        f'<form class="mt-form" action="{escape(view.action)}">'
        f'<div class="mt-field"><label for="mt-learner">{words.gettext("User name or e-mail address")}</label>'
        f'<input id="mt-learner" name="learner" list="mt-learners" autocomplete="off" required '
        f'value="{escape(view.learner)}"{told}><datalist id="mt-learners">{people}</datalist>{problem}</div>'
        f'<div class="mt-field"><label for="mt-kind">{words.gettext("Message")}</label>'
        f'<select id="mt-kind" name="kind">{kinds}</select></div>'
        f'<div class="mt-field"><label for="mt-variant">{words.gettext("Wording")}</label>'
        f'<select id="mt-variant" name="variant">{variants}</select></div>'
        f'<p class="mt-actions"><button>{show}</button></p></form>'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as it would arrive."""

    learner: str
    subject: str
    html: str
    text: str


def render_shown(shown: Shown, words: NullTranslations) -> str:
    """The message, in a frame of its own in which nothing runs and no link leads anywhere."""
    to = words.gettext("As %(learner)s would get it now, in their language. Nothing was sent.")
    title = words.gettext("The message")
    return (
        f"<p>{escape(to % {'learner': shown.learner})}</p>"
        f'<h2 class="mt-subject"><bdi>{escape(shown.subject)}</bdi></h2>'
        f'<iframe class="mt-mail" sandbox="" title="{escape(title)}" srcdoc="{escape(shown.html)}"></iframe>'
        f"<details><summary>{words.gettext('As plain text')}</summary>"
        f'<pre class="mt-text" dir="auto" tabindex="0">{escape(shown.text)}</pre></details>'
    )
