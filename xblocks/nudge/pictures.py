"""Pictures as SVG inside the page, each with a text that says the same: the forgetting curve, and coming questions.

They draw in the colour of the text around them, so they follow the theme, light or dark, without any style sheet. Time
runs in the reading direction. A style sheet may refine them by these classes:

| class                 | what it is                                           |
| --------------------- | ---------------------------------------------------- |
| mun-picture           | the whole                                            |
| mun-grid mun-label    | lines and words of the axes                          |
| mun-past mun-answer   | recall until now, and the answers on it              |
| mun-without mun-plan  | what comes without and with practice                 |
| mun-coming            | the reviews that come                                |
| mun-target mun-now    | the lines of the target and of today                 |
| mun-bar mun-count     | a bar of questions, and its number                   |
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from html import escape

from xblocks.nudge.forecast import Curve, Point
from xblocks.nudge.memory import Rating

# Units of the drawing: as wide as a small phone, so that its letters stay readable there.
WIDTH, HEIGHT = 344, 224
ABOVE, BELOW, AFTER = 26, 50, 12
LETTERS = 13
LETTER_WIDTH = 7.5
"""Of a system font at that size, on average; generous, for it only decides what is left out."""

WIDEST_BAR = 40
MOST_DAYS_TOLD = 6

_WITH = 'stroke-width="2"'
_WITHOUT = 'stroke-width="2" stroke-dasharray="5 4" opacity=".7"'
_THIN = 'stroke="currentColor" stroke-width="1" opacity=".35"'


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where things stand: time along, from the reading's start; shares (0..1) up.

    Attributes:
        rtl: time runs from right to left.
        before: room before the time axis begins.
    """

    rtl: bool
    before: int

    @property
    def along(self) -> int:
        return WIDTH - self.before - AFTER

    def x(self, share: float) -> float:
        x = self.before + share * self.along
        return round(WIDTH - x if self.rtl else x, 1)

    @staticmethod
    def y(share: float) -> float:
        return round(ABOVE + (1 - share) * (HEIGHT - ABOVE - BELOW), 1)


# --- The forgetting curve


def forgetting_curve(
    curve: Curve, *, name: str, rtl: bool, day: Callable[[datetime], str], words: NullTranslations
) -> str:
    """The curve of a question: what was, and what comes with and without practice.

    Args:
        name: begins the ids in the picture; unique on its page.
        day: a moment's day as the learner reads it, in their time zone, short ("3 Mar").
    """
    plot = _Plot(curve, _Paper(rtl, before=44))
    parts = [
        *_share_axis(plot, curve, words),
        *_uprights(plot, curve, words),
        plot.line("mun-without", curve.without, _WITHOUT),
        *([plot.line("mun-plan", curve.with_practice, _WITH)] if curve.coming else []),
        plot.line("mun-past", curve.past, 'stroke-width="3.5"'),
        *_marks(plot, curve),
        *_days(plot, curve, day, words),
        *(_legend(plot.paper, words) if curve.coming else ()),
    ]
    title = words.gettext("How well you know it")
    return _svg(name, title, _curve_in_words(curve, day, words), parts, rtl)


class _Plot:
    """A curve's own measures on paper."""

    def __init__(self, curve: Curve, paper: _Paper) -> None:
        self.paper = paper
        self.begun, self.ended = curve.past[0][0], curve.with_practice[-1][0]
        lowest = min(value for points in (curve.past, curve.without, curve.with_practice) for _, value in points)
        self.floor = 0.0 if lowest < 0.5 else 0.5

    def x(self, when: datetime) -> float:
        return self.paper.x((when - self.begun) / (self.ended - self.begun))

    def y(self, share: float) -> float:
        return self.paper.y((share - self.floor) / (1 - self.floor))

    def line(self, css: str, points: Iterable[Point], look: str) -> str:
        places = " ".join(f"{self.x(when)},{self.y(value)}" for when, value in points)
        return (
            f'<polyline class="{css}" points="{places}" fill="none" stroke="currentColor" '
            f'stroke-linejoin="round" {look}/>'
        )


def _share_axis(plot: _Plot, curve: Curve, words: NullTranslations) -> Iterable[str]:
    for share in sorted({plot.floor, 0.5, curve.retention, 1.0}):
        y, edges = plot.y(share), (plot.paper.x(0), plot.paper.x(1))
        dashes = ' stroke-dasharray="1 3"' if share == curve.retention else ""
        yield f'<path class="mun-grid" d="M{min(edges)} {y}H{max(edges)}" {_THIN}{dashes}/>'
        if share == 1 or plot.y(share) - plot.y(1) >= LETTERS:
            outside = 8 if plot.paper.rtl else -8
            yield _label(edges[0] + outside, y + 4.5, _percent(share, words), "end")


