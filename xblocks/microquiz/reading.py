"""What reading a text of questions gives, in whichever format: the questions, and per line what was not understood.

The formats themselves are in `gift` and `moodle_xml`; both describe a question as a `Draft`, which becomes a question
here, by the same rules as one from the editor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.microquiz import content
from xblocks.microquiz.questions import Question, Scoring

MOST_QUESTIONS = 1000
PARTIAL_CREDIT = N_("Some of these wrong choices earned a part of the points; here only the right choice does.")
SEVERAL_RIGHT = N_("More than one choice is right, so here learners choose all that are. Or leave one of them right.")
UNEQUAL_SHARES = N_(
    "The choices counted for unequal shares; here each right choice earns the same, each wrong one too."
)
_ROOT = re.compile(r"<\s*(?:quiz|question)\b")


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Something that was not understood, or not as it was meant.

    Attributes:
        line: where, counted from 1.
        dropped: whether a question is missing because of it; otherwise the question is there and this is a remark.
    """

    line: int
    problem: Problem
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The questions that were understood, in their order, and the problems, in that of their lines.

    Ids are as they stood in the text and may be used twice; `content.with_fresh_ids` gives copies ids of their own.
    """

    questions: tuple[Question, ...] = ()
    problems: tuple[LineProblem, ...] = ()


class NotRead(Exception):  # noqa: N818 - it is an outcome, not an error of the program
    """A question, or the whole text, cannot be read; carries why."""

    def __init__(self, line: int, message: str, **params: object) -> None:
        super().__init__(message)
        self.problem = LineProblem(line, Problem("", message, params), dropped=True)


@dataclass
class Draft:
    """A question while it is being read: plain data as for `content.read`, and from which lines it came.

    Attributes:
        lines: path within the question ("choices/2") to line.
        own_id: whether the text itself gave the id.
    """

    line: int
    raw: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    remarks: list[LineProblem] = field(default_factory=list)
    own_id: bool = False

    def remark(self, line: int, message: str, **params: object) -> None:
        """Note something that was read otherwise than it was meant."""
        self.remarks.append(LineProblem(line, Problem("", message, params)))

    def line_of(self, path: str) -> int:
        """The line that a path within the question came from."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition("/")[0]
        return self.line

    def finish(self) -> tuple[Question | None, list[LineProblem]]:
        """The question, or None and why not."""
        question, found = content.read(self.raw)
        if found:
            return None, [LineProblem(self.line_of(problem.path), problem, dropped=True) for problem in found]
        return question, self.remarks


def collect(drafts_read: Sequence[tuple[Question | None, Sequence[LineProblem]]]) -> Reading:
    """One reading of many questions."""
    problems = [problem for _, found in drafts_read for problem in found]
    return Reading(
        tuple(question for question, _ in drafts_read if question is not None),
        tuple(sorted(problems, key=lambda problem: problem.line)),
    )


def choice_fields(fractions: Sequence[float], single: bool) -> tuple[dict[str, Any], str]:
    """How choices with those fractions (0..1, negative: costs points) are scored here.

    Returns:
        The type, with the scoring where it has one, and a remark ("" when the scoring is the same).
    """
    rights = [fraction for fraction in fractions if fraction > 0]
    if single:
        whole = [fraction for fraction in rights if fraction > 0.999]
        if len(whole) > 1:
            return {"type": "multiple", "scoring": Scoring.PARTIAL_WITH_PENALTY.value}, SEVERAL_RIGHT
        return {"type": "single"}, PARTIAL_CREDIT if len(rights) > len(whole) else ""
    share = 1 / len(rights) if rights else 1.0
    wrongs = [fraction for fraction in fractions if fraction <= 0]
    costly = any(fraction < -0.001 for fraction in wrongs)
    same = all(abs(fraction - share) < 0.006 for fraction in rights)
    same = same and (not costly or all(abs(fraction + share) < 0.006 for fraction in wrongs))
    scoring = Scoring.PARTIAL_WITH_PENALTY if costly else Scoring.PARTIAL
    return {"type": "multiple", "scoring": scoring.value}, "" if same else UNEQUAL_SHARES


def right_choices(fractions: Sequence[float], single: bool) -> list[bool]:
    """Which choices are right: those that earn anything, or all when only one may be chosen."""
    least = 0.999 if single else 0.0
    return [fraction > least for fraction in fractions]


def tag_of_category(path: str) -> str:
    """The tag that questions of a Moodle category get: its own name; "" for Moodle's default ones.

    Moodle writes a path such as "$course$/top/Safety/Phishing", in which "//" is a slash within a name.
    """
    name = re.split(r"(?<!/)/(?!/)", path.strip())[-1].replace("//", "/")
    name = tag(name)
    return "" if name in ("top", "") or name.startswith(("Default for ", "$")) else name


def tag(text: str) -> str:
    """A text as a tag: on one line, without commas."""
    return " ".join(text.replace(",", " ").split())


def prolog_end(text: str) -> int:
    """Where what may stand before the first element of an XML text ends."""
    at = 1 if text.startswith("\ufeff") else 0
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening))
                if end < 0:
                    return at
                at = end + len(closing)
                break
        else:
            return at


def looks_like_xml(text: str) -> bool:
    """Whether somebody means this as Moodle XML (GIFT may begin with a tag too: "<b>Is it?</b> {T}")."""
    at = prolog_end(text)
    begins = text.lstrip("\ufeff \t\r\n")[:5].lower() == "<?xml" or text[at : at + 9].upper() == "<!DOCTYPE"
    return begins or _ROOT.match(text, at) is not None
