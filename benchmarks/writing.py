"""What writing a reflection costs: an autosave (statements that write, and time), and taking all of it along as a PDF.

In a process of its own, on a database that is gone afterwards: python -m benchmarks.writing
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("reflection.autosave.sql_writes", "reflection.autosave.cpu_ms", "reflection.pdf.cpu_ms")
MOST_WRITES, MOST_MS, MOST_PDF_MS = 1, 15, 3_000
ROUNDS = 40
SENTENCE = "Today I called the sender before I paid, and it turned out that nobody there had sent the invoice. "
ARABIC = "اليوم اتصلت بالمرسل قبل أن أدفع، وتبين أن لا أحد هناك أرسل الفاتورة. "
QUESTIONS = ("description", "feelings", "evaluation", "analysis", "conclusion", "plan")
SENTENCES, REFLECTIONS = 4, 20
"""Of each answer; some 450 words for a whole reflection. A learner has so many of them."""


def measure() -> Iterator[Measurement]:
    """The autosave of a long text that was handed in several times and has texts aside; a PDF of many."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "MICROUNITS_DATABASE_URL"},
            "MICROUNITS_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "devstack.settings",
        }
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.writing"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Writing could not be measured:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    yield Measurement(NAMES[0], found["writes"], "statements", MOST_WRITES, notes={"statements": found["statements"]})
    yield Measurement(NAMES[1], found["ms"], "ms", MOST_MS, notes={"words": found["words"], "rounds": ROUNDS})
    yield Measurement(NAMES[2], found["pdf_ms"], "ms", MOST_PDF_MS, notes=found["pdf"])


# --- In the process that is measured


def _answers(sentence: str = SENTENCE) -> dict[str, str]:
    return dict.fromkeys(QUESTIONS, sentence * SENTENCES)


def _autosaves() -> dict[str, Any]:
    from statistics import median
    from time import process_time

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.memory_runtime import MemoryRuntime, build

    block = build(_reflection(), "reflection", {"content": {"framework": "gibbs"}}, MemoryRuntime(7))
    answers = _answers()
    for number in range(5):
        _ask(block, "hand_in", {"pen": "a", "turn": 2 * number, "base": 0, "answers": {**answers, "plan": f"{number}"}})
        _ask(block, "keep", {"pen": f"b{number}", "turn": 0, "base": 0, "answers": answers})
    times, writes, statements, words = [], 0, 0, 0
    for number in range(ROUNDS):
        data: dict[str, Any] = {
            "pen": "a",
            "turn": 100 + 2 * number,
            "base": 0,
            "answers": {**answers, "plan": f"and on {number}"},
        }
        with CaptureQueriesContext(connection) as queries:
            said = _ask(block, "keep", data)
        assert said["outcome"] == "saved", said
        verbs = [one["sql"].split()[0] for one in queries]
        writes = max(writes, sum(verb in ("INSERT", "UPDATE", "DELETE") for verb in verbs))
        statements, words = max(statements, len(verbs)), said["words"]
        began = process_time()
        _ask(block, "keep", {**data, "turn": data["turn"] + 1})
        times.append((process_time() - began) * 1000)
    return {"writes": writes, "statements": statements, "ms": median(times), "words": words}


def _reflection() -> Any:
    from xblock.core import XBlock

    return XBlock.load_class("reflection")


def _ask(block: Any, handler: str, data: dict[str, Any]) -> Any:
    from webob import Request

    body = json.dumps(data).encode()
    request = Request.blank("/", method="POST", content_type="application/json", body=body)
    response = block.handle(handler, request)
    if response.status_code != 200:
        raise SystemExit(f"{handler} was refused: {response.text}")
    return json.loads(response.text)


def _pdfs() -> dict[str, Any]:
    from datetime import UTC, datetime
    from gettext import NullTranslations
    from time import process_time

    from xblocks.reflection import pdf
    from xblocks.reflection.handing_in import Part
    from xblocks.reflection.markdown import Written

    def made(sentence: str, number: int) -> tuple[float, int]:
        parts = [Part(name, f"What about the {name}?", text) for name, text in _answers(sentence).items()]
        written = [Written(f"Week {one}", "Phishing", "Only you can read this.", draft=parts) for one in range(number)]
        began = process_time()
        content = pdf.render("What I wrote", written, NullTranslations(), "en", datetime.now(UTC))
        return (process_time() - began) * 1000, len(content)

    first, _size = made(SENTENCE, 1)
    latin, size = made(SENTENCE, REFLECTIONS)
    arabic, _size = made(ARABIC, REFLECTIONS)
    notes = {
        "reflections": REFLECTIONS,
        "kB": round(size / 1000),
        "first_ms": round(first),
        "arabic_ms": round(arabic),
    }
    return {"pdf_ms": latin, "pdf": notes}


def main() -> None:
    """Both, as one line of JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps({**_autosaves(), **_pdfs()}))


if __name__ == "__main__":
    main()
