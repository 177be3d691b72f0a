"""What a learner handed in elsewhere, such as in a Moodle: kept for them beside what they handed in here.

It takes the place of nothing: neither of a version nor of the draft. Nobody but its writer reads it here, whatever they
chose for what they hand in here: who read it there is for that place to say, and it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.reflection import handing_in, reminding
from xblocks.reflection.data import ReflectionData
from xblocks.reflection.handing_in import Elsewhere
from xblocks.reflection.keeping import keep_from_elsewhere
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1


@repeated
def take_in(
    user_id: int, block: Any, told: Elsewhere, gettext: Callable[[str], str] = str, *, is_known: bool = False
) -> bool:
    """Keep what a user handed in elsewhere as a version; False where it was kept before. Safe to repeat.

    Args:
        block: the published block.
        gettext: into the language of the questions as its writer read them.
        is_known: that they handed it in was told of before, when nobody knew that it was they.
    """
    design, usage_key = block.design, block.usage_key
    prompts = design.asked(gettext)
    with transaction.atomic():
        is_new = keep_from_elsewhere(
            user_id, usage_key, str(block.name), lambda number: handing_in.taken_in(prompts, told, number), told.mark
        )
        if is_new:
            _follow(user_id, block, told.at, is_known=is_known)
    return is_new


def _follow(user_id: int, block: Any, at: datetime, *, is_known: bool) -> None:
    """What handing in leads to here; nothing of it says what was written."""
    usage_key = block.usage_key
    ask_to_look_back(OPENEDX, str(user_id), block, at)
    if user_id in platform().enrolled([user_id], [usage_key.course_key]).get(usage_key.course_key, set()):
        transaction.on_commit(lambda: platform().complete(usage_key, [user_id]), robust=True)
    if not is_known:
        tell(OPENEDX, str(user_id), usage_key, at)


def ask_to_look_back(source: str, external_id: str, block: Any, at: datetime) -> None:
    """Ask for the message that the course team wants some weeks after it was handed in, unless that is long ago."""
    weeks = block.design.revisit_weeks
    back = at + timedelta(weeks=weeks)
    if weeks and back + reminding.LOOK_BACK_FOR > platform().now():
        reminding.look_back(external_id, block.usage_key, str(block.name), back, source=source)


def tell(source: str, external_id: str, usage_key: UsageKey, at: datetime) -> None:
    """Tell, once this transaction holds, that somebody handed something in elsewhere, also who has no account here."""
    told = ReflectionData(
        source=source, external_id=external_id, course_key=usage_key.course_key, usage_key=usage_key, at=at
    )
    transaction.on_commit(lambda: REFLECTION_SUBMITTED_V1.send_event(reflection=told), robust=True)
