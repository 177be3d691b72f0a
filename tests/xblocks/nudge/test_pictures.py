"""Pictures: what they show, what they say, and that they fit on a phone in either direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from gettext import NullTranslations
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.xblocks.nudge.remembering import DAY, START, logs, patiently
from xblocks.nudge.forecast import Curve, curve
from xblocks.nudge.horizon import Horizon, Tail
from xblocks.nudge.memory import Rating
from xblocks.nudge.pictures import HEIGHT, WIDTH, coming_bars, forgetting_curve

ENGLISH = NullTranslations()
LOG = [(Rating.GOOD, START), (Rating.AGAIN, START + 3 * DAY), (Rating.GOOD, START + 4 * DAY)]
NOW = START + 12 * DAY
SIX_WEEKS = Horizon(START + 42 * DAY)


def short(day: date) -> str:
    return f"{day.day} {day:%b}"


def drawn(picture: str) -> etree._Element:
    """The picture as a browser reads it, once it is sure to be well-formed."""
    return etree.fromstring(picture)


def curve_picture(shown: Curve, *, rtl: bool = False, words: NullTranslations = ENGLISH) -> etree._Element:
    return drawn(forgetting_curve(shown, name="q1", rtl=rtl, day=short, words=words))


def bars_picture(numbers: Sequence[int], *, rtl: bool = False) -> etree._Element:
    volume = [(START.date() + timedelta(days=place), number) for place, number in enumerate(numbers)]
    return drawn(coming_bars(volume, name="v1", rtl=rtl, day=short, words=ENGLISH))


def said(picture: etree._Element) -> str:
    return picture.findtext("desc") or ""


def labels(picture: etree._Element) -> list[str]:
    return [text.text or "" for text in picture.iter("text")]


def of_class(picture: etree._Element, css: str) -> list[etree._Element]:
    return [element for element in picture.iter() if element.get("class") == css]


def points(picture: etree._Element, css: str) -> list[tuple[float, float]]:
    (line,) = of_class(picture, css)
    pairs = (pair.split(",") for pair in (line.get("points") or "").split())
    return [(float(x), float(y)) for x, y in pairs]


def numbers_of(element: etree._Element, *names: str) -> list[float]:
    return [float(element.get(name) or "nan") for name in names]


# --- The curve


def test_the_curve_says_in_words_what_it_shows() -> None:
    picture = curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY))
    assert picture.findtext("title") == "How well you know it"
    assert said(picture) == (
        "Answered 3 times, last on 6 Mar. Chance that you know it today: 80%. It comes back on 14 Mar, 25 Mar, 10 Apr. "
        "At the target, 13 Apr: 99% with practice, 65% without."
    )


def test_without_a_target_it_tells_the_end_of_what_it_shows() -> None:
    picture = curve_picture(curve(LOG[:1], Horizon(), START, START + 10 * DAY))
    assert said(picture) == (
        "Answered 1 time, last on 2 Mar. Chance that you know it today: 100%. It comes back on 4 Mar. "
        "On 12 Mar: 92% with practice, 77% without."
    )


def test_when_nothing_comes_back_nothing_is_promised() -> None:
    over = curve_picture(curve(LOG[:1], Horizon(NOW), NOW, NOW + 10 * DAY))
    assert said(over).endswith("know it today: 76%. On 24 Mar: 70%.")
    seen_lately = curve_picture(curve([(Rating.EASY, START)], Horizon(START + 3 * DAY), START, START + 9 * DAY))
    assert said(seen_lately).endswith("At the target, 5 Mar: 95%.")
    for picture in (over, seen_lately):
        assert not of_class(picture, "mun-plan")
        assert not of_class(picture, "mun-coming")
        assert "with practice" not in labels(picture)


def test_of_many_days_only_the_first_are_told() -> None:
    often = Horizon(START, tail=Tail((2 * DAY,)))
    told = said(curve_picture(curve(LOG, often, NOW + DAY, NOW + 40 * DAY)))
    assert "It comes back on 15 Mar, 17 Mar, 19 Mar, 21 Mar, 23 Mar, 25 Mar, and later. On 23 Apr" in told


def test_every_answer_and_every_coming_review_is_on_it_and_wrong_ones_look_different() -> None:
    shown = curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)
    picture = curve_picture(shown)
    answers = of_class(picture, "mun-answer")
    assert sorted(answer.get("fill") or "" for answer in answers) == ["currentColor", "currentColor", "none"]
    assert len(of_class(picture, "mun-coming")) == len(shown.coming) == 3


def test_recall_stands_as_high_as_it_is() -> None:
    shown = curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)
    picture = curve_picture(shown)
    heights = {text.text: float(text.get("y") or 0) for text in picture.iter("text")}
    lowest, highest = heights["50%"], heights["100%"]
    (_, end), (_, value) = points(picture, "mun-without")[-1], shown.without[-1]
    assert (lowest - 4.5 - end) / (lowest - highest) == pytest.approx((value - 0.5) / 0.5, abs=0.01)


def test_what_is_known_badly_is_drawn_from_nought() -> None:
    picture = curve_picture(curve([(Rating.AGAIN, START)], SIX_WEEKS, NOW + 20 * DAY, START + 50 * DAY))
    assert "0%" in labels(picture)


def test_a_retention_close_to_all_has_its_line_but_no_words_that_run_into_others() -> None:
    near = Horizon(START + 42 * DAY, retention=0.97)
    assert "97%" not in labels(curve_picture(curve(LOG, near, NOW, START + 50 * DAY)))
    assert "90%" in labels(curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)))


def test_today_and_the_target_have_lines_and_days_that_do_not_run_into_each_other() -> None:
    picture = curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY))
    assert len(of_class(picture, "mun-now")) == len(of_class(picture, "mun-target")) == 1
    assert {"today", "13 Apr", "2 Mar", "target"} <= set(labels(picture))
    assert "21 Apr" not in labels(picture)


@pytest.mark.parametrize("now", [START, NOW])
def test_time_runs_in_the_reading_direction(now: datetime) -> None:
    shown = curve(LOG[:1], SIX_WEEKS, now, START + 50 * DAY)
    there, back = curve_picture(shown), curve_picture(shown, rtl=True)
    assert (there.get("direction"), back.get("direction")) == ("ltr", "rtl")
    for css in ("mun-without", "mun-plan"):
        mirrored = [(pytest.approx(WIDTH - x, abs=0.11), y) for x, y in points(there, css)]
        assert points(back, css) == mirrored
    assert points(there, "mun-without")[0] < points(there, "mun-without")[-1]


@patiently
@given(logs, st.floats(0, 200), st.floats(0.5, 400), st.booleans(), st.floats(0.7, 0.97))
def test_everything_is_on_the_paper(
    log: list[tuple[Rating, datetime]], waited: float, left: float, rtl: bool, retention: float
) -> None:
    now = log[-1][1] + waited * DAY
    horizon = Horizon(now + 60 * DAY, None, retention, Tail((30 * DAY,)))
    picture = curve_picture(curve(log, horizon, now, now + left * DAY), rtl=rtl)
    lines = ["mun-past", "mun-without", *(["mun-plan"] if of_class(picture, "mun-plan") else [])]
    places = [place for css in lines for place in points(picture, css)]
    places += [(x, y) for text in picture.iter("text") for x, y in [numbers_of(text, "x", "y")]]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


# --- Coming questions


def test_the_bars_say_in_words_what_they_show() -> None:
    picture = bars_picture([3, 0, 1])
    assert picture.findtext("title") == "Questions that come back"
    assert said(picture) == "4 questions come back from 2 Mar to 4 Mar. 2 Mar: 3; 4 Mar: 1."
    assert said(bars_picture([0, 1])) == "1 question comes back from 2 Mar to 3 Mar. 3 Mar: 1."


def test_without_questions_there_are_no_bars_and_the_words_say_so() -> None:
    picture = bars_picture([0, 0])
    assert not of_class(picture, "mun-bar")
    assert said(picture) == "No questions come back from 2 Mar to 3 Mar."


@patiently
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.booleans())
def test_bars_are_as_high_as_their_numbers_and_stand_apart_on_the_paper(numbers: list[int], rtl: bool) -> None:
    bars = of_class(bars_picture(numbers, rtl=rtl), "mun-bar")
    shown = [number for number in numbers if number]
    assert len(bars) == len(shown)
    sizes = [numbers_of(bar, "x", "y", "width", "height") for bar in bars]
    highest = max((height for *_, height in sizes), default=0)
    for number, (x, y, width, height) in zip(shown, sizes, strict=True):
        assert height == pytest.approx(highest * number / max(shown), abs=0.11)
        assert (x >= 0, x + width <= WIDTH, y >= 0, y + height <= HEIGHT) == (True,) * 4
    in_order = sorted(sizes)
    assert in_order == (sizes[::-1] if rtl else sizes)
    assert all(one[0] + one[2] < other[0] for one, other in pairwise(in_order))


def test_each_bar_says_its_number_where_numbers_fit_and_the_highest_always() -> None:
    few = [text.text for text in of_class(bars_picture([3, 0, 12]), "mun-count")]
    many = [text.text for text in of_class(bars_picture([1000 + number for number in range(30)]), "mun-count")]
    assert (few, many) == (["3", "12"], ["1029"])


def test_of_many_days_the_first_the_middle_and_the_last_are_named() -> None:
    assert [text.text for text in of_class(bars_picture([1] * 14), "mun-label")] == ["2 Mar", "8 Mar", "15 Mar"]
    assert [text.text for text in of_class(bars_picture([1]), "mun-label")] == ["2 Mar"]


# --- Both


@pytest.mark.parametrize("rtl", [False, True])
def test_a_screen_reader_hears_title_and_description(rtl: bool) -> None:
    for picture in (
        curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY), rtl=rtl),
        bars_picture([1, 2], rtl=rtl),
    ):
        assert picture.get("role") == "img"
        heard = [
            picture.xpath("string(//*[@id=$name])", name=name)
            for name in (picture.get("aria-labelledby") or "").split()
        ]
        assert heard == [picture.findtext("title"), picture.findtext("desc")]
        assert all(heard)


def test_it_draws_in_the_colour_of_the_text_around_it() -> None:
    for picture in (curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)), bars_picture([1, 2])):
        colours = {element.get(name) for element in picture.iter() for name in ("fill", "stroke")}
        assert colours <= {"currentColor", "none", None}


def test_words_come_from_the_catalogue_and_cannot_break_the_picture() -> None:
    class Shouting(NullTranslations):
        def gettext(self, message: str) -> str:
            return (
                re.sub(r"\b[a-z]+\b(?![)%])", lambda word: f"<{word[0].upper()}> &", message)
                if "%" not in message
                else message
            )

    picture = curve_picture(curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY), words=Shouting())
    assert "<TODAY> &" in labels(picture)
    assert "<TARGET> &" in labels(picture)
