"""The learner's wishes as a form: which days, which hour, how often, where; or not for a while, or not at all; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape
from typing import Any

from xblocks.base.problems import N_
from xblocks.nudge.preferences import Channel, Preferences, as_form
from xblocks.nudge.rule_words import WEEKDAYS

HOURS = range(8, 20)
"""Hours that are offered: those that are quiet unless somebody chose otherwise are not."""
PAUSES = {7: N_("for a week"), 14: N_("for two weeks"), 28: N_("for four weeks")}
RESTS = {24: N_("for a day"), 48: N_("for two days"), 72: N_("for three days"), 168: N_("for a week")}
"""Hours of rest that are offered."""
_FOLDED = frozenset(
    (
        "per_week",
        "per_day",
        "most_questions",
        "weekly_digest",
        "quiet_from",
        "quiet_until",
        "rest_hours",
        "slow_after",
        "stop_after",
        "time_zone",
    )
)
_CHANNELS = {
    Channel.MAIL: N_("By mail"),
    Channel.TRAY: N_("As a notification on this site"),
    Channel.BOTH: N_("Both"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesView:
    """What is to be shown of a learner's wishes.

    Attributes:
        preferences: what holds now.
        typed: what stands in the fields instead, while there is something to mend; nothing typed is lost.
        said: the wishes as one says them.
        coming: a sentence about the next message.
        platform_zone: what the platform knows of where the learner is.
        zones: time zones to choose from, beside the learner's own and that of the device.
        paused: until when, in words; "" when not paused.
        problems: from the name of a field to what is to be mended there.
        hidden: what the form needs beside its fields, as markup.
        prefix: begins the ids of the fields; unique on the page.
    """

    preferences: Preferences
    said: str
    coming: str
    platform_zone: str
    action: str
    prefix: str
    method: str = "get"
    zones: Sequence[str] = ()
    paused: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    hidden: str = ""
    saved: bool = False
    typed: Mapping[str, Any] = field(default_factory=dict)


def render_wishes(view: WishesView, words: NullTranslations) -> str:
    """The form. Without a script it asks the page of wishes, which shows the same form; with one it saves in place."""
    off = view.preferences.is_stopped or view.preferences.channel is Channel.NONE
    fields = "" if off else _fields(view, words)
    save = words.gettext("Save")
    if off:
        buttons = f'<button class="mu-go" name="stop" value="">{words.gettext("Send me messages again")}</button>'
    else:
        stop = words.gettext("Stop all messages")
        buttons = f'<button class="mu-go">{save}</button><button name="stop" value="1">{stop}</button>'
    return (
        f'<form class="mn-wishes" action="{escape(view.action)}" method="{view.method}" data-mn="wishes">{view.hidden}'
        f'<p class="mn-said" role="status">{_said(view, words)}</p>{fields}'
        f'<div class="mu-actions">{buttons}</div></form>'
    )


def _said(view: WishesView, words: NullTranslations) -> str:
    if view.problems:
        unsaved, mend = words.gettext("Not saved yet."), words.gettext("Below stands what to mend.")
        return f"<b>{unsaved}</b> {mend}"
    saved = f"<b>{words.gettext('Saved.')}</b> " if view.saved else ""
    return f"{saved}{escape(view.said)} {escape(view.coming)}"


def _fields(view: WishesView, words: NullTranslations) -> str:
    form = _Form(view, words)
    return f"{form.days()}{form.hour()}{form.where()}{form.pause()}{_more(form)}"


def _more(form: _Form) -> str:
    """What few people change."""
    words = form.words
    is_open = " open" if form.view.problems.keys() & _FOLDED else ""
    title = words.gettext("How often, quiet hours, time zone")
    less = words.gettext("Here you can only ask for less than your courses have, never for more.")
    inside = (form.how_often(), form.quiet_hours(), form.left_alone(), form.zone())
    return f'<details{is_open}><summary>{title}</summary><p class="mu-note">{less}</p>{"".join(inside)}</details>'


class _Form:
    """The fields, each with what is to be mended there."""

    def __init__(self, view: WishesView, words: NullTranslations) -> None:
        self.view = view
        self.words = words
        pause = "keep" if view.paused else ""
        self.typed: dict[str, Any] = {**as_form(view.preferences), "pause": pause, **view.typed}
        self.as_is = ("", words.gettext("as the course has it"))

    def days(self) -> str:
        typed = self.typed["days"]
        chosen = {str(day) for day in typed} if isinstance(typed, list) else {str(typed)}
        boxes = "".join(
            f'<label class="mu-choice"><input type="checkbox" name="days" value="{number}"'
            f"{_on('checked', str(number) in chosen)}><span>{self.words.gettext(name)}</span></label>"
            for number, name in enumerate(WEEKDAYS)
        )
        legend = self.words.gettext("Days on which a message is welcome")
        told = self._told("days").replace(' aria-invalid="true"', "")
        return f'<fieldset class="mn-days"{told}><legend>{legend}</legend>{boxes}</fieldset>{self._problem("days")}'

    def hour(self) -> str:
        around = self.words.gettext("around %(hour)s")
        options = [("", self.words.gettext("any time of the day"))]
        options += [(str(hour), around % {"hour": f"{hour}:00"}) for hour in self._numbers("hour", HOURS)]
        return self._select("hour", self.words.gettext("Time"), options)

    def where(self) -> str:
        options = [(channel.value, self.words.gettext(name)) for channel, name in _CHANNELS.items()]
        return self._select("channel", self.words.gettext("Where"), options)

    def pause(self) -> str:
        options = [("", self.words.gettext("no"))]
        if self.view.paused:
            options.append(("keep", self.words.gettext("until %(day)s") % {"day": self.view.paused}))
        options += [(str(days), self.words.gettext(text)) for days, text in PAUSES.items()]
        return self._select("pause", self.words.gettext("Pause"), options)

    def how_often(self) -> str:
        words = self.words
        a_week, a_day = words.gettext("at most %(number)d a week"), words.gettext("at most %(number)d a day")
        per_week = [(str(number), a_week % {"number": number}) for number in self._numbers("per_week", range(1, 4))]
        per_day = [(str(number), a_day % {"number": number}) for number in self._numbers("per_day", range(1, 2))]
        questions = []
        for number in self._numbers("most_questions", range(1, 4)):
            text = words.ngettext("at most %(number)d question", "at most %(number)d questions", number)
            questions.append((str(number), text % {"number": number}))
        digest = words.gettext("Everything in one message a week")
        return (
            self._select("per_week", words.gettext("How often"), [self.as_is, *per_week])
            + self._select("per_day", words.gettext("On one day"), [self.as_is, *per_day])
            + self._select("most_questions", words.gettext("In one message"), [self.as_is, *questions])
            + '<label class="mu-choice"><input type="checkbox" name="weekly_digest" value="1"'
            f"{_on('checked', self.typed['weekly_digest'])}><span>{digest}</span></label>"
        )

    def quiet_hours(self) -> str:
        hours = [(str(hour), f"{hour}:00") for hour in range(24)]
        begin = self._select("quiet_from", self.words.gettext("Quiet hours from"), [self.as_is, *hours])
        end = self._select("quiet_until", self.words.gettext("Quiet hours until"), [("", "–"), *hours])
        return f'<div class="mn-row"><div>{begin}</div><div>{end}</div></div>'

    def left_alone(self) -> str:
        words = self.words
        rests = []
        for number in self._numbers("rest_hours", RESTS):
            text = words.ngettext("for %(number)d hour", "for %(number)d hours", number) % {"number": number}
            rests.append((str(number), words.gettext(RESTS[number]) if number in RESTS else text))
        return (
            self._select("rest_hours", words.gettext("Leave me alone after I practised"), [self.as_is, *rests])
            + self._select(
                "slow_after", words.gettext("Only one a week once I ignored"), self._ignored("slow_after", 5)
            )
            + self._select("stop_after", words.gettext("Nothing more once I ignored"), self._ignored("stop_after", 6))
        )

    def zone(self) -> str:
        own = self.words.gettext("as in your account (%(zone)s)") % {"zone": self.view.platform_zone}
        chosen = str(self.typed["time_zone"])
        names = sorted({*self.view.zones, *([chosen] if chosen else [])})
        options = [("", own), *((name, name.replace("_", " ")) for name in names)]
        device = escape(self.words.gettext("as on this device (%(zone)s)"))
        return self._select("time_zone", self.words.gettext("Time zone"), options, f' data-device="{device}"')

    def _ignored(self, name: str, most: int) -> list[tuple[str, str]]:
        lines = [self.as_is]
        for number in self._numbers(name, range(1, most + 1)):
            text = self.words.ngettext("%(number)d message", "%(number)d messages in a row", number)
            lines.append((str(number), text % {"number": number}))
        return lines

    def _numbers(self, name: str, offered: Iterable[int]) -> list[int]:
        """What is offered, and what stands there now."""
        chosen = str(self.typed[name])
        return sorted({*offered, *([int(chosen)] if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else [])})

    def _select(self, name: str, label: str, options: Sequence[tuple[str, str]], more: str = "") -> str:
        chosen = str(self.typed[name])
        lines = "".join(
            f'<option value="{escape(value)}"{_on("selected", value == chosen)}>{escape(text)}</option>'
            for value, text in options
        )
        # In the label, so that no ids are needed and two forms stand on one page.
        return (
            f'<label class="mu-pair"><span>{label}</span>'
            f'<select name="{name}"{self._told(name)}{more}>{lines}</select></label>{self._problem(name)}'
        )

    def _told(self, name: str) -> str:
        if name not in self.view.problems:
            return ""
        return f' aria-invalid="true" aria-describedby="{escape(self.view.prefix)}-{name}"'

    def _problem(self, name: str) -> str:
        text = self.view.problems.get(name)
        if not text:
            return ""
        return f'<p class="mu-say" id="{escape(self.view.prefix)}-{name}" role="alert">{escape(text)}</p>'


def _on(attribute: str, is_on: object) -> str:
    return f" {attribute}" if is_on else ""
