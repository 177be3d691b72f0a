"""A course with quizzes and badges: through the devstack's real runtime and database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from tests.devstack.playing import COURSE_KEY, add_block, unit, who
from xblocks.badges import awarding, models, publishing
from xblocks.badges.facts import Did, Fact

COURSE = CourseKey.from_string(COURSE_KEY)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)

QUIZ = """<microquiz url_name="{name}" display_name="{title}">
  <truefalse id="one" right="true"><text>One?</text></truefalse>
</microquiz>"""
BADGES = """<badges url_name="badges" display_name="Your badges">
  <badge id="both" name="Both done" minutes="60">
    <description><![CDATA[Did <b>all</b> of it.]]></description>
    <completed blocks="microquiz@sender microquiz@links"/>
  </badge>
  <badge id="back" name="Second look">
    <design shape="star" letters="SL"/>
    <came_back number="1"/>
  </badge>
  <badge id="steady" name="Keeps it fresh">
    <all>
      <reviews number="20" days="30"/>
      <weeks weeks="4" rest="1"/>
    </all>
  </badge>
</badges>"""


def quizzes() -> None:
    """Two units with a quiz each."""
    for name, title in (("sender", "Who is writing?"), ("links", "Where does it go?")):
        add_block(QUIZ.format(name=name, title=title), unit(name))


def badges(text: str = BADGES, *, publish: bool = True) -> UsageKey:
    """A badges block in a unit of its own."""
    key = add_block(text, unit("badges"))
    if publish:
        publishing.publish(COURSE, NOW)
    return key


def course_with_badges() -> UsageKey:
    """Both; the block's key."""
    quizzes()
    return badges()


def done(block: str, days_ago: float = 1) -> Fact:
    """A block was completed."""
    at = NOW - days_ago * DAY
    return Fact(Did.COMPLETED, at, at.date(), f"microquiz@{block}")


def came_back(block: str = "sender") -> list[Fact]:
    """A question went wrong, and was right the second time."""
    at = NOW - DAY
    said = {"what": Did.ANSWERED, "day": at.date(), "block": f"microquiz@{block}", "question": "one"}
    first = Fact(at=at, attempt=1, score=0.0, **said)
    return [first, Fact(at=at + timedelta(minutes=1), attempt=2, score=1.0, **said)]


def hear(facts: Iterable[Fact], user: str = "ann") -> list[models.Award]:
    """What somebody did is heard of."""
    person: Any = who(user)
    return awarding.hear("openedx", str(person.pk), COURSE, list(facts), NOW)
