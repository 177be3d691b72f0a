"""Who is looking at a block, as the platform's `user` service tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person in front of the page.

    Attributes:
        user_id: the platform's id; None for a visitor who is not signed in.
        is_staff: belongs to the course team of this course.
        is_masquerading: a member of the course team looks through a learner's eyes; what they do is not the learner's.
    """

    user_id: int | None
    is_staff: bool = False
    is_masquerading: bool = False


ANONYMOUS = Viewer(None)


def viewer_of(block: Any) -> Viewer:
    """The viewer of a bound block; an anonymous one where the runtime knows of no users."""
    service = block.runtime.service(block, "user")
    if service is None:
        return ANONYMOUS
    attributes = service.get_current_user().opt_attrs
    user_id = attributes.get("edx-platform.user_id")
    if user_id is None:
        return ANONYMOUS
    # The platform keeps the real person on the masqueraded user; there is no public attribute for it.
    real_user = getattr(getattr(service, "_django_user", None), "real_user", None)
    return Viewer(
        user_id=int(user_id),
        is_staff=bool(attributes.get("edx-platform.user_is_staff")),
        is_masquerading=real_user is not None and real_user.id != int(user_id),
    )
