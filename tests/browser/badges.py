"""What learners did, told to the devstack's badges, as if it was heard of."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.browser.conftest import ROOT, Devstack

_HEAR = """
import sys, django
django.setup()
from datetime import timedelta
from opaque_keys.edx.keys import CourseKey
from devstack.people import person
from xblocks.badges import awarding, models
from xblocks.badges.facts import Did, Fact
from xblocks.base.platform import platform
course, user, deed, *blocks = sys.argv[1:]
key, now = CourseKey.from_string(course), platform().now()
who = str(person(user).pk)
if deed == "forget":
    models.Holder.objects.filter(source="openedx", external_id=who).delete()
    sys.exit()
facts = []
for number, block in enumerate(blocks):
    at = now - timedelta(hours=2, minutes=number)
    if deed == "completed":
        facts.append(Fact(Did.COMPLETED, at, at.date(), block))
    else:
        said = dict(what=Did.ANSWERED, day=at.date(), block=block, question="q")
        facts.append(Fact(at=at, attempt=1, score=0.0, **said))
        facts.append(Fact(at=at + timedelta(seconds=30), attempt=2, score=1.0, **said))
awarding.hear("openedx", who, key, facts, now)
"""


def did(devstack: Devstack, course: str, user: str, deed: str, *blocks: str) -> None:
    """Somebody "completed" blocks, or "came_back" to a question in each; or what is known of them is "forget"."""
    environment = {
        **os.environ,
        "MICROUNITS_DATA": str(devstack.data),
        "DJANGO_SETTINGS_MODULE": "devstack.settings",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("MICROUNITS_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", _HEAR, course, user, deed, *blocks], cwd=ROOT, env=environment, check=True)
