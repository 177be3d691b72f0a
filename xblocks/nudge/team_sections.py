"""What the course team sees of its figures: a sentence, a picture, and then the table; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from gettext import NullTranslations
from html import escape

from xblocks.base.numerals import numeral
from xblocks.nudge.comparison import Outcome
from xblocks.nudge.pictures import coming_bars
from xblocks.nudge.reasons import Reason
from xblocks.nudge.team_figures import (
    FEW_ANSWERS,
    Figures,
    Finding,
    Group,
    People,
    QuestionLine,
    Reach,
    did_practise,
    is_tiny,
    lately,
    practised_more,
    remembered_more,
)
from xblocks.nudge.team_pictures import recall_by_week
from xblocks.nudge.team_reasons import reason_in_words
from xblocks.nudge.when_words import date_in_words

LATELY = 4
"""Weeks that the sentence about recall is about."""
MOST_QUESTIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How something is told: in which language, as of when, and by whose days.

    Attributes:
        tables: the address before the name of a table that can be downloaded.
    """

    words: NullTranslations
    now: datetime
    zone: tzinfo
    rtl: bool
    tables: str

    def day(self, when: datetime) -> str:
        """A moment's day."""
        return date_in_words(when, self.now, self.zone, self.words)

    def date(self, when: date) -> str:
        """A date."""
        return self.day(datetime.combine(when, time(12), tzinfo=self.zone))

    def percent(self, share: float) -> str:
        """A share."""
        return self.words.gettext("%(percent)d%%") % {"percent": round(100 * share)}

    def number(self, value: float) -> str:
        """A number, with one place behind the decimal sign at most."""
        return numeral(value, self.words, 1)


def section(name: str, title: str, inside: str) -> str:
    """A part of the page that can be gone to."""
    return f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>{inside}</section>'


# --- Who is reached


def reach(figures: Figures, telling: Telling) -> str:
    """Who got a message, opened it and practised."""
    words = telling.words
    return section(
        "reach",
        words.gettext("Who is reached"),
        f"<p>{_reach_in_words(figures, words)}</p>{_funnel(figures, words)}{_reach_table(figures, telling)}"
        f"{_not_sent(figures, words)}{_silent(figures.people, words)}",
    )


def _reach_in_words(figures: Figures, words: NullTranslations) -> str:
    now, learners = figures.recently, figures.people.learners
    if not now.reached:
        return words.gettext("No message has been sent in the last 30 days.")
    told = words.ngettext(
        "In the last 30 days %(reached)d of %(number)d learner got a message; %(acted)d practised soon after.",
        "In the last 30 days %(reached)d of %(number)d learners got a message; %(acted)d practised soon after.",
        learners,
    )
    return told % {"reached": now.reached, "number": learners, "acted": now.acted}


def _funnel(figures: Figures, words: NullTranslations) -> str:
    now, learners = figures.recently, figures.people.learners
    if not now.reached:
        return ""
    steps = (
        (words.gettext("Learners with questions"), learners),
        (words.gettext("Got a message"), now.reached),
        (words.gettext("Followed its link"), now.opened),
        (words.gettext("Practised within two days"), now.acted),
    )
    most = max(number for _text, number in steps)
    return bars([(text, str(number), number / most) for text, number in steps])


def _reach_table(figures: Figures, telling: Telling) -> str:
    words = telling.words
    rows: Sequence[tuple[str, Callable[[Reach], int]]] = (
        (words.gettext("Messages sent"), lambda reach: reach.sent),
        (words.gettext("Learners who got one"), lambda reach: reach.reached),
        (words.gettext("Learners who followed a link"), lambda reach: reach.opened),
        (words.gettext("Learners who practised within two days"), lambda reach: reach.acted),
        (words.gettext("Not sent after all"), lambda reach: reach.skipped),
        (words.gettext("Refused by the mail server"), lambda reach: reach.failed),
        (words.gettext("Perhaps arrived, not repeated"), lambda reach: reach.uncertain),
    )
    heads = ("", words.gettext("Last 30 days"), words.gettext("Since the beginning"))
    lines = [(text, str(of(figures.recently)), str(of(figures.ever))) for text, of in rows]
    title = words.gettext("Messages in numbers")
    download = words.gettext("Download every message (CSV)")
    return fold(title, table(title, heads, lines) + link_to_table("messages", download, telling))


