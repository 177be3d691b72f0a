"""Pictures for the course team, as SVG with a text that says the same: recall week by week, and a plan as rows of dots.

They draw in the colour of the text around them, light or dark; time runs in the reading direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from html import escape

from xblocks.nudge.pictures import LETTER_WIDTH, LETTERS, WIDTH
from xblocks.nudge.team_figures import FEW_ANSWERS, Week

BEFORE, AFTER = 44, 12
ABOVE, BETWEEN, FOOT = 18, 128, 56
ROW = 50


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A question of some kind, and when it comes back."""

    label: str
    moments: Sequence[datetime]


# --- Recall


def recall_by_week(
    weeks: Sequence[Week], *, name: str, rtl: bool, day: Callable[[date], str], words: NullTranslations
) -> str:
    """What was answered right, week by week, beside what was expected.

    Args:
        weeks: two or more, in order.
        name: begins the ids in the picture; unique on its page.
        day: a day as people read it, short.
    """
    chart = _Chart(weeks, rtl)
    last = len(weeks) - 1
    ends = ((0, "start"), (last, "end"))
    parts = [
        *_shares(chart, words),
        *(chart.line(run, "mt-expected", 'stroke-dasharray="5 4" opacity=".7"') for run in chart.runs(_expected)),
        *(chart.line(run, "mt-recall", "") for run in chart.runs(_share)),
        *_dots(chart),
        *(_label(chart.x(place), chart.floor + 18, day(weeks[place].begins), anchor) for place, anchor in ends),
        *_legend(chart, words),
    ]
    title = words.gettext("Answered right, week by week")
    return _svg(name, title, _weeks_in_words(weeks, day, words), parts, ABOVE + BETWEEN + FOOT, rtl)


def _share(week: Week) -> float | None:
    return week.share


def _expected(week: Week) -> float | None:
    return week.expected


@dataclass(frozen=True, slots=True)
class _Chart:
    weeks: Sequence[Week]
    rtl: bool

    @property
    def floor(self) -> int:
        return ABOVE + BETWEEN

    def x(self, place: float) -> float:
        along = BEFORE + (WIDTH - BEFORE - AFTER) * place / (len(self.weeks) - 1)
        return round(WIDTH - along if self.rtl else along, 1)

    def y(self, share: float) -> float:
        return round(ABOVE + (1 - share) * BETWEEN, 1)

    def runs(self, value: Callable[[Week], float | None]) -> Iterable[list[tuple[int, float]]]:
        """Weeks in a row that have a value; a week without answers is a gap, not a fall."""
        run: list[tuple[int, float]] = []
        for place, week in enumerate(self.weeks):
            share = value(week)
            if share is not None:
                run.append((place, share))
            elif run:
                yield run
                run = []
        if run:
            yield run

    def line(self, run: Sequence[tuple[int, float]], css: str, look: str) -> str:
        points = [f"{self.x(place)},{self.y(share)}" for place, share in run]
        # A single week is a short stroke.
        if len(points) == 1:
            place, share = run[0]
            points = [f"{self.x(place) - 4},{self.y(share)}", f"{self.x(place) + 4},{self.y(share)}"]
        return (
            f'<polyline class="{css}" points="{" ".join(points)}" fill="none" stroke="currentColor" '
            f'stroke-width="2" stroke-linejoin="round" {look}/>'
        )


def _shares(chart: _Chart, words: NullTranslations) -> Iterable[str]:
    edges = sorted((chart.x(0), chart.x(len(chart.weeks) - 1)))
    for share in (0.0, 0.5, 1.0):
        y = chart.y(share)
        yield f'<path d="M{edges[0]} {y}H{edges[1]}" stroke="currentColor" opacity=".3"/>'
        outside = 8 if chart.rtl else -8
        yield _label(chart.x(0) + outside, y + 4.5, _percent(share, words), "end")


def _dots(chart: _Chart) -> Iterable[str]:
    """Hollow where few answers say little."""
    for place, week in enumerate(chart.weeks):
        if week.share is not None:
            inside = "currentColor" if week.answers >= FEW_ANSWERS else "none"
            yield (
                f'<circle cx="{chart.x(place)}" cy="{chart.y(week.share)}" r="4.5" stroke="currentColor" '
                f'stroke-width="2" fill="{inside}"/>'
            )


def _legend(chart: _Chart, words: NullTranslations) -> Iterable[str]:
    y = ABOVE + BETWEEN + FOOT - 10
    looks = ((0, "", words.gettext("answered right")), (len(chart.weeks) / 2, "5 4", words.gettext("expected")))
    step = -1 if chart.rtl else 1
    for place, dashes, text in looks:
        begun = chart.x(place)
        dashed = f' stroke-dasharray="{dashes}" opacity=".7"' if dashes else ""
        yield f'<path d="M{begun} {y - 4.5}h{24 * step}" stroke="currentColor" stroke-width="2"{dashed}/>'
        yield _label(begun + 30 * step, y, text, "start")


