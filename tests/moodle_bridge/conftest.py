"""What the bridge's tests share, and which site the suite of test_site.py runs against.

Without options that is a double, in memory and over HTTP. `--moodle URL --moodle-token T --moodle-learner-token L`
names a real site that tests/moodle_bridge/prepare_site.php made ready, and nothing is left out there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moodle_bridge.client import Client
from moodle_bridge.secret import Secret
from tests.moodle_bridge.double import Double
from tests.moodle_bridge.scenes import Scene
from tests.moodle_bridge.scripted import Scripted, serving
from tests.moodle_bridge.sites import Site, double_site, real_site

LEFT = pytest.StashKey[list[str]]()
SAMPLE = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("moodle", "a real Moodle for tests/moodle_bridge/test_site.py")
    group.addoption("--moodle", metavar="URL", help="of the site")
    group.addoption("--moodle-token", metavar="TOKEN", help="of somebody who may do everything in the course")
    group.addoption("--moodle-learner-token", metavar="TOKEN", help="of a learner of the course")
    group.addoption(
        "--moodle-root", metavar="FOLDER", help="that the web server serves, where the site is on this machine"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real(why): only a real site knows, and why the double does not")
    config.addinivalue_line("markers", "machine(why): only where the site is on this machine (--moodle-root), and why")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a real site its tests are left out, by name; with one, those of the double."""
    lacking = "machine" if config.getoption("--moodle", None) else "real"
    if lacking == "machine" and config.getoption("--moodle-root", None):
        return
    left = [item for item in items if item.get_closest_marker(lacking)]
    if left:
        config.stash[LEFT] = [f"{item.nodeid}: {item.get_closest_marker(lacking).args[0]}" for item in left]  # type: ignore[union-attr]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(LEFT, []):
        terminalreporter.line(f"left to a real site: {line}")
    for line in config.stash.get(SAMPLE, []):
        terminalreporter.line(f"tried: {line}")


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says at the end of the run what was tried."""
    return request.config.stash.setdefault(SAMPLE, []).append


@pytest.fixture
def scenes(site: Site, tmp_path: Path) -> Iterator[Callable[[], Scene]]:
    """New courses, as many as a test needs; they are taken away after it."""
    made: list[Scene] = []
    # What another test left would be taken away by the sync of these, in requests that nobody counted on.
    site.call("unlink")

    def scene() -> Scene:
        title = f"{site.prefix}-{len(made)}"
        made.append(Scene(site, tmp_path / title, title))
        made[-1].write()
        return made[-1]

    yield scene
    for one in made:
        one.clear()


@pytest.fixture
def token(request: pytest.FixtureRequest) -> str:
    """That of somebody who may do everything in the course on the real site."""
    return str(request.config.getoption("--moodle-token"))


@pytest.fixture
def root(request: pytest.FixtureRequest) -> Path:
    """The folder that the site's web server serves."""
    return Path(request.config.getoption("--moodle-root"))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine speaks, the command line speaks English here unless a test says otherwise."""
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A web server on loopback that does what the test tells it."""
    with serving() as scripted:
        yield scripted


@pytest.fixture
def double() -> Double:
    """A site that can be reached into."""
    return Double()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" in metafunc.fixturenames:
        real = metafunc.config.getoption("--moodle", None)
        metafunc.parametrize("site", ["real"] if real else ["memory", "http"], indirect=True)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site that the suite runs against."""
    if request.param == "real":
        option = request.config.getoption
        url, token, learner = (option(name) for name in ("--moodle", "--moodle-token", "--moodle-learner-token"))
        assert token, "name the tokens too: --moodle-token T --moodle-learner-token L"
        assert learner, "name the tokens too: --moodle-token T --moodle-learner-token L"
        with Client(url, Secret(token)) as teacher, Client(url, Secret(learner)) as student:
            teacher.site_info()
            there = real_site(teacher, student)
            yield there
            there.clear()
    elif request.param == "http":
        double = Double()
        with double.serving() as url, Client(url, Secret(double.token)) as client:
            client.site_info()
            yield double_site(double, client)
    else:
        double = Double()
        client = double.client()
        client.site_info()
        yield double_site(double, client)