def _uprights(plot: _Plot, curve: Curve, words: NullTranslations) -> Iterable[str]:
    x = plot.x(curve.now)
    yield (
        f'<path class="mun-now" d="M{x} {ABOVE}V{plot.y(plot.floor)}" stroke="currentColor" '
        'stroke-width="1.5" stroke-dasharray="2 3"/>'
    )
    if curve.target is not None:
        x = plot.x(curve.target)
        yield (
            f'<path class="mun-target" d="M{x} {ABOVE - 8}V{plot.y(plot.floor)}" stroke="currentColor" '
            'stroke-width="1.5"/>'
        )
        # Translators: above the day until which something should be known
        text = words.gettext("target")
        yield _label(_inside(x, text), ABOVE - 13, text)


def _marks(plot: _Plot, curve: Curve) -> Iterable[str]:
    """Answers as dots and coming reviews as triangles; right and not right yet differ in shape, not in colour."""
    y = plot.y(1)
    # The lighter ones on top, where answers stand close together.
    for when, rating in sorted(curve.reviews, key=lambda review: review[1] is Rating.AGAIN):
        inside = "none" if rating is Rating.AGAIN else "currentColor"
        yield (
            f'<circle class="mun-answer" cx="{plot.x(when)}" cy="{y}" r="4.5" stroke="currentColor" '
            f'stroke-width="2" fill="{inside}"/>'
        )
    for when in curve.coming:
        yield f'<path class="mun-coming" d="M{round(plot.x(when) - 5, 1)} {y - 7}h10l-5 8z" fill="currentColor"/>'


def _days(plot: _Plot, curve: Curve, day: Callable[[datetime], str], words: NullTranslations) -> Iterable[str]:
    """Days along the axis, the most telling first; what would run into another is left out."""
    wanted = [(curve.now, words.gettext("today"))]
    if curve.target is not None:
        wanted.append((curve.target, day(curve.target)))
    wanted += [(plot.begun, day(plot.begun)), (plot.ended, day(plot.ended))]
    taken: list[tuple[float, float]] = []
    for when, text in wanted:
        x, half = _inside(plot.x(when), text), len(text) * LETTER_WIDTH / 2
        if all(abs(x - other) > half + width + 4 for other, width in taken):
            taken.append((x, half))
            yield _label(x, HEIGHT - BELOW + 18, text)


def _legend(paper: _Paper, words: NullTranslations) -> Iterable[str]:
    looks = (
        (0.0, _WITH, words.gettext("with practice")),
        (0.5, _WITHOUT, words.gettext("without")),
    )
    y = HEIGHT - 8
    for share, look, text in looks:
        begun, step = paper.x(share), -1 if paper.rtl else 1
        yield f'<path class="mun-grid" d="M{begun} {y - 4.5}h{24 * step}" stroke="currentColor" {look}/>'
        yield _label(begun + 30 * step, y, text, "start")


def _curve_in_words(curve: Curve, day: Callable[[datetime], str], words: NullTranslations) -> str:
    answers = words.ngettext(
        "Answered %(times)d time, last on %(day)s.", "Answered %(times)d times, last on %(day)s.", len(curve.reviews)
    )
    last = curve.reviews[-1][0]
    today = words.gettext("Chance that you know it today: %(percent)s.")
    sentences = [
        answers % {"times": len(curve.reviews), "day": day(last)},
        today % {"percent": _percent(curve.past[-1][1], words)},
    ]
    then = curve.target or curve.without[-1][0]
    told = {
        "day": day(then),
        "with": _percent(_at(curve.with_practice, then), words),
        "without": _percent(_at(curve.without, then), words),
    }
    if curve.coming:
        days = [day(when) for when in curve.coming[:MOST_DAYS_TOLD]]
        # Translators: at the end of a list of days
        more = [words.gettext("and later")] if len(curve.coming) > MOST_DAYS_TOLD else []
        sentences.append(words.gettext("It comes back on %(days)s.") % {"days": ", ".join(days + more)})
        expected = words.gettext("On %(day)s: %(with)s with practice, %(without)s without.")
        if curve.target is not None:
            expected = words.gettext("At the target, %(day)s: %(with)s with practice, %(without)s without.")
    else:
        expected = words.gettext("On %(day)s: %(without)s.")
        if curve.target is not None:
            expected = words.gettext("At the target, %(day)s: %(without)s.")
    return " ".join([*sentences, expected % told])


