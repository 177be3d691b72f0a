"""Several processes answer for one learner at once, and some are killed: no attempt is spent twice, none is lost.

On every kind of database (conftest.py); each process has a runtime and a connection of its own, as web workers do.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter

from tests.concurrency.sites import Site, go

LOOK = """
import json, django
django.setup()
from opaque_keys.edx.keys import UsageKey
from tests.devstack.playing import grade_of, state_of
from xblocks.microquiz import api, models, play
from django.contrib.auth.models import User
key = UsageKey.from_string({key!r})
user = User.objects.get(username="ann")
answers = api.all_answers(user.pk, key)
total = play.to_state(play.replay(answers))
print(json.dumps({{
    "seqs": [one.seq for one in answers],
    "attempts": [[one.question_id, one.attempt] for one in answers],
    "replayed": total, "state": state_of(key).get("play_state"), "grade": grade_of(key),
}}))
"""
MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.devstack.playing import add_block, who
from tests.xblocks.microquiz.quizzes import one_of_each
who("ann")
print(add_block(one_of_each(attempts={attempts})))
"""


def said(players: list[subprocess.Popen[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for player in players:
        out, _ = player.communicate(timeout=120)
        found.update(line.split()[0] for line in out.splitlines())
    return found


def check(site: Site, key: str) -> dict[str, object]:
    """The log has no hole and no double, and state and grade are what it adds up to."""
    found = json.loads(site.run(LOOK.format(key=key)))
    assert found["seqs"] == list(range(1, len(found["seqs"]) + 1))
    for question in {name for name, _ in found["attempts"]}:
        attempts = [attempt for name, attempt in found["attempts"] if name == question]
        assert attempts == list(range(1, len(attempts) + 1))
    assert found["state"] == found["replayed"]
    return dict(found)


def test_simultaneous_answers_never_exceed_the_limit(site: Site) -> None:
    key = site.run(MAKE.format(attempts=3))
    players = [site.player(key, ["single"] * 3) for _ in range(4)]
    go(players)
    outcome = said(players)
    found = check(site, key)
    assert outcome["taken"] == 3
    assert outcome["no_attempts_left"] == 9
    assert found["attempts"] == [["single", 1], ["single", 2], ["single", 3]]


def test_answers_to_different_questions_at_once_are_all_kept(site: Site) -> None:
    key = site.run(MAKE.format(attempts=0))
    questions = ["single", "multiple", "truefalse", "shorttext"]
    players = [site.player(key, [question] * 5) for question in questions]
    go(players)
    outcome = said(players)
    found = check(site, key)
    # "busy" is an honest answer under such a load; what was said to be taken is there.
    assert outcome["taken"] == len(found["seqs"])  # type: ignore[arg-type]
    assert outcome["taken"] + outcome["busy"] == 20


def test_a_killed_process_leaves_log_state_and_grade_in_step(site: Site) -> None:
    key = site.run(MAKE.format(attempts=0))
    for answers in (1, 4, 9):
        players = [site.player(key, ["single", "number", "ordering"] * 200) for _ in range(2)]
        go(players)
        for _ in range(answers):
            assert players[0].stdout is not None
            assert players[0].stdout.readline()
        for player in players:
            player.kill()
        for player in players:
            player.communicate(timeout=60)
        assert len(check(site, key)["seqs"]) >= answers - 1  # type: ignore[arg-type]  # "busy" is a line, too
    survivor = [site.player(key, ["truefalse"])]
    go(survivor)
    assert said(survivor) == Counter({"taken": 1})
    assert len(check(site, key)["seqs"]) >= 1  # type: ignore[arg-type]
