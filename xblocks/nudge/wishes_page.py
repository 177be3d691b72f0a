"""The learner's wishes as a form: which days, which hour, how often, where; or not for a while, or not at all; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape

from xblocks.base.problems import N_
from xblocks.nudge.preferences import WEEKDAYS, Channel, Preferences

HOURS = range(8, 20)
"""Hours that are offered: those that are quiet unless somebody chose otherwise are not."""
PAUSES = {7: N_("for a week"), 14: N_("for two weeks"), 28: N_("for four weeks")}
_CHANNELS = {
    Channel.MAIL: N_("By mail"),
    Channel.TRAY: N_("As a notification on this site"),
    Channel.BOTH: N_("Both"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesView:
    """What is to be shown of a learner's wishes.

    Attributes:
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
    heading: str = ""
    saved: bool = False


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
    saved = f"<b>{words.gettext('Saved.')}</b> " if view.saved else ""
    return f"{saved}{escape(view.said)} {escape(view.coming)}"


def _fields(view: WishesView, words: NullTranslations) -> str:
    return "".join(
        (
            _days(view, words),
            _hour(view, words),
            _pause(view, words),
            _more(view, words),
        )
    )


def _more(view: WishesView, words: NullTranslations) -> str:
    """What few people change."""
    inside = _how_often(view, words) + _where(view, words) + _zone(view, words)
    is_open = " open" if view.problems.keys() & {"per_week", "most_questions", "channel", "time_zone"} else ""
    title = words.gettext("How often, where, time zone")
    return f"<details{is_open}><summary>{title}</summary>{inside}</details>"


def _days(view: WishesView, words: NullTranslations) -> str:
    boxes = "".join(
        f'<label class="mu-choice"><input type="checkbox" name="days" value="{number}"'
        f"{_on('checked', view.preferences.days >> number & 1)}><span>{words.gettext(name)}</span></label>"
        for number, name in enumerate(WEEKDAYS)
    )
    legend = words.gettext("Days on which a message is welcome")
    return f'<fieldset class="mn-days"><legend>{legend}</legend>{boxes}</fieldset>{_problem(view, "days")}'


def _hour(view: WishesView, words: NullTranslations) -> str:
    hours = sorted({*HOURS, *([] if view.preferences.hour is None else [view.preferences.hour])})
    around = words.gettext("around %(hour)s")
    options = [("", words.gettext("any time of the day"))]
    options += [(str(hour), around % {"hour": f"{hour}:00"}) for hour in hours]
    chosen = "" if view.preferences.hour is None else str(view.preferences.hour)
    return _select(view, "hour", words.gettext("Time"), options, chosen)


def _how_often(view: WishesView, words: NullTranslations) -> str:
    as_is = words.gettext("as the course has it")
    per_week = [("", as_is)]
    most = words.gettext("at most %(number)d a week")
    per_week += [(str(number), most % {"number": number}) for number in _upto(3, view.preferences.per_week)]
    questions = [("", as_is)]
    for number in _upto(3, view.preferences.most_questions):
        text = words.ngettext("at most %(number)d question", "at most %(number)d questions", number)
        questions.append((str(number), text % {"number": number}))
    digest = words.gettext("Everything in one message a week")
    return (
        _select(view, "per_week", words.gettext("How often"), per_week, _text(view.preferences.per_week))
        + _select(
            view, "most_questions", words.gettext("In one message"), questions, _text(view.preferences.most_questions)
        )
        + '<label class="mu-choice"><input type="checkbox" name="weekly_digest" value="1"'
        f"{_on('checked', view.preferences.weekly_digest)}><span>{digest}</span></label>"
    )


def _where(view: WishesView, words: NullTranslations) -> str:
    options = [(channel.value, words.gettext(name)) for channel, name in _CHANNELS.items()]
    return _select(view, "channel", words.gettext("Where"), options, view.preferences.channel.value)


def _zone(view: WishesView, words: NullTranslations) -> str:
    own = words.gettext("as in your account (%(zone)s)") % {"zone": view.platform_zone}
    chosen = view.preferences.time_zone
    names = sorted({*view.zones, *([chosen] if chosen else [])})
    options = [("", own), *((name, name.replace("_", " ")) for name in names)]
    device = escape(words.gettext("as on this device (%(zone)s)"))
    return _select(view, "time_zone", words.gettext("Time zone"), options, chosen, f' data-device="{device}"')


def _pause(view: WishesView, words: NullTranslations) -> str:
    options = [("", words.gettext("no"))]
    if view.paused:
        options.append(("keep", words.gettext("until %(day)s") % {"day": view.paused}))
    options += [(str(days), words.gettext(text)) for days, text in PAUSES.items()]
    return _select(view, "pause", words.gettext("Pause"), options, "keep" if view.paused else "")


def _select(
    view: WishesView, name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, more: str = ""
) -> str:
    lines = "".join(
        f'<option value="{escape(value)}"{_on("selected", value == chosen)}>{escape(text)}</option>'
        for value, text in options
    )
    # In the label, so that no ids are needed and two forms stand on one page.
    return (
        f'<label class="mu-pair"><span>{label}</span><select name="{name}"{more}>{lines}</select></label>'
        f"{_problem(view, name)}"
    )


def _problem(view: WishesView, name: str) -> str:
    text = view.problems.get(name)
    return f'<p class="mu-say" role="alert">{escape(text)}</p>' if text else ""


def _upto(most: int, chosen: int | None) -> list[int]:
    return sorted({*range(1, most + 1), *([] if chosen is None else [chosen])})


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _on(attribute: str, is_on: object) -> str:
    return f" {attribute}" if is_on else ""
