"""One command makes everything ready, keeps what is there, and serves this machine only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command

from devstack.database import from_url

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def serving(data: Path, *options: str) -> Iterator[tuple[str, str]]:
    """A server of its own; gives its address and what it said."""
    environment = {**os.environ, "MICROUNITS_DATA": str(data), "MICROUNITS_DATABASE_URL": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "devstack.settings"
    command = [sys.executable, "-W", "ignore", "-m", "devstack", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = ""
    try:
        while "is ready" not in said:
            line = process.stdout.readline()
            assert line, f"the server stopped: {said}"
            said += line
        found = re.search(r"http://\S+", said)
        assert found
        yield found[0], said
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        content: str = answer.read().decode()
    return content


def test_it_loads_the_courses_once_and_begins_anew_on_request(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, said):
        assert said.count("Loaded: ") == len(list((ROOT / "devstack" / "course").glob("*/course.toml")))
        assert "Not loaded" not in said
        assert "Microunits" in page(url)
        assert "--pgn-color-primary-base" in page(f"{url}/static/devstack/devstack.css")
    began = time.monotonic()
    with serving(tmp_path) as (_url, said):
        assert "Loaded: " not in said
    assert time.monotonic() - began < 10
    with serving(tmp_path, "--reset") as (_url, said):
        assert "Everything was forgotten" in said
        assert "Loaded: " in said


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--host", "0.0.0.0"], "only serves this machine"), (["--host", "example.com"], "only serves this machine")],
)
def test_it_serves_this_machine_only(tmp_path: Path, options: list[str], says: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "devstack", "serve", "--port", "0", *options]
    environment = {**os.environ, "MICROUNITS_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "devstack.settings"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert says in done.stderr


def test_a_port_that_is_taken_is_named_with_another_one_to_try(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, _said):
        port = url.rsplit(":", 1)[1]
        command = [sys.executable, "-W", "ignore", "-m", "devstack", "serve", "--port", port]
        environment = {**os.environ, "MICROUNITS_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "devstack.settings"}
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"--port {int(port) + 1}" in done.stderr


def test_a_database_url_is_taken_apart() -> None:
    found = from_url("mysql://me:p%40ss@127.0.0.1:3307/units?unix_socket=/run/x.sock")
    assert found == {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "units",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "127.0.0.1",
        "PORT": "3307",
        "OPTIONS": {"unix_socket": "/run/x.sock", "charset": "utf8mb4"},
    }


@pytest.mark.parametrize("url", ["oracle://x/y", "mysql://host", "just text"])
def test_a_database_url_that_means_nothing_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match="mysql://user:password"):
        from_url(url)


def test_djangos_own_checks_find_nothing_so_that_its_commands_run() -> None:
    call_command("check")