def _not_sent(figures: Figures, words: NullTranslations) -> str:
    if not figures.not_sent:
        return ""
    lines = (
        f"<li>{escape(reason_in_words(line.status, line.reason, words))} <b>{line.ever}×</b></li>"
        for line in figures.not_sent
    )
    return fold(words.gettext("Why messages were not sent"), f'<ul class="mt-list">{"".join(lines)}</ul>')


def _silent(people: People, words: NullTranslations) -> str:
    reasons = (
        (words.gettext("They do not want messages."), people.opted_out),
        (words.gettext("They take a break from messages."), people.paused),
        (words.gettext(Reason.IGNORED.sentence), people.gave_up),
        (words.gettext("They belong to the group without reminders, for comparison."), people.held_out),
        (words.gettext("They have no account on this site."), people.elsewhere),
    )
    lines = "".join(f"<li>{escape(text)} <b>{number}</b></li>" for text, number in reasons if number)
    if not lines:
        return ""
    return fold(words.gettext("Learners who hear nothing now"), f'<ul class="mt-list">{lines}</ul>')


# --- Whether it stays


def recall(figures: Figures, telling: Telling) -> str:
    """What is remembered, week by week."""
    words = telling.words
    title = words.gettext("Does it stay?")
    told = lately(figures.weeks[-LATELY:])
    if told is None and lately(figures.weeks) is None:
        text = words.gettext("No question has come back yet. Here you will see how much is still known when one does.")
        return section("recall", title, f"<p>{text}</p>")
    picture = recall_by_week(figures.weeks, name="mt-recall", rtl=telling.rtl, day=telling.date, words=words)
    heads = (
        words.gettext("Week of"),
        words.gettext("Answers"),
        words.gettext("Right"),
        words.gettext("Expected"),
    )
    lines = [
        (
            telling.date(week.begins),
            str(week.answers),
            "–" if week.share is None else telling.percent(week.share),
            "–" if week.expected is None else telling.percent(week.expected),
        )
        for week in figures.weeks
    ]
    caption = words.gettext("Recall in numbers")
    download = words.gettext("Download (CSV)")
    hollow = words.gettext("An open dot stands for a week with fewer than %(number)d answers: too few to say much.")
    numbers = fold(caption, table(caption, heads, lines) + link_to_table("recall", download, telling))
    return section(
        "recall",
        title,
        f"<p>{_recall_in_words(figures, telling)}</p><figure>{picture}<figcaption>{hollow % {'number': FEW_ANSWERS}}"
        f"</figcaption></figure>{numbers}",
    )


def _recall_in_words(figures: Figures, telling: Telling) -> str:
    words, told = telling.words, lately(figures.weeks[-LATELY:])
    if told is None:
        return words.gettext("In the last four weeks no question came back.")
    text = words.ngettext(
        "In the last four weeks %(number)d question was answered that had been asked before: "
        "%(right)s right, where %(expected)s was expected.",
        "In the last four weeks %(number)d questions were answered that had been asked before: "
        "%(right)s right, where %(expected)s was expected.",
        told.answers,
    )
    text %= {"number": told.answers, "right": telling.percent(told.share), "expected": telling.percent(told.expected)}
    if told.answers < FEW_ANSWERS:
        text += " " + words.gettext("That is too little to say much yet.")
    return text


# --- What is ahead


