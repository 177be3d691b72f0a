"""A process that answers as one learner, as fast as it can; `test_answering.py` starts several at once.

    python -m tests.concurrency.player USAGE_KEY LEARNER QUESTION ...

It prints a line for each answer that was taken ("taken QUESTION") before it goes on, and "ready" when it begins.
"""

from __future__ import annotations

import sys

import django


def main() -> None:
    """Answer each question of the command line, in turn, until the rules say no or this is killed."""
    django.setup()
    from opaque_keys.edx.keys import UsageKey

    from tests.xblocks.microquiz.quizzes import WRONG, answer

    usage_key, learner, *questions = UsageKey.from_string(sys.argv[1]), *sys.argv[2:]
    print("ready", flush=True)
    sys.stdin.readline()
    for question in questions:
        reply = answer(usage_key, question, WRONG[question], user=learner)
        print("taken" if reply.status == 200 else reply.json["error"], question, flush=True)


if __name__ == "__main__":
    main()
