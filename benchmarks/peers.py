"""The peers' environment, and what is measured in it: bytes of the page and the time of `student_view`.

Times are those of the processor: nothing here waits for anything, and a machine that does other work too would count
against whoever it interrupts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".build" / "peers"
PACKAGES = ("done-xblock", "xblock-poll", "xblock-drag-and-drop-v2", "edx-games")
# Newer ones of these are not run with Open edX yet.
LIMITS = ("Django<6", "setuptools<81")
OURS = ""

PAGE_BYTES = 12_000
RATIO = 1.0
ROUNDS = 100

NAMES = ("microquiz.page.gzip_bytes", "microquiz.student_view.ratio_to_fastest_peer")


def measure() -> Iterator[Measurement]:
    """Both figures of both, from one run in which all blocks take turns."""
    figures = _figures()
    ours, peers = _split(figures["page_bytes"])
    yield Measurement(NAMES[0], ours, "bytes", PAGE_BYTES, peers)
    ours, peers = _split(figures["student_view_ms"])
    yield Measurement(
        NAMES[1], ours / min(peers.values()), "ratio", RATIO, peers, {"ours_ms": round(ours, 3), "peers_unit": "ms"}
    )


def _split(values: dict[str, float]) -> tuple[float, dict[str, float]]:
    return values[OURS], {name: value for name, value in values.items() if name != OURS}


@cache
def _figures() -> Any:
    python = str(_environment())
    command = [python, "-W", "ignore", "-m", "benchmarks.side_by_side", str(ROUNDS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The blocks could not be measured side by side:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _environment() -> Path:
    """The Python that has the newest releases of the peers, and us beside them; made once, `make clean` removes it."""
    python = ENVIRONMENT / "bin" / "python"
    made_from = ENVIRONMENT / "microunits.made_from"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = json.dumps([PACKAGES, LIMITS, project["dependencies"], project["entry-points"]])
    if not made_from.exists() or made_from.read_text() != wanted:
        print("Installing the peers; this takes a minute or two, once.", file=sys.stderr)
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *PACKAGES, *LIMITS, "--editable", str(ROOT)], check=True, stdout=sys.stderr)
        made_from.write_text(wanted)
    return python
