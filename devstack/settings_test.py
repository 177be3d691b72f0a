"""The devstack's settings for the test suite: a database that is gone afterwards."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

from devstack.settings import *  # noqa: F403
from devstack.settings import ALLOWED_HOSTS, DATABASES

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A file, not memory: threads then have connections of their own, as in the server; one a process, so that two runs
# of the suite do not meet.
if DATABASES["default"]["ENGINE"] == "devstack.sqlite":
    _FILE = Path(tempfile.gettempdir()) / f"microunits-test-{os.getpid()}.sqlite3"
    for _ending in ("", "-wal", "-shm"):
        atexit.register(Path(f"{_FILE}{_ending}").unlink, missing_ok=True)
    DATABASES["default"]["NAME"] = str(_FILE)
    DATABASES["default"]["TEST"] = {"NAME": str(_FILE)}
