"""A course of 200 learners and three sessions that move: nobody gets a wrong reminder, and nobody gets one twice.

The sweeper, the policy, the ledger and the mail are the real ones; only the clock and the learners are played.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from devstack.models import Mail
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.stage import DAY, NOW, at, clock_at, session, taking_part_in, workshop
from xblocks.nudge import delivering, sweeping
from xblocks.workshop import api, models, scheduling

pytestmark = pytest.mark.django_db(transaction=True)
LEARNERS = 200
MOVES = {6: ("a", 21), 9: ("b", 23), 16: ("a", 22)}
"""By the day of December on which the team moves it: which session, and to which day."""
STARTS = {"a": 14, "b": 17, "c": 18}
DONE = "Before “Phishing day”"


def sweep(moment: datetime) -> None:
    with clock_at(moment):
        sweeping.sweep(moment, delivering.deliver)


def test_nobody_gets_a_wrong_or_a_double_reminder(settings: Any) -> None:
    settings.EMAIL_BACKEND = "devstack.mailbox.Mailbox"
    users = stage.people(LEARNERS)
    with clock_at(NOW):
        row = workshop(*(at(name, day) for name, day in STARTS.items()))
        chosen = {user.email: "abc"[number % 3] for number, user in enumerate(users)}
        for user in users:
            api.choose(taking_part_in(row, user), chosen[user.email], NOW)
    # Every fourth is ready from 5 December on.
    ready_from = {user.email: NOW.replace(day=5) for user in users[::4]}
    day_of = dict(STARTS)
    is_at = {name: [(NOW, day)] for name, day in STARTS.items()}
    for day in range(1, 26):
        for hour in (6, 9, 12, 15, 18):
            moment = NOW.replace(day=day, hour=hour)
            if moment < NOW:
                continue
            with clock_at(moment):
                if hour == 9 and day in MOVES:
                    name, to = MOVES[day]
                    day_of[name] = to
                    is_at[name].append((moment, to))
                    scheduling.change(session(row, name).pk, at(name, to), moment)
                if hour == 9 and day == 5:
                    for user in users[::4]:
                        one = taking_part_in(row, user)
                        api.tick(one, "read", is_done=True, now=moment)
                        api.answer(one, "ask", "Why?", moment)
            sweep(moment + timedelta(minutes=1))

    def start(email: str, moment: datetime) -> datetime:
        """When the session of somebody is, as was known at a moment."""
        known = [to for since, to in is_at[chosen[email]] if since <= moment]
        return NOW.replace(day=known[-1], hour=12, minute=0)

    reminders = Counter[str]()
    told = Counter[str]()
    by_kind: dict[str, list[timedelta]] = {}
    for mail in Mail.objects.order_by("pk"):
        if mail.subject.startswith("New time"):
            told[mail.recipient] += 1
            continue
        assert mail.subject.startswith(DONE)
        ahead = start(mail.recipient, mail.at) - mail.at
        # Never about a time that is no longer right, never after the session, never once all is done.
        assert timedelta(0) < ahead <= 7 * DAY
        assert mail.at < ready_from.get(mail.recipient, NOW + 99 * DAY)
        assert f" {start(mail.recipient, mail.at).day} December" in mail.text
        reminders[mail.recipient] += 1
        by_kind.setdefault(mail.recipient, []).append(ahead)
    moves = Counter(name for name, _to in MOVES.values())
    for email, name in chosen.items():
        assert told[email] == moves[name]
        # Seven days, two days and three hours before: each at most once, whatever was moved.
        spans = [2 if one > 2 * DAY else 1 if one > timedelta(hours=3) else 0 for one in by_kind.get(email, ())]
        assert len(spans) == len(set(spans))
        if email in ready_from:
            assert reminders[email] == 0
        else:
            assert 0 in spans or 1 in spans
    assert models.Participant.objects.exclude(notice="").count() == 0
