"""What nudging hears: answers, courses that are published, learners who leave."""

from __future__ import annotations


def connect() -> None:
    """Listen."""
