"""Ways to reflect, and the questions that each of them asks; pure.

STARR is widely used in Dutch education (a situation, told and looked at). Gibbs (1988), "Learning by doing", and Kolb
(1984), "Experiential learning", are cycles. An if-then plan is an implementation intention (Gollwitzer, 1999): naming
the moment beforehand is what makes people do what they mean to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from xblocks.base.problems import N_


class Framework(StrEnum):
    """A way to reflect."""

    FREE = "free"
    STARR = "starr"
    GIBBS = "gibbs"
    KOLB = "kolb"
    TRIED = "tried"
    IF_THEN = "if_then"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to the learner.

    Attributes:
        id: stable within the block: answers are kept by it.
        label: the question.
        help: a sentence that makes it easier to begin; may be "".
    """

    id: str
    label: str
    help: str = ""


PROMPTS: dict[Framework, tuple[Prompt, ...]] = {
    Framework.FREE: (
        Prompt(
            "thoughts",
            N_("What stays with you?"),
            N_("Write as it comes. It need not be tidy, and nobody marks your sentences."),
        ),
    ),
    Framework.STARR: (
        Prompt("situation", N_("What was the situation?"), N_("Where were you, who was there, what was going on?")),
        Prompt("task", N_("What was up to you?"), N_("What did others expect of you, and what did you want yourself?")),
        Prompt("action", N_("What did you do?"), N_("Step by step: what you did, said, or chose to leave.")),
        Prompt("result", N_("What came of it?"), N_("What changed, for you and for the others?")),
        Prompt(
            "reflection",
            N_("What do you make of it now?"),
            N_("What would you do the same way again, and what differently?"),
        ),
    ),
    Framework.GIBBS: (
        Prompt("description", N_("What happened?"), N_("Just the facts, as if you told a friend.")),
        Prompt("feelings", N_("What did you think and feel?"), N_("While it happened, and afterwards.")),
        Prompt("evaluation", N_("What went well, and what did not?"), N_("Name at least one thing of each.")),
        Prompt("analysis", N_("Why did it go like that?"), N_("What helped? What got in the way?")),
        Prompt("conclusion", N_("What did you learn from it?"), N_("About the work, or about yourself.")),
        Prompt("plan", N_("What will you do next time?"), N_("One small step is enough.")),
    ),
    Framework.KOLB: (
        Prompt("experience", N_("What did you experience?"), N_("Choose one moment, and describe it.")),
        Prompt("observation", N_("What do you notice when you look back?"), N_("What surprised you?")),
        Prompt("idea", N_("What idea do you take from it?"), N_("Something that could hold in other situations, too.")),
        Prompt("experiment", N_("How will you try that out?"), N_("When do you get the chance?")),
    ),
    Framework.TRIED: (
        Prompt("tried", N_("What did you try?"), N_("However small: what did you do differently from before?")),
        Prompt("happened", N_("What happened then?"), N_("What did you see, hear or notice?")),
        Prompt("next", N_("What do you do with that?"), N_("Keep it, change it, or leave it: all three are fine.")),
    ),
    Framework.IF_THEN: (
        Prompt("goal", N_("What do you want to do more often, or differently?"), N_("One thing that matters to you.")),
        Prompt(
            "if",
            N_("If…"),
            N_("At which moment do you want to think of it? For example: “If a mail asks me for my password…”"),
        ),
        Prompt(
            "then",
            N_("…then I will…"),
            N_("What exactly will you do then? For example: “…then I will call the sender first.”"),
        ),
        Prompt(
            "obstacle",
            N_("What might get in the way?"),
            N_("And what helps you to do it all the same?"),
        ),
    ),
}

NAMES: dict[Framework, str] = {
    Framework.FREE: N_("Free writing"),
    Framework.STARR: N_("STARR: situation, task, action, result, reflection"),
    Framework.GIBBS: N_("The cycle of Gibbs"),
    Framework.KOLB: N_("The cycle of Kolb"),
    Framework.TRIED: N_("What did I try, and what happened?"),
    Framework.IF_THEN: N_("An if-then plan"),
}
"""What course teams choose from."""

ABOUT: dict[Framework, str] = {
    Framework.FREE: N_("One open question. For a short look back."),
    Framework.STARR: N_("For one situation from practice, told and thought over."),
    Framework.GIBBS: N_("For an experience that did something to you, feelings included."),
    Framework.KOLB: N_("From an experience to an idea that you try out."),
    Framework.TRIED: N_("Three short questions after trying something at work."),
    Framework.IF_THEN: N_("For turning a good intention into a habit."),
}
"""When each of them fits."""


def own_prompts(framework: Framework, gettext: Callable[[str], str] = str) -> tuple[Prompt, ...]:
    """The questions of a framework, in the language of `gettext`."""
    return tuple(
        Prompt(one.id, gettext(one.label), gettext(one.help) if one.help else "") for one in PROMPTS[framework]
    )
