"""What others keep of what learners did in a block: the platform, workshops, reflections; asked for page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from opaque_keys.edx.keys import UsageKey

from xblocks.badges import deeds
from xblocks.badges.deeds import Deed
from xblocks.badges.facts import Did
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import Done, platform

Line = tuple[int, str, str, Deed | None]
"""Its number among its kind, whose it is (a source, and their id there), and what was done, if it counts."""
Ask = Callable[[list[UsageKey], int, int, datetime | None], list[Line]]
"""What was done in these blocks: the next lines after a number, so many at most, of a moment or later."""


def keepers() -> Iterator[tuple[Did, Ask]]:
    """Whom to ask for which deeds. A component that is not installed keeps nothing."""
    yield Did.COMPLETED, partial(_kept_by_platform, platform().completed, deeds.completed)
    yield Did.SCORED, partial(_kept_by_platform, platform().scored, deeds.scored)
    if apps.is_installed("xblocks.workshop"):
        from xblocks.workshop import api as workshop

        yield Did.PREPARED, partial(_kept, workshop.who_prepared, deeds.prepared)
        yield Did.ATTENDED, partial(_kept, workshop.who_attended, deeds.attended)
    if apps.is_installed("xblocks.reflection"):
        from xblocks.reflection import api as reflection

        yield Did.REFLECTED, partial(_kept, reflection.who_handed_in, deeds.reflected)


def _kept_by_platform(ask: Callable[..., list[Done]], told: Callable[[Done], Deed], *which: Any) -> list[Line]:
    return [(done.number, OPENEDX, str(done.user_id), told(done)) for done in ask(*which)]


def _kept(ask: Callable[..., list[tuple[int, Any]]], told: Callable[[Any], Deed | None], *which: Any) -> list[Line]:
    return [(number, one.source, one.external_id, told(one)) for number, one in ask(*which)]
