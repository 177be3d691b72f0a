"""A devstack of our own, as `make demo` serves it, and a browser to look at it with.

    def test_...(lab: Lab, visit: Visit) -> None:
        page = visit(lab.put('<microquiz display_name="..."> ... </microquiz>'), as_="ann", language="nl")

Every page that `visit` opens must stay without errors in its console and without failed requests, or the test fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DEMO = {"en": "course-v1:Microunits+PHISH-EN+2026", "nl": "course-v1:Microunits+PHISH-NL+2026"}
LAB = "course-v1:Microunits+LAB+2026"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000
"""Milliseconds that a page may take for anything on a busy machine."""


# --- The server


@dataclass(frozen=True)
class Devstack:
    """A served devstack; `address` without a slash at its end, `data` the folder with its database and its clock."""

    address: str
    data: Path

    def unit(self, slug: str, course: str = DEMO["en"]) -> str:
        """The address of a unit, as a learner sees it."""
        return f"{self.address}/courses/{course}/units/{slug}/"


@pytest.fixture(scope="package")
def devstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devstack]:
    """The devstack with the demo course and the tests' own course, on a free port and with data of its own."""
    data = tmp_path_factory.mktemp("devstack")
    environment = {
        **os.environ,
        "MICROUNITS_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "devstack.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("MICROUNITS_DATABASE_URL", None)
    command = [sys.executable, "-m", "devstack", "serve", "--port", "0"]
    log = tmp_path_factory.mktemp("log") / "server.txt"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            address = _address(server, log)
            subprocess.run([sys.executable, "-c", _LOAD, str(HERE / "course")], cwd=ROOT, env=environment, check=True)
            yield Devstack(address, data)
        finally:
            server.terminate()


@pytest.fixture
def later(devstack: Devstack) -> Iterator[Callable[[int], None]]:
    """`later(days)`: the devstack's clock shows so many days later, until the test is over."""
    clock = devstack.data / "clock"

    def move(days: int) -> None:
        clock.write_text(str(days * 24 * 3600.0))

    yield move
    clock.unlink(missing_ok=True)


_LOAD = """
import sys, pathlib, django
django.setup()
from devstack import courses, people
courses.load_all(pathlib.Path(sys.argv[1]), people.person("team"))
"""


def _address(server: subprocess.Popen[str], log: Path) -> str:
    assert server.stdout
    said = []
    for line in server.stdout:
        said.append(line)
        if "ready: " in line:
            return line.split("ready: ")[1].split()[0]
    pytest.fail(f"The devstack did not start:\n{''.join(said)}{log.read_text()}", pytrace=False)


# --- The browser


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, as long as the tests of this package run."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for all; each test has contexts of its own."""
    browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def identities(browser: Browser, devstack: Devstack) -> Callable[[str], Any]:
    """The cookies of each person, once they have been chosen in the page's menu."""
    known: dict[str, Any] = {}

    def identity(person: str) -> Any:
        if person not in known:
            context = browser.new_context(base_url=devstack.address)
            context.request.get("/")
            _post(context, "/person/", {"person": person, "next": "/"})
            known[person] = context.storage_state()
            context.close()
        return known[person]

    return identity


def _post(context: BrowserContext, address: str, form: dict[str, str]) -> str:
    """Send a form; the address that was landed on."""
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    headers = {"X-CSRFToken": token}
    answer = context.request.post(address, form=form, headers=headers, timeout=PATIENCE)
    assert answer.ok, f"{address}: {answer.status} {re.findall('<li>(.*)</li>', answer.text())}"
    return str(answer.url)


@dataclass
class Visit:
    """Opens pages: `visit(address, as_="ann", language="en", **options of a browser context)`.

    `as_=""` is somebody who is not logged in. `beside=page` opens another tab of the same browser.
    """

    browser: Browser
    identities: Callable[[str], Any]
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __call__(
        self,
        address: str = "",
        *,
        as_: str = "ann",
        language: str = "en",
        beside: Page | None = None,
        **options: Any,
    ) -> Page:
        context = beside.context if beside else self._context(as_, language, options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if address:
            page.goto(address)
        return page

    def _context(self, person: str, language: str, options: dict[str, Any]) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.address, storage_state=self.identities(person), locale="en-GB", **options
        )
        context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": self.address}])
        context.on("console", lambda message: self._console(message.type, message.text, message.location["url"]))
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("response", lambda response: self._response(response.status, response.url))
        self.contexts.append(context)
        return context

    def _console(self, kind: str, text: str, address: str) -> None:
        # That a handler refused something, with a sentence for the page, is no error; nor is a test that unplugs the
        # network. The browser notes both as one.
        expected = "Failed to load resource" in text and ("/handler/" in address or "ERR_INTERNET_DISCONNECTED" in text)
        if kind in ("error", "warning") and not expected:
            self.complaints.append(f"console {kind}: {text} ({address})")

    def _response(self, status: int, address: str) -> None:
        if status >= 500 or (status >= 400 and "/handler/" not in address):
            self.complaints.append(f"{status}: {address}")


@pytest.fixture
def visit(
    browser: Browser, identities: Callable[[str], Any], devstack: Devstack, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Opens pages; at the end none of them may have complained."""
    visit = Visit(browser, identities, devstack.address)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.complaints == []


# --- Quizzes of the tests' own, and what the course team does to a learner's work


@dataclass
class Lab:
    """The course team's hands: puts quizzes into the tests' own course, and clears away what learners did."""

    devstack: Devstack
    team: BrowserContext
    placed: list[tuple[str, str]] = field(default_factory=list)

    def put(self, *quizzes: str, unit: str = "open") -> str:
        """Put quizzes (OLX) into a unit ("open", or "closed" for one after its due date); the unit's address."""
        for quiz in quizzes:
            self.put_block("microquiz", quiz, unit)
        return self.devstack.unit(unit, LAB)

    def put_block(self, block_type: str, olx: str, unit: str = "open") -> str:
        """Put a block of any type into a unit; the unit's address."""
        studio = f"{self.devstack.unit(unit, LAB)}studio/"
        (block,) = parse_qs(urlsplit(_post(self.team, f"{studio}add/", {"type": block_type})).query)["block"]
        self.placed.append((studio, block))
        _post(self.team, f"{studio}import/", {"block": block, "olx": olx})
        return self.devstack.unit(unit, LAB)

    def state(self, page: Page, place: int = 0) -> Any:
        """What the block tells about the learner of a page (`student_view_user_state`)."""
        course, usage = page.locator(".xblock").nth(place).evaluate("it => [it.dataset.courseId, it.dataset.usageId]")
        return page.request.get(f"/courses/{course}/xblock/{usage}/handler/student_view_user_state").json()

    def clear(self) -> None:
        """Take away every quiz that was put, with what learners did in it."""
        for studio, block in self.placed:
            _post(self.team, f"{studio}remove/", {"block": block})
        self.placed.clear()


@pytest.fixture(scope="package")
def team(browser: Browser, identities: Callable[[str], Any], devstack: Devstack) -> Iterator[BrowserContext]:
    """The course team's browser."""
    context = browser.new_context(base_url=devstack.address, storage_state=identities("team"))
    yield context
    context.close()


@pytest.fixture
def lab(devstack: Devstack, team: BrowserContext) -> Iterator[Lab]:
    """Puts quizzes into units of the tests' own; they are gone afterwards."""
    lab = Lab(devstack, team)
    yield lab
    lab.clear()


# --- Pictures

Shot = Callable[[Page, str], None]


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shot:
    """`shot(page, name)`: a picture of the whole page in the folder MICROUNITS_SHOTS, where that is set."""
    folder = os.environ.get("MICROUNITS_SHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{request.node.name.removeprefix('test_')}-{name}.png", full_page=True)

    return take


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
