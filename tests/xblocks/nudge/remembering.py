"""Learners' logs and memories, as hypothesis draws them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import settings
from hypothesis import strategies as st

from xblocks.nudge.memory import Memory, Rating, rebuilt

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)

# How long an example takes says more about what else the machine does.
patiently = settings(deadline=None)

gaps = st.one_of(
    st.timedeltas(timedelta(minutes=1), timedelta(hours=30)),
    st.timedeltas(DAY, 20 * DAY),
    st.timedeltas(DAY, 300 * DAY),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def _logs(draw: st.DrawFn) -> list[tuple[Rating, datetime]]:
    ratings = draw(st.lists(st.sampled_from(Rating), min_size=1, max_size=12))
    between = [draw(gaps) for _ in ratings[1:]]
    times = accumulate(between, initial=START)
    return list(zip(ratings, times, strict=True))


def _memory_of(log: list[tuple[Rating, datetime]]) -> Memory:
    memory = rebuilt(log)
    assert memory is not None
    return memory


logs = _logs()
memories = logs.map(_memory_of)