def _at(points: Sequence[Point], when: datetime) -> float:
    """The share at a moment of the forecast, on the line between the points around it."""
    after = bisect_left(points, when, key=lambda point: point[0])
    (begun, high), (ended, low) = points[after - 1], points[after]
    return high + (low - high) * ((when - begun) / (ended - begun))


# --- Coming questions


def coming_bars(
    volume: Sequence[tuple[date, int]], *, name: str, rtl: bool, day: Callable[[date], str], words: NullTranslations
) -> str:
    """A bar a day: how many questions come back.

    Args:
        volume: one day or more, in order (`forecast.volume`).
        name: begins the ids in the picture; unique on its page.
        day: a day as the learner reads it, short ("3 Mar").
    """
    paper = _Paper(rtl, before=AFTER)
    edges = sorted((paper.x(0), paper.x(1)))
    parts = [f'<path class="mun-grid" d="M{edges[0]} {paper.y(0)}H{edges[1]}" {_THIN}/>']
    parts += _bars(paper, [number for _, number in volume])
    last = len(volume) - 1
    for number in sorted({0, last // 2, last} if last > 3 else {0, last}):
        text = day(volume[number][0])
        parts.append(_label(_inside(paper.x((number + 0.5) / len(volume)), text), HEIGHT - BELOW + 18, text))
    return _svg(name, words.gettext("Questions that come back"), _bars_in_words(volume, day, words), parts, rtl)


def _bars(paper: _Paper, numbers: Sequence[int]) -> Iterable[str]:
    most, slot = max(numbers), 1 / len(numbers)
    width = round(min(slot * 0.7 * paper.along, WIDEST_BAR), 1)
    # Numbers that would run into each other are left out, but for the highest.
    all_fit = len(str(most)) * LETTER_WIDTH <= slot * paper.along
    for place, number in enumerate(numbers):
        if not number:
            continue
        middle, top = paper.x((place + 0.5) * slot), paper.y(number / most)
        yield (
            f'<rect class="mun-bar" x="{round(middle - width / 2, 1)}" y="{top}" width="{width}" '
            f'height="{round(paper.y(0) - top, 1)}" fill="currentColor" opacity=".8"/>'
        )
        if all_fit or place == numbers.index(most):
            yield _label(_inside(middle, str(number)), top - 5, str(number), css="mun-count")


def _bars_in_words(volume: Sequence[tuple[date, int]], day: Callable[[date], str], words: NullTranslations) -> str:
    total = sum(number for _, number in volume)
    first, last = day(volume[0][0]), day(volume[-1][0])
    if not total:
        return words.gettext("No questions come back from %(first)s to %(last)s.") % {"first": first, "last": last}
    told = words.ngettext(
        "%(number)d question comes back from %(first)s to %(last)s.",
        "%(number)d questions come back from %(first)s to %(last)s.",
        total,
    ) % {"number": total, "first": first, "last": last}
    each = "; ".join(f"{day(when)}: {number}" for when, number in volume if number)
    return f"{told} {each}."


# --- Both


def _percent(share: float, words: NullTranslations) -> str:
    # Translators: a share, as in 90%
    return words.gettext("%(percent)d%%") % {"percent": round(100 * share)}


def _inside(x: float, text: str) -> float:
    """The middle of a text that stands at x, moved so far that it stays on the paper."""
    half = len(text) * LETTER_WIDTH / 2
    return round(min(max(x, half + 2), WIDTH - half - 2), 1)


def _label(x: float, y: float, text: str, anchor: str = "middle", css: str = "mun-label") -> str:
    return (
        f'<text class="{css}" x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(text)}</text>'
    )


def _svg(name: str, title: str, description: str, parts: Iterable[str], rtl: bool) -> str:
    own = escape(name)
    return (
        f'<svg class="mun-picture" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" direction="{"rtl" if rtl else "ltr"}" '
        f'aria-labelledby="{own}-title {own}-description" font-size="{LETTERS}" '
        # Letters of a wide font may reach over the edge a little, which is better than to be cut off there.
        'style="display:block;inline-size:100%;max-inline-size:34rem;block-size:auto;overflow:visible">'
        f'<title id="{own}-title">{escape(title)}</title>'
        f'<desc id="{own}-description">{escape(description)}</desc>{"".join(parts)}</svg>'
    )
