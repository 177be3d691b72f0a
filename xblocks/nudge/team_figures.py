"""What the course team's page tells, as plain figures, and what may be concluded from them; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xblocks.nudge.comparison import FEWEST, Means, Verdict, compare_means, compare_shares

FEW_ANSWERS = 20
"""Fewer answers in a week say little: one answer more would move the share by five points."""
POINTS, ANSWERS = 0.05, 0.5
"""Differences that would matter to a team: of shares, and of answers a learner in four weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Messages about a course in some span of time, and whom they reached.

    Attributes:
        sent, failed, uncertain, skipped: messages.
        reached, opened, acted: learners who got one, followed its link, and practised within two days after it.
    """

    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0
    reached: int = 0
    opened: int = 0
    acted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Learners with questions of a course, and how many of them hear nothing, by why; who has two reasons counts twice.

    Attributes:
        elsewhere: they have no account on this platform.
        gave_up: the messages were not used, so they stopped.
    """

    learners: int = 0
    held_out: int = 0
    opted_out: int = 0
    paused: int = 0
    gave_up: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Messages that were not sent for one reason; `status` is failed, uncertain or skipped."""

    status: str
    reason: str
    recently: int
    ever: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Questions that came back in a week.

    Attributes:
        begins: its Monday.
        expected: the mean of what the memory model predicted right before each answer, 0..1; None without answers.
    """

    begins: date
    answers: int = 0
    right: int = 0
    expected: float | None = None

    @property
    def share(self) -> float | None:
        """The share that was answered right."""
        return self.right / self.answers if self.answers else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What is ahead.

    Attributes:
        days: questions that come due on each of the next days; the first day has also what is waiting already.
        messages, learners: an estimate of the messages of the next 7 days, and how many learners they go to.
        per_week: the limit that it was held to.
    """

    days: Sequence[tuple[date, int]] = ()
    messages: int = 0
    learners: int = 0
    per_week: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Learners who are reminded, or those who are not, over some weeks.

    Attributes:
        learners: all of them.
        active: those who answered a question that came back.
        answers: the sum of such answers.
        squares: the sum of their squares, learner by learner.
        right, right_squares: the same of each active learner's share of right answers.
    """

    learners: int = 0
    active: int = 0
    answers: int = 0
    squares: int = 0
    right: float = 0.0
    right_squares: float = 0.0

    @property
    def answers_each(self) -> Means:
        """Answers a learner, also of those who gave none."""
        return _means(self.learners, self.answers, self.squares)

    @property
    def recall_each(self) -> Means:
        """The share of right answers of a learner who gave any; learners count, since answers of one are alike."""
        return _means(self.active, self.right, self.right_squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One comparison: both groups' figures (None where nobody is), and what to make of it."""

    reminded: float | None
    others: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question of the course and when it comes back.

    Attributes:
        name: its title or how it begins.
        learners: who have answered it.
        waiting: for whom it is due now.
        planned: for whom a day is planned.
        median: the middle one of those days; None when it comes back to nobody.
    """

    name: str
    learners: int
    waiting: int
    planned: int
    median: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All of it."""

    people: People
    recently: Reach
    ever: Reach
    not_sent: Sequence[NotSent]
    weeks: Sequence[Week]
    coming: Coming
    groups: Mapping[bool, Group]
    questions: Sequence[QuestionLine]


NOTHING = Figures(
    people=People(),
    recently=Reach(),
    ever=Reach(),
    not_sent=(),
    weeks=(),
    coming=Coming(),
    groups={False: Group(), True: Group()},
    questions=(),
)
"""Of a course in which nobody has answered anything."""


# --- What may be concluded


def is_tiny(reminded: Group, others: Group) -> bool:
    """A group is so small that its figures would tell about single people."""
    return min(reminded.learners, others.learners) < FEWEST


def did_practise(reminded: Group, others: Group) -> Finding:
    """Whether more of the reminded learners practised at all; shares."""
    verdict = compare_shares((reminded.active, reminded.learners), (others.active, others.learners), POINTS)
    return Finding(reminded=_share(reminded), others=_share(others), verdict=verdict)


def practised_more(reminded: Group, others: Group) -> Finding:
    """Whether the reminded answered more questions a learner; means."""
    return _compared(reminded.answers_each, others.answers_each, ANSWERS)


def remembered_more(reminded: Group, others: Group) -> Finding:
    """Whether the reminded who practised remembered more; means of shares."""
    return _compared(reminded.recall_each, others.recall_each, POINTS)


def _compared(reminded: Means, others: Means, matters: float) -> Finding:
    verdict = compare_means(reminded, others, matters)
    return Finding(reminded=_mean(reminded), others=_mean(others), verdict=verdict)


def _share(group: Group) -> float | None:
    return group.active / group.learners if group.learners else None


def _mean(means: Means) -> float | None:
    return means.mean if means.count else None


def _means(count: int, total: float, squares: float) -> Means:
    if not count:
        return Means(0, 0.0, 0.0)
    mean = total / count
    # Rounding may leave less than nothing where all are the same.
    return Means(count, mean, max(0.0, squares - total * mean) / (count - 1) if count > 1 else 0.0)


@dataclass(frozen=True, slots=True)
class Lately:
    """Weeks put together: how many answers, the share of right ones, and what was expected."""

    answers: int
    share: float
    expected: float


def lately(weeks: Sequence[Week]) -> Lately | None:
    """The last weeks in one; None without answers."""
    answers = sum(week.answers for week in weeks)
    if not answers:
        return None
    expected = sum((week.expected or 0.0) * week.answers for week in weeks)
    return Lately(answers, sum(week.right for week in weeks) / answers, expected / answers)