def _weeks_in_words(weeks: Sequence[Week], day: Callable[[date], str], words: NullTranslations) -> str:
    told = []
    for week in weeks:
        if week.share is None or week.expected is None:
            continue
        text = words.ngettext(
            "Week of %(day)s: %(right)s of %(number)d answer right, %(expected)s expected.",
            "Week of %(day)s: %(right)s of %(number)d answers right, %(expected)s expected.",
            week.answers,
        )
        params = {
            "day": day(week.begins),
            "right": _percent(week.share, words),
            "number": week.answers,
            "expected": _percent(week.expected, words),
        }
        told.append(text % params)
    return " ".join(told)


# --- A plan


def plan_rows(
    rows: Sequence[PlanRow],
    *,
    begins: datetime,
    ends: datetime,
    target: datetime | None,
    name: str,
    rtl: bool,
    day: Callable[[datetime], str],
    words: NullTranslations,
) -> str:
    """When questions come back, a row a kind of question, from `begins` until `ends`.

    Args:
        target: when they must be known; None: no such day within the picture.
    """

    def x(when: datetime) -> float:
        along = AFTER + (WIDTH - 2 * AFTER) * ((when - begins) / (ends - begins))
        return round(WIDTH - along if rtl else along, 1)

    foot = ABOVE + ROW * len(rows)
    parts = []
    for place, row in enumerate(rows):
        y = ABOVE + ROW * place + 36
        parts.append(_label(x(begins), y - 18, row.label, "start"))
        parts.append(f'<path d="M{AFTER} {y}H{WIDTH - AFTER}" stroke="currentColor" opacity=".3"/>')
        if target is not None:
            # Not through the words between the rows.
            line = f'd="M{x(target)} {y - 12}v24" stroke="currentColor" stroke-width="2"'
            parts.append(f'<path class="mt-target" {line}/>')
        parts += [
            f'<circle class="mt-moment" cx="{x(when)}" cy="{y}" r="5" fill="currentColor"/>'
            for when in row.moments
            if when <= ends
        ]
    texts = [(begins, words.gettext("today")), (ends, day(ends))]
    if target is not None:
        texts.insert(0, (target, day(target)))
    parts += _apart([(x(when), text) for when, text in texts], foot + 20)
    title = words.gettext("When questions come back")
    return _svg(name, title, _plan_in_words(rows, day, words), parts, foot + 28, rtl)


def _apart(texts: Iterable[tuple[float, str]], y: float) -> Iterable[str]:
    """The most telling first; what would run into another is left out."""
    taken: list[tuple[float, float]] = []
    for wanted, text in texts:
        half = len(text) * LETTER_WIDTH / 2
        x = min(max(wanted, half + 2), WIDTH - half - 2)
        if all(abs(x - other) > half + width + 4 for other, width in taken):
            taken.append((x, half))
            yield _label(x, y, text, "middle")


def _plan_in_words(rows: Sequence[PlanRow], day: Callable[[datetime], str], words: NullTranslations) -> str:
    return " ".join(f"{row.label}: {moments_in_words(row.moments, day, words)}" for row in rows)


MOST_MOMENTS_TOLD = 6


def moments_in_words(moments: Sequence[datetime], day: Callable[[datetime], str], words: NullTranslations) -> str:
    """The days on which something comes back, in a sentence."""
    if not moments:
        return words.gettext("does not come back any more.")
    days = [day(when) for when in moments[:MOST_MOMENTS_TOLD]]
    # Translators: at the end of a list of days
    more = [words.gettext("and later")] if len(moments) > MOST_MOMENTS_TOLD else []
    return words.gettext("comes back on %(days)s.") % {"days": ", ".join(days + more)}


# --- Both


def _percent(share: float, words: NullTranslations) -> str:
    # Translators: a share, as in 90%
    return words.gettext("%(percent)d%%") % {"percent": round(100 * share)}


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text class="mt-label" x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(text)}</text>'
    )


def _svg(name: str, title: str, description: str, parts: Iterable[str], height: int, rtl: bool) -> str:
    own = escape(name)
    return (
        f'<svg class="mt-picture" viewBox="0 0 {WIDTH} {height}" role="img" direction="{"rtl" if rtl else "ltr"}" '
        f'aria-labelledby="{own}-title {own}-description" font-size="{LETTERS}">'
        f'<title id="{own}-title">{escape(title)}</title>'
        f'<desc id="{own}-description">{escape(description)}</desc>{"".join(parts)}</svg>'
    )