def coming(figures: Figures, telling: Telling, is_stopped: bool) -> str:
    """Questions and messages of the next days."""
    words, ahead = telling.words, figures.coming
    number = sum(number for _day, number in ahead.days)
    if is_stopped:
        text = words.gettext("No messages will leave while they are stopped.")
    elif not ahead.messages:
        text = words.gettext("Next week no messages are to be expected.")
    else:
        text = words.ngettext(
            "Next week about %(number)d message, to %(learners)d of your learners.",
            "Next week about %(number)d messages, to %(learners)d of your learners.",
            ahead.messages,
        ) % {"number": ahead.messages, "learners": ahead.learners}
    picture = ""
    if number:
        drawn = coming_bars(ahead.days, name="mt-coming", rtl=telling.rtl, day=telling.date, words=words)
        caption = words.gettext("Questions that come back in the next two weeks, of all learners together.")
        waiting = words.gettext("Today has also what is waiting already.")
        picture = f"<figure>{drawn}<figcaption>{caption} {waiting}</figcaption></figure>"
    how = words.gettext(
        "An estimate: one message for each day on which something comes due for a learner, at most %(number)d a week, "
        "or fewer where the learner wishes. Whoever practises sooner needs fewer."
    ) % {"number": ahead.per_week}
    heads = (words.gettext("Day"), words.gettext("Questions"))
    title = words.gettext("The days in numbers")
    days = table(title, heads, [(telling.date(day), str(due)) for day, due in ahead.days])
    download = link_to_table("coming", words.gettext("Download (CSV)"), telling)
    note = "" if is_stopped else f'<p class="mt-note">{how}</p>'
    return section(
        "coming", words.gettext("What is coming"), f"<p>{text}</p>{picture}{note}{fold(title, days + download)}"
    )


# --- With and without


def comparison(figures: Figures, telling: Telling, share: int) -> str:
    """Learners who are reminded beside those who are not.

    Args:
        share: of those who are not, in percent.
    """
    words = telling.words
    title = words.gettext("Does reminding help?")
    reminded, others = figures.groups[False], figures.groups[True]
    if not others.learners:
        text = words.gettext(
            "To find out, leave some learners without reminders, chosen by lot: they can practise all the same. "
            "Under “Your choices” you say how many; 10 in a hundred is a good start."
        )
        if share:
            text = words.gettext("The lot has not left anybody without reminders yet. More learners will change that.")
        return section("comparison", title, f"<p>{text}</p>")
    if is_tiny(reminded, others):
        text = words.gettext(Outcome.TOO_FEW.sentence)
        return section("comparison", title, f"<p>{_sides(reminded, others, words)} {escape(text)}</p>")
    findings = measures(reminded, others, telling)
    heads = (
        "",
        words.gettext("With reminders"),
        words.gettext("Without"),
        words.gettext("Difference"),
    )
    lines = [(text, *_finding(found, is_share, telling)) for text, found, is_share in findings]
    cards = "".join(
        f"<li><h3>{text}</h3><p>{escape(words.gettext(found.verdict.sentence))}</p>"
        f"{_bars(found, is_share, telling)}</li>"
        for text, found, is_share in findings
    )
    caption = words.gettext("The comparison in numbers")
    sure = words.gettext(
        "The difference is given with the bounds between which it lies in 19 of 20 such comparisons. Looking often "
        "and stopping at the first clear answer makes that less sure."
    )
    inside = table(caption, heads, lines) + f'<p class="mt-note">{sure}</p>'
    download = link_to_table("comparison", words.gettext("Download (CSV)"), telling)
    return section(
        "comparison",
        title,
        f"<p>{_sides(reminded, others, words)}</p>"
        f'<ul class="mt-findings">{cards}</ul>{fold(caption, inside + download)}',
    )


def _sides(reminded: Group, others: Group, words: NullTranslations) -> str:
    text = words.gettext("%(reminded)d learners get reminders and %(others)d do not, chosen by lot.")
    return text % {"reminded": reminded.learners, "others": others.learners}


