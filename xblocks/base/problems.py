"""A problem with something a person wrote: where it is, and a sentence that says how to mend it.

Pure modules report problems in English with named parameters; whoever shows them translates the message and then
fills in the parameters, so that the sentence is whole in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, but do not translate yet"
    """Mark a message for the catalogue without translating it here."""
    return message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    Attributes:
        path: where it is, as keys and indexes joined by "/" ("questions/2/choices/0/text"); "" is the whole.
        message: an English sentence from the catalogue, with %(name)s parameters.
        params: what goes into the message.
    """

    path: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, gettext: Callable[[str], str] = str) -> str:
        """The message in the language of `gettext`, parameters filled in."""
        text = gettext(self.message)
        return text % self.params if self.params else text

    def under(self, prefix: str) -> Problem:
        """The same problem, seen from a place above: `prefix` goes before the path."""
        path = f"{prefix}/{self.path}" if self.path else prefix
        return Problem(path, self.message, self.params)


class ContentError(ValueError):
    """What somebody wrote cannot be used as it is.

    Attributes:
        problems: every problem that was found, not only the first.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.sentence()}" for p in problems))
        self.problems = problems
