"""What the companion tells of learners beside their attempts, each in the order in which it changed.

A stream is read from a cursor, page by page, when the outbox says that something happened in it. Its rows may come
again; each has an `id`, and what it says with it tells whether it is news.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """One of them.

    Attributes:
        function: of the companion; it takes courseid, cursor and limit, and answers cursor, more, and its rows.
        member: of the answer, which holds the rows.
        what: what the outbox calls it.
    """

    name: str
    function: str
    member: str
    what: str


COMPLETIONS = Stream("completions", "local_microunits_get_completions", "completions", "completed")
"""Pages that learners marked as done, or as not done after all."""

SUBMISSIONS = Stream("submissions", "local_microunits_get_submissions", "submissions", "submission")
"""That something was handed in at an assignment, without what was written."""

STREAMS = (COMPLETIONS, SUBMISSIONS)
ROWS_A_PAGE = 500
