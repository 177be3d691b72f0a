"""How much memory a pull takes: 10,000 attempts over HTTP from a double of Moodle, beside 1,000.

Each number is pulled in a process of its own, and the double serves from another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY, QUESTIONS = 1_000, 10_000, 5
PEAK_MB = 80.0
NAMES = ("bridge.pull.peak_mb",)


def measure() -> Iterator[Measurement]:
    """The peak with many attempts; what it is with a tenth of them says whether it grows."""
    few, many = _measured(FEW), _measured(MANY)
    notes = {
        "attempts": MANY,
        "answers": many["answers"],
        "few": FEW,
        "peak_few_mb": round(few["peak_mb"], 1),
        "before_the_pull_mb": round(many["before_mb"], 1),
        "seconds": round(many["seconds"], 1),
    }
    yield Measurement(NAMES[0], many["peak_mb"], "MB", PEAK_MB, notes=notes)


def _measured(attempts: int) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.pulling"]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [*command, "serve", str(attempts)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout
        assert server.stdin
        facts = json.loads(server.stdout.readline())
        environment = {**os.environ, "MOODLE_BRIDGE_TOKEN": facts["token"]}
        config = Path(folder) / "moodle-bridge.toml"
        export = Path(folder) / "export"
        _write(export)
        config.write_text(
            f'[sites.bench]\nurl = "{facts["url"]}"\n[courses.bench]\nsource = "export"\ncourse = {facts["course"]}\n'
        )
        done = subprocess.run(
            [*command, "pull", str(config)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        server.stdin.close()
        if done.returncode:
            raise SystemExit(f"The pull could not be measured:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert found["answers"] == attempts * QUESTIONS, f"{found['answers']} answers of {attempts} attempts"
    return found


def _quiz() -> str:
    questions = "".join(
        f'<truefalse id="q{number}" right="true"><text>Question {number}</text></truefalse>'
        for number in range(QUESTIONS)
    )
    return f'<microquiz url_name="bench" display_name="Bench">{questions}</microquiz>'


def _write(folder: Path) -> None:
    files = {
        "course.xml": '<course url_name="2026" org="Org" course="BENCH"/>',
        "course/2026.xml": (
            '<course display_name="Bench" language="en"><chapter url_name="one" display_name="One"><sequential '
            f'url_name="s"><vertical url_name="v">{_quiz()}</vertical></sequential></chapter></course>'
        ),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


# --- In the processes that are measured


def _serve(attempts: int) -> None:
    from moodle_bridge.keys import component_key, part_key
    from tests.moodle_bridge.double import Double, connected

    double = Double()
    course = double.course("BENCH")
    quiz = component_key("block-v1:Org+BENCH+2026+type@microquiz+block@bench")
    keys = [part_key(quiz, f"q{number}") for number in range(QUESTIONS)]
    xml = '<question type="truefalse"><name><text>x</text></name></question>'
    fields = {"name": {"value": "Bench", "hash": "0" * 32}, "order": {"value": keys, "hash": "0" * 32}}
    part = {"kind": "question", "title": "x", "fields": {"name": {"hash": "0" * 32}}, "xml": xml}
    parts = [{**part, "key": key, "qtype": "truefalse", "points": 1} for key in keys]
    payload = {"fields": fields, "parts": parts}
    connected(double).call(
        "local_microunits_upsert", {"courseid": course.id, "kind": "microquiz", "key": quiz, "payload": payload}
    )
    learners = [double.learner(course.id, f"learner{number}").id for number in range(100)]
    double.attempt(course.id, quiz, learners[0], dict.fromkeys(keys, 1.0))
    (first,) = course.attempts
    course.attempts[:] = [
        replace(first, id=first.id + number, userid=learners[number % 100], number=number // 100 + 1)
        for number in range(attempts)
    ]
    double.advance(3)
    with double.serving() as url:
        print(json.dumps({"url": url, "course": course.id, "token": double.token}), flush=True)
        sys.stdin.read()


def _pull(config: str) -> None:
    from moodle_bridge import cli

    before, began = _peak_mb(), time.perf_counter()
    out = Path(config).with_name("answers.csv")
    code = cli.main(["pull", "--config", config, "--out", str(out)])
    seconds = time.perf_counter() - began
    if code:
        raise SystemExit(code)
    with out.open() as rows:
        answers = sum(1 for _row in rows) - 1
    print(json.dumps({"before_mb": before, "peak_mb": _peak_mb(), "answers": answers, "seconds": seconds}))


def _peak_mb() -> float:
    """Of this program alone: what `resource` tells begins with that of whoever started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    {"serve": lambda value: _serve(int(value)), "pull": _pull}[sys.argv[1]](sys.argv[2])
