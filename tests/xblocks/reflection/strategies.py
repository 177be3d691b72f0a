"""Reflections of every kind, for properties."""

from __future__ import annotations

from datetime import UTC, date

from hypothesis import strategies as st

from xblocks.base.sanitise import clean_html, clean_text
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.frameworks import Framework, Prompt
from xblocks.reflection.handing_in import Handed, Part
from xblocks.reflection.sharing import Allowed

texts = st.text(max_size=60).map(clean_text)
lines = texts.map(lambda text: " ".join(text.split()))
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", fullmatch=True)
block_ids = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
prompts = st.builds(Prompt, id=ids, label=lines.filter(bool), help=lines)
bounds = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda two: (min(two), max(two)))


@st.composite
def designs(draw: st.DrawFn) -> Design:
    least, most = draw(bounds)
    return Design(
        framework=draw(st.sampled_from(Framework)),
        introduction=clean_html(draw(texts)).strip(),
        prompts=tuple(draw(st.lists(prompts, max_size=4, unique_by=lambda one: one.id))),
        least_words=least,
        most_words=most,
        commitment=draw(st.sampled_from(Commitment)),
        revisit_weeks=draw(st.integers(0, 52)),
        recalls=tuple(draw(st.lists(block_ids, max_size=3, unique=True))),
        allowed=Allowed(*(draw(st.booleans()) for _each in range(3))),
        scored=draw(st.booleans()),
    )


parts = st.builds(Part, prompt=ids, label=lines, text=texts)
handed = st.builds(
    Handed,
    number=st.integers(1, 9),
    at=st.datetimes(timezones=st.just(UTC)),
    words=st.integers(0, 999),
    parts=st.lists(parts, max_size=3).map(tuple),
    commitment=texts,
    on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    origin=lines,
    mark=lines,
)
