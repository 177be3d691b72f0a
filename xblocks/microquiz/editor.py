"""Studio editor of the micro-quiz."""


class EditorMixin:
    """Being built."""
