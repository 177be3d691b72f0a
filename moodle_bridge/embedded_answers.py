"""Moodle's embedded answers, written: a gap becomes {1:SHORTANSWER:=fire~%50%flame#Almost.} in the text.

`xblocks.microquiz.cloze_syntax` reads what stands here; the rules are those of Moodle's qtype_multianswer.
"""

from __future__ import annotations

import re
from html import escape

from moodle_bridge.fractions import per_cent
from xblocks.microquiz.content import GAP
from xblocks.microquiz.questions import Gap, GapOption, TextAnswer, TypedGap

_SPECIAL = re.compile(r"([}#~])")
_LOOKS_LIKE_A_GAP = re.compile(r"\{(?=\d{0,4}:[A-Z])")


def write(text: str, gaps: tuple[Gap, ...]) -> str:
    """A text in which [[id]] stands for a gap, with the gaps themselves in it."""
    by_id = {gap.id: _gap(gap) for gap in gaps}
    literal = _LOOKS_LIKE_A_GAP.sub("&#123;", text)
    return GAP.sub(lambda found: by_id.get(found[1], found[0]), literal)


def _gap(gap: Gap) -> str:
    if isinstance(gap, TypedGap):
        kind = "SHORTANSWER" if gap.fold_case else "SHORTANSWER_C"
        alternatives = [_typed(answer) for answer in gap.answers]
    else:
        kind = "MULTICHOICE_S"
        alternatives = [_picked(option) for option in gap.options]
    return f"{{1:{kind}:{'~'.join(alternatives)}}}"


def _typed(answer: TextAnswer) -> str:
    weight = "=" if answer.score == 1 else f"%{per_cent(answer.score)}%"
    return _alternative(weight, answer.pattern, answer.feedback)


def _picked(option: GapOption) -> str:
    return _alternative("=" if option.right else "%0%", option.text, option.feedback)


def _alternative(weight: str, text: str, feedback: str) -> str:
    """Answer and feedback are read as HTML with their entities resolved once."""
    return f"{weight}{_escaped(text)}" + (f"#{_escaped(feedback)}" if feedback else "")


def _escaped(text: str) -> str:
    """A backslash is written as HTML has it: at the end of a text it would take the meaning from the sign behind it."""
    return _SPECIAL.sub(r"\\\1", escape(text, quote=False).replace("\\", "&#92;"))
