"""How long after DOMContentLoaded a learner can answer, in headless Chromium on a page of the devstack."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent

TARGET_MS = 100
TIMES = 15
PHONE = ViewportSize(width=360, height=740)
CHROMIUM_ARGUMENTS = [
    f"--{name}"
    for name in (
        "no-sandbox disable-gpu disable-quic no-first-run disable-sync disable-background-networking "
        "disable-component-update"
    ).split()
]

NAMES = ("microquiz.first_answer.ms",)

UNIT = "/courses/course-v1:Microunits+PHISH-EN+2026/units/sender/"

# Answering works from the moment when the quiz listens to its forms.
WATCH = """
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (type === "submit" && this instanceof Element && this.matches(".mu")) window.canAnswerAt ??= performance.now();
    return listen.call(this, type, ...rest);
};
"""
TAKEN = """() => window.canAnswerAt && performance.getEntriesByType("navigation")[0].domContentLoadedEventStart
    && Math.max(0, window.canAnswerAt - performance.getEntriesByType("navigation")[0].domContentLoadedEventStart)"""


def measure() -> Iterator[Measurement]:
    """The median of several visits, each by a browser that has nothing in its cache. Reported, never a limit."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("microquiz.first_answer.ms is left out, because chromium is missing", file=sys.stderr)
        return
    with _devstack() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=CHROMIUM_ARGUMENTS,
        )
        taken = [_visit(browser, address) for _ in range(TIMES)]
        _visit(browser, address, answering=True)
        browser.close()
    notes = {"target_ms": TARGET_MS, "slowest_ms": round(max(taken), 1), "visits": TIMES}
    yield Measurement(NAMES[0], statistics.median(taken), "ms", None, notes=notes)


def _visit(browser: Browser, address: str, answering: bool = False) -> float:
    """Milliseconds in one visit of a learner, who leaves without answering unless told to."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    with page.expect_navigation():
        page.evaluate("document.querySelector('button[name=person][value=ann]').click()")
    page.add_init_script(WATCH)
    page.goto(address + UNIT)
    page.wait_for_function(TAKEN)
    taken = float(page.evaluate(TAKEN))
    if answering:
        _answer(page)
    context.close()
    return taken


def _answer(page: Page) -> None:
    """Answer the first question: a page that listens, but cannot take an answer, would be fast."""
    form = page.locator(".mu-q[data-current] form")
    form.locator("input:enabled").first.check()
    form.evaluate("form => form.requestSubmit()")
    page.wait_for_function("document.querySelector('.mu-q[data-current]').dataset.standing !== 'open'")


@contextmanager
def _devstack() -> Iterator[str]:
    """The devstack with its demo course and nothing answered, on a free port; gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "devstack", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "MICROUNITS_DATA": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    for _attempt in range(120):
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The devstack did not start within a minute; make demo says why.")