def measures(reminded: Group, others: Group, telling: Telling) -> Sequence[tuple[str, Finding, bool]]:
    """What is compared: its name, what was found, and whether its figures are shares."""
    words = telling.words
    return (
        (words.gettext("Practised in the last four weeks"), did_practise(reminded, others), True),
        (words.gettext("Answers a learner"), practised_more(reminded, others), False),
        (words.gettext("Right, among those who practised"), remembered_more(reminded, others), True),
    )


def _finding(found: Finding, is_share: bool, telling: Telling) -> tuple[str, str, str]:
    apart, difference = found.verdict.difference, "–"
    if apart is not None:
        if is_share:
            # Translators: points of a percentage, as in +3 points (-1 to +7)
            text = telling.words.gettext("%(difference)s points (%(low)s to %(high)s)")
        else:
            text = telling.words.gettext("%(difference)s (%(low)s to %(high)s)")
        values = {"difference": apart.estimate, "low": apart.low, "high": apart.high}
        difference = text % {name: _signed(value, telling, is_share) for name, value in values.items()}
    show = telling.percent if is_share else telling.number
    reminded, others = ("–" if value is None else show(value) for value in (found.reminded, found.others))
    return reminded, others, difference


def _signed(value: float, telling: Telling, is_share: bool) -> str:
    text = str(round(100 * abs(value))) if is_share else telling.number(abs(value))
    return text if text == "0" else ("+" if value > 0 else "−") + text


def _bars(found: Finding, is_share: bool, telling: Telling) -> str:
    words, show = telling.words, telling.percent if is_share else telling.number
    sides = ((words.gettext("With reminders"), found.reminded), (words.gettext("Without"), found.others))
    most = max([value for _text, value in sides if value is not None] or [0.0])
    if not most:
        return ""
    return bars([(text, show(value), value / most) for text, value in sides if value is not None])


# --- Questions


def questions(lines: Sequence[QuestionLine], telling: Telling) -> str:
    """The questions of the course, by when they come back next."""
    words = telling.words
    if not lines:
        return ""
    heads = (
        words.gettext("Question"),
        words.gettext("Comes back on"),
        words.gettext("Learners"),
        words.gettext("Waiting now"),
    )
    rows = [
        (
            line.name,
            words.gettext("no more") if line.median is None else telling.day(line.median),
            str(line.learners),
            str(line.waiting),
        )
        for line in lines[:MOST_QUESTIONS]
    ]
    title = words.gettext("The questions of this course")
    note = words.gettext("The day is the middle one: for half of the learners it is that day or sooner.")
    left = ""
    if len(lines) > MOST_QUESTIONS:
        text = words.gettext("These are the first %(number)d; the download has them all.")
        left = f'<p class="mt-note">{text % {"number": MOST_QUESTIONS}}</p>'
    download = link_to_table("questions", words.gettext("Download (CSV)"), telling)
    return fold(title, f'<p class="mt-note">{note}</p>{table(title, heads, rows)}{left}{download}')


# --- Parts


def bars(lines: Iterable[tuple[str, str, float]]) -> str:
    """Lines with a bar each: what it is, its figure, and how long (0..1)."""
    inside = "".join(
        f"<li><span>{escape(text)}</span> <b>{escape(figure)}</b>"
        f'<i aria-hidden="true" style="inline-size:{100 * share:.1f}%"></i></li>'
        for text, figure, share in lines
    )
    return f'<ul class="mt-bars">{inside}</ul>'


def fold(summary: str, inside: str) -> str:
    """What is there for whoever wants to know more."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names the rows; on a narrow screen it scrolls by itself."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in heads)
    body = "".join(
        f'<tr><th scope="row"><bdi>{escape(row[0])}</bdi></th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return (
        f'<div class="mt-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def link_to_table(name: str, label: str, telling: Telling) -> str:
    """Where a table can be had for a spreadsheet."""
    return f'<p><a class="mt-link" href="{escape(telling.tables)}{name}.csv">{escape(label)}</a></p>'
