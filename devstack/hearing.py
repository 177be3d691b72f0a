"""What a platform would tell others: of completions, scores and published courses, told here when they happen."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import listening, publication
from xblocks.badges.deeds import completed, scored
from xblocks.workshop import listening as workshops


def tell_published(course_key: CourseKey) -> None:
    """A course was published, as Studio tells it."""
    publication.read_published(course_key=course_key)
    workshops.read_published(course_key=course_key)


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
