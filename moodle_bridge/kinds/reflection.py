"""A reflection: an assignment in Moodle that takes a text, where the team wants its teachers to read what is written.

Here a learner decides who reads a text, and nobody does before that. In Moodle there is nothing to decide: teachers
read every assignment. So a reflection stays here unless the configuration says that teachers may read it there and its
team lets learners let somebody in at all; and then that is the first thing that stands in the assignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from moodle_bridge.addresses import carried
from moodle_bridge.components import Component, Fate, Loss
from moodle_bridge.keys import component_key
from moodle_bridge.kinds import Carried, Context, StaysHereError
from moodle_bridge.olx_course import Block
from xblocks.base.problems import N_
from xblocks.reflection import olx
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.frameworks import Prompt
from xblocks.reflection.sharing import Visibility

TYPE = "reflection"
KIND = "reflection"

UNTITLED = N_("Reflection")

_PRIVATE = N_("It is private: nobody but its writer reads it. In Moodle teachers read every assignment; it stays here.")
_UNDECIDED = N_(
    "It is private unless its writer lets somebody in. In Moodle teachers read every assignment; it stays here. To "
    'have it there all the same, write reflections = "teachers" for this course into moodle-bridge.toml.'
)

_WHO_READS = N_("Who reads this? The teachers of this course, as soon as you save it. The other learners do not.")
_NOT_THE_GROUP = N_("This is not shared with your group here.")
_KEPT = N_(
    "If you also have an account where this course comes from, your text is kept for you with your reflections there, "
    "where nobody but you reads it."
)
_SAVING = N_("Saving hands it in. You can change it afterwards and save it again.")
_WHAT_AND_WHEN = N_("What are you going to do, and on which day?")
_IF_YOU_LIKE = N_("If you like: you can leave this out.")
_AT_LEAST = N_("Write at least %(least)d words.")
_AT_MOST = N_("Write at most %(most)d words.")
_BETWEEN = N_("Write %(least)d to %(most)d words.")

_LEAST = N_("Moodle knows no least number of words: it is asked for in the description, and not held to.")
_MOST = N_("Moodle counts words its own way, and those of the commitment too.")
_COMMITMENT = N_("Moodle has no field for a commitment and its day: they are asked for with the other questions.")
_REVISIT = N_(
    "Moodle does not ask to look back. Where what is handed in there is pulled into Open edX, learners are asked from "
    "there."
)
_RECALLS = N_("What was written in earlier units is not shown in Moodle.")
_POINT = N_("Moodle gives no point for handing in: there it is completed, without a grade.")
_LEVELS = N_("In Moodle a learner cannot choose who reads it: the teachers do. The description says so first.")


def components(block: Block, context: Context) -> tuple[Carried]:
    """That block as an assignment.

    Raises:
        ContentError: the reflection cannot be read.
        StaysHereError: nobody but its writer may read it, as far as anybody decided.
    """
    design = olx.read(block.element)
    is_shared = design.allowed.choices() != (Visibility.PRIVATE,)
    if not is_shared or not context.teachers_read:
        raise StaysHereError(_UNDECIDED if is_shared else _PRIVATE)
    key = component_key(block.usage_key)
    introduction, files, missing = carried(design.introduction, context.find, key, "introduction")
    title = block.title or context.words.gettext(UNTITLED)
    assignment = Component(
        kind=KIND,
        key=key,
        title=title,
        origin=block.usage_key,
        fields={
            "name": title,
            "intro": _description(design, introduction, context),
            "opens": _epoch(block.inherited.start),
            "due": _epoch(block.inherited.due),
            "mostwords": design.most_words,
            "completion": True,
        },
        files=tuple(dict.fromkeys(files)),
    )
    losses = [Loss(key=key, path=path, fate=fate, message=message) for path, fate, message in _losses(design)]
    return (Carried(component=assignment, losses=(*losses, *missing)),)


def _epoch(moment: datetime | None) -> int:
    """Seconds since 1970; 0 is Moodle's "not set"."""
    return 0 if moment is None else int(moment.timestamp())


# --- What the learner reads there


def _description(design: Design, introduction: str, context: Context) -> str:
    """Who reads it comes before anything else."""
    return "".join((_who_reads(design, context), introduction, _questions(design, context), _how(design, context)))


def _who_reads(design: Design, context: Context) -> str:
    _ = context.words.gettext
    told = [f"<strong>{escape(_(_WHO_READS))}</strong>"]
    if design.allowed.group:
        told.append(escape(_(_NOT_THE_GROUP)))
    return f"<p>{' '.join((*told, escape(_(_KEPT))))}</p>"


def _questions(design: Design, context: Context) -> str:
    _ = context.words.gettext
    asked = list(design.asked(_))
    if design.commitment is not Commitment.NONE:
        about = _(_IF_YOU_LIKE) if design.commitment is Commitment.OPTIONAL else ""
        asked.append(Prompt("", _(_WHAT_AND_WHEN), about))
    items = [_question(one) for one in asked]
    return f"<p>{items[0]}</p>" if len(items) == 1 else f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"


def _question(prompt: Prompt) -> str:
    about = f"<br>{escape(prompt.help)}" if prompt.help else ""
    return f"<strong>{escape(prompt.label)}</strong>{about}"


def _how(design: Design, context: Context) -> str:
    _ = context.words.gettext
    bounds = {"least": design.least_words, "most": design.most_words}
    told = {
        (True, True): _BETWEEN,
        (True, False): _AT_LEAST,
        (False, True): _AT_MOST,
    }.get((bounds["least"] > 0, bounds["most"] > 0))
    sentences = [_(told) % bounds] if told else []
    return f"<p>{escape(' '.join((*sentences, _(_SAVING))))}</p>"


# --- What Moodle has otherwise, or not at all


def _losses(design: Design) -> Iterator[tuple[str, Fate, str]]:
    yield "allowed", Fate.CHANGED, _LEVELS
    if design.least_words:
        yield "least_words", Fate.CHANGED, _LEAST
    if design.most_words:
        yield "most_words", Fate.CHANGED, _MOST
    if design.commitment is not Commitment.NONE:
        yield "commitment", Fate.CHANGED, _COMMITMENT
    if design.revisit_weeks:
        yield "revisit_weeks", Fate.CHANGED, _REVISIT
    if design.recalls:
        yield "recalls", Fate.LOST, _RECALLS
    if design.scored:
        yield "scored", Fate.LOST, _POINT
