"""Who is not nudged, so that it can be seen what nudging does: a stable share of a course's learners."""

from __future__ import annotations

from hashlib import sha256


def is_held_out(course_key: str, learner_id: int | str, share: float, salt: str) -> bool:
    """Whether a learner belongs to the `share` (0..1) of a course that is not nudged.

    The same answer every time; raising the share only adds learners; the draw of one course says nothing of another's.

    Args:
        salt: a secret of the platform, so that nobody can work out an id that is held out, or who is.

    Raises:
        ValueError: a share below 0 or above 1.
    """
    if not 0 <= share <= 1:
        raise ValueError("the share of a holdout goes from 0 to 1")
    digest = sha256("\0".join((salt, course_key, str(learner_id))).encode()).digest()
    # The highest 53 bits: what a float holds exactly, so that a share of 1 is everybody and 0 nobody.
    return (int.from_bytes(digest[:8]) >> 11) / (1 << 53) < share
