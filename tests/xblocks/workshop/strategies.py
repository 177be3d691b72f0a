"""Plans, zones and moments for properties."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from xblocks.base.sanitise import clean_html, clean_text
from xblocks.workshop.ics_zone import changes
from xblocks.workshop.moments import Distance
from xblocks.workshop.plan import Completes, Fixed, Item, ItemKind, Later, Plan, Relative, Session, When

ZONES = sorted(available_timezones() - {"localtime"})
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)

zones = st.sampled_from(ZONES).map(ZoneInfo)
minutes = st.integers(0, int((END - BEGIN) / timedelta(minutes=1)))
locals_ = minutes.map(lambda number: datetime(2026, 1, 1) + timedelta(minutes=number))
moments = minutes.map(lambda number: BEGIN + timedelta(minutes=number))
distances = st.builds(Distance, st.integers(0, 30), st.integers(0, 24 * 60))


@cache
def zones_with_changes() -> tuple[tuple[ZoneInfo, datetime], ...]:
    """Every change of every zone's offset in two years, in both directions."""
    found = []
    for name in ZONES:
        zone = ZoneInfo(name)
        found += [(zone, at) for at in changes(zone, BEGIN, END)]
    return tuple(found)


ids = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789_-", min_size=1, max_size=12)
lines = st.text(max_size=40).map(lambda text: " ".join(clean_text(text).split()))
titles = lines.filter(bool)
markup = st.text(max_size=60).map(clean_html)
links = st.sampled_from(["", "https://example.org/room?x=1&y=2", "/static/case.pdf", "http://example.org/é"])
_times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))


def _ordered(pair: tuple[time, time]) -> tuple[time, time]:
    return min(pair), max(pair)


whens: st.SearchStrategy[When] = st.one_of(
    st.builds(lambda at, lasts: Fixed(at, at + timedelta(minutes=lasts)), locals_, st.integers(1, 3000)),
    st.tuples(st.integers(0, 400), st.tuples(_times, _times).filter(lambda two: two[0] != two[1]).map(_ordered)).map(
        lambda made: Relative(made[0], *made[1])
    ),
    st.just(Later()),
)
sessions = st.builds(
    Session,
    id=ids,
    when=whens,
    zone=st.sampled_from(ZONES),
    place=lines,
    link=links,
    facilitator=lines,
    seats=st.integers(0, 500),
)
_kinds = st.sampled_from(ItemKind)


@st.composite
def items(draw: st.DrawFn) -> Item:
    kind = draw(_kinds)
    return Item(
        id=draw(ids),
        kind=kind,
        title=draw(titles),
        about=draw(markup),
        minutes=draw(st.integers(0, 600)),
        before=draw(distances),
        url=draw(links),
        block="microquiz@sender" if kind is ItemKind.QUIZ else "",
    )


def _by_length(found: list[Distance]) -> tuple[Distance, ...]:
    return tuple(sorted(found, key=lambda one: one.length, reverse=True))


plans = st.builds(
    Plan,
    about=markup,
    sessions=st.lists(sessions, max_size=4, unique_by=lambda one: one.id).map(tuple),
    items=st.lists(items(), max_size=5, unique_by=lambda one: one.id).map(tuple),
    reminders=st.lists(distances, max_size=5, unique_by=lambda one: one.length).map(_by_length),
    reflection=st.sampled_from(["", "reflection@day"]),
    completes=st.sampled_from(Completes),
)
