"""The devstack's settings for the test suite: a database that is gone afterwards."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from devstack.settings import *  # noqa: F403
from devstack.settings import ALLOWED_HOSTS, DATABASES

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A folder of its own for each process, so that neither a moved clock nor another run of the suite is met.
DATA = Path(tempfile.mkdtemp(prefix="microunits-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

# A file, not memory: threads then have connections of their own, as in the server.
if DATABASES["default"]["ENGINE"] == "devstack.sqlite":
    _FILE = DATA / "test.sqlite3"
    DATABASES["default"]["NAME"] = str(_FILE)
    DATABASES["default"]["TEST"] = {"NAME": str(_FILE)}
