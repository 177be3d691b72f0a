"""What an LMS would tell others of completions and scores, told here when they are recorded."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey

from xblocks.badges import listening
from xblocks.badges.deeds import completed, scored


def hear_completion(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A completion, as the completion library's."""
    if instance.completion >= 1:
        key = UsageKey.from_string(instance.usage_key)
        listening.hear_done(completed, instance.user_id, key, instance.modified)


def hear_score(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A score, as the gradebook's."""
    if instance.possible:
        key = UsageKey.from_string(instance.usage_key)
        share = instance.earned / instance.possible
        listening.hear_done(scored, instance.user_id, key, instance.modified, share)
