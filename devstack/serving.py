"""Making the devstack ready and serving it: the database, the people, the courses, then pages."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from devstack import clock, courses, workshops
from devstack.people import make_people, person
from xblocks.badges import key_ring
from xblocks.base.platform import platform


class CannotServe(Exception):  # noqa: N818 - it is a sentence for a person, not an error of the program
    """Why the devstack does not start, and what to do."""


def prepare(reset: bool = False) -> Iterator[str]:
    """Make everything ready; yields what there is to say. `reset` begins anew, without what was learned and edited."""
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    if reset:
        forget()
        yield "Everything was forgotten; beginning anew."
    call_command("migrate", interactive=False, verbosity=0)
    make_people()
    # So that badges are signed; on a real platform an admin makes the keys (`manage.py badge_keys`).
    key_ring.make(platform().now())
    yield from load_courses()
    workshops.renew(platform().now())


def load_courses() -> Iterator[str]:
    """Load the courses that are not there yet; a course that cannot be loaded is named and left out."""
    team = person("team")
    for description in courses.found(settings.COURSE_FILES):
        try:
            course = courses.load(description, team)
        except courses.CourseFileError as error:
            yield f"Not loaded: {error}"
        else:
            if course is not None:
                workshops.rehearse(description)
                yield f"Loaded: {course.title} ({course.key})"


def forget() -> None:
    """Remove the database's content, and show the real time again."""
    clock.reset()
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "devstack.sqlite":
        call_command("migrate", interactive=False, verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
        return
    for ending in ("", "-wal", "-shm"):
        Path(database["NAME"] + ending).unlink(missing_ok=True)


def server(host: str, port: int) -> ThreadedWSGIServer:
    """A server that is bound to its address already, one thread a request.

    Raises:
        CannotServe: when the address is not on this machine only, or is taken.
    """
    _check_loopback(host)
    try:
        made = ThreadedWSGIServer((host, port), WSGIRequestHandler, ipv6=":" in host)
    except OSError as error:
        raise CannotServe(
            f"Port {port} cannot be used ({error.strerror}). Choose another one: --port {port + 1}"
        ) from error
    made.daemon_threads = True
    made.set_app(StaticFilesHandler(get_wsgi_application()))
    return made


def _check_loopback(host: str) -> None:
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        raise CannotServe(
            "The devstack has no passwords, so it only serves this machine. Leave --host away, or use 127.0.0.1."
        )
