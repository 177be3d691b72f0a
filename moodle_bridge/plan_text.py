"""A plan as a person reads it: a tree of the course with what would happen to each thing, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from moodle_bridge.components import SECTION, Course, LeftOut, Loss
from moodle_bridge.components import Fate as LossFate
from moodle_bridge.plan import Action, ComponentPlan, Fate, FieldChange, Plan
from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from moodle_bridge.words import ENGLISH
from xblocks.base.problems import N_

SIGNS = {
    Action.CREATED: "+",
    Action.CHANGED: "~",
    Action.UNCHANGED: "=",
    Action.REMOVED: "-",
    Action.GONE: "!",
    Action.FORGOTTEN: "-",
}
WORDS = {
    Action.CREATED: N_("new"),
    Action.CHANGED: N_("changed"),
    Action.UNCHANGED: N_("as it is"),
    Action.REMOVED: N_("not in the course any more: hidden in Moodle"),
    Action.GONE: N_("deleted in Moodle: stays so (--ours makes it anew, --theirs forgets it)"),
    Action.FORGOTTEN: N_("deleted in Moodle: forgotten"),
}
_KINDS = {
    "microquiz": N_("quiz"),
    "page": N_("page"),
    "reflection": N_("assignment"),
    "badge": N_("badge"),
    "workshop": N_("workshop"),
    "event": N_("date"),
    SECTION: N_("section"),
}
_FATES = {LossFate.LOST: N_("lost"), LossFate.CHANGED: N_("changed")}
_SHOWN = 60
"""Characters of a value that a line shows."""

Values = Mapping[tuple[str, str], Json]
"""What Moodle holds now, by key and field; where it was not asked, nothing."""


def lines(
    plan: Plan, values: Values | None = None, *, whole: bool = False, words: NullTranslations = ENGLISH
) -> Iterator[str]:
    """The plan as lines of text.

    Args:
        values: to show beside what the course says, for fields that were edited in Moodle.
        whole: also what stays as it is.
        words: the language.
    """
    return _Telling(values or {}, whole=whole, words=words).lines(plan)


def summary(plan: Plan, words: NullTranslations = ENGLISH, kept: frozenset[str] = frozenset()) -> str:
    """The plan in one line: "3 new, 1 changed, 5 as they are; 1 field changed on both sides".

    Args:
        kept: the keys of those that Moodle would not change after all.
    """
    counts = Counter(Action.UNCHANGED if one.key in kept else one.action for one in plan.components)
    counted = {
        Action.CREATED: words.gettext("%(number)d new"),
        Action.CHANGED: words.gettext("%(number)d changed"),
        Action.UNCHANGED: words.ngettext("%(number)d as it is", "%(number)d as they are", counts[Action.UNCHANGED]),
        Action.REMOVED: words.gettext("%(number)d removed"),
        Action.GONE: words.gettext("%(number)d deleted in Moodle"),
        Action.FORGOTTEN: words.gettext("%(number)d forgotten"),
    }
    parts = [text % {"number": counts[action]} for action, text in counted.items() if counts[action]]
    text = ", ".join(parts) or words.gettext("nothing")
    if plan.conflicts:
        conflicts = words.ngettext(
            "%(number)d field changed on both sides (--ours or --theirs decides)",
            "%(number)d fields changed on both sides (--ours or --theirs decides)",
            plan.conflicts,
        )
        text += f"; {conflicts % {'number': plan.conflicts}}"
    return text


def counted(kind: str, number: int, words: NullTranslations = ENGLISH) -> str:
    """How many of a kind there are: "3 quizzes"."""
    match kind:
        case "microquiz":
            text = words.ngettext("%(number)d quiz", "%(number)d quizzes", number)
        case "question":
            text = words.ngettext("%(number)d question", "%(number)d questions", number)
        case "page":
            text = words.ngettext("%(number)d page", "%(number)d pages", number)
        case "reflection":
            text = words.ngettext("%(number)d assignment", "%(number)d assignments", number)
        case "badge":
            text = words.ngettext("%(number)d badge", "%(number)d badges", number)
        case "workshop":
            text = words.ngettext("%(number)d workshop", "%(number)d workshops", number)
        case "event":
            text = words.ngettext("%(number)d date in the calendar", "%(number)d dates in the calendar", number)
        case "section":
            text = words.ngettext("%(number)d section", "%(number)d sections", number)
        case _:
            return f"{number} {kind}"
    return text % {"number": number}


def loss_lines(course: Course, words: NullTranslations = ENGLISH) -> Iterator[str]:
    """What Moodle gets otherwise or not at all, thing by thing; what is the same for many is said once."""
    titles = {one.key: one.title for one in course.all()}
    titles |= {part.key: part.title for one in course.all() for part in one.parts}
    same: dict[tuple[str, str], list[Loss]] = {}
    for loss in course.losses:
        told = words.gettext(_FATES[loss.fate]), _said(loss).sentence(words.gettext)
        same.setdefault(told, []).append(loss)
    for (fate, sentence), losses in sorted(same.items()):
        yield f"{fate}: {sentence}"
        for loss in losses:
            yield f"    {titles.get(loss.key, loss.key)}: {loss.path}"
    for left in course.left_out:
        name = " ".join(filter(None, (left.type, left.title or left.origin)))
        yield f"{words.gettext('left out')}: {name}: {_said(left).sentence(words.gettext)}"


def as_json(plan: Plan) -> Json:
    """The plan for scripts."""
    return {
        "course": plan.course.key,
        "summary": summary(plan),
        "conflicts": plan.conflicts,
        "components": [_json(one) for one in plan.all()],
        "losses": [
            {"key": loss.key, "path": loss.path, "fate": str(loss.fate), "message": str(_said(loss))}
            for loss in plan.course.losses
        ],
        "left_out": [
            {"origin": one.origin, "type": one.type, "message": str(_said(one))} for one in plan.course.left_out
        ],
    }


def _json(one: ComponentPlan) -> Json:
    return {
        "key": one.key,
        "kind": one.kind,
        "title": one.component.title if one.component else "",
        "action": str(one.action),
        "fields": {change.name: str(change.fate) for change in one.fields},
        "parts": [
            {
                "key": part.key,
                "title": part.part.title,
                "action": str(part.action),
                "fields": {change.name: str(change.fate) for change in part.fields},
            }
            for part in one.parts
        ],
    }


def _said(one: Loss | LeftOut) -> Said:
    return Said(one.message, one.params)


@dataclass(frozen=True)
class _Telling:
    """Somebody who tells a plan, with what Moodle holds and in a language."""

    values: Values
    whole: bool
    words: NullTranslations

    def lines(self, plan: Plan) -> Iterator[str]:
        yield f"{plan.course.title} ({plan.course.key})"
        sections = {one.key: one for one in plan.sections}
        by_key = {one.key: one for one in plan.components}
        for section in plan.course.sections:
            inside = [line for one in section.components for line in self.component(by_key[one.key])]
            itself = sections[section.key]
            if inside or self.whole or itself.action is not Action.UNCHANGED or itself.fields:
                yield f"  {_sign(itself)} {section.title}"
                if itself.action is not Action.CREATED:
                    yield from (f"      {line}" for line in self.fields(itself))
                yield from (f"    {line}" for line in inside)
        for beside in plan.course.beside:
            yield from (f"  {line}" for line in self.component(by_key[beside.key]))
        for one in plan.components:
            if one.component is None:
                stays = self.work_on(one.kind, one.attempts)
                yield f"  {_sign(one)} {one.key}: {self.words.gettext(WORDS[one.action])}{stays}"
        yield summary(plan, self.words)

    def component(self, one: ComponentPlan) -> Iterator[str]:
        assert one.component is not None
        if one.action is Action.UNCHANGED and not _is_said(one) and not self.whole:
            return
        kind, number = self.words.gettext(_KINDS.get(one.kind, one.kind)), len(one.component.parts)
        if number:
            kind += f", {counted('question', number, self.words)}"
        yield f"{_sign(one)} {one.component.title} ({kind}): {self.words.gettext(WORDS[one.action])}"
        if one.action is Action.CREATED:
            return
        yield from (f"    {line}" for line in self.fields(one))
        for part in one.parts:
            if part.action is not Action.UNCHANGED or part.fields:
                yield f"    {SIGNS[part.action]} {part.part.title}"
                if part.action is not Action.CREATED:
                    yield from (f"        {line}" for line in self.changes(part.fields, part.key, part.part.fields))

    def fields(self, one: ComponentPlan) -> Iterator[str]:
        return self.changes(one.fields, one.key, one.component.fields if one.component else {})

    def changes(self, changes: tuple[FieldChange, ...], key: str, ours: Mapping[str, Json]) -> Iterator[str]:
        for change in changes:
            yield f"{change.name}: {self.words.gettext(_fate(change))}"
            theirs = self.values.get((key, change.name))
            if theirs is not None:
                yield f"    {self.words.gettext('course')}: {_short(ours.get(change.name))}"
                yield f"    Moodle: {_short(theirs)}"

    def work_on(self, kind: str, number: int) -> str:
        if not number:
            return ""
        if kind == "badge":
            keep = self.words.ngettext(", %(number)d learner keeps it", ", %(number)d learners keep it", number)
            return keep % {"number": number}
        if kind == "workshop":
            done = self.words.ngettext(
                ", %(number)d learner has marked it as done", ", %(number)d learners have marked it as done", number
            )
            return done % {"number": number}
        stay = self.words.ngettext(", %(number)d attempt stays", ", %(number)d attempts stay", number)
        return stay % {"number": number}


def _fate(change: FieldChange) -> str:
    """What becomes of a field, in English."""
    match change.fate:
        case Fate.WRITTEN:
            return N_("edited in Moodle, and overwritten") if change.is_edited else N_("changed")
        case Fate.AGREED:
            return N_("edited in Moodle, and agreed")
        case Fate.CONFLICT:
            return N_("changed here and in Moodle, left as it is there")
        case Fate.LEFT if change.is_edited:
            return N_("edited in Moodle, left so")
    return N_("belongs to Moodle, left as it is there")


def _is_said(one: ComponentPlan) -> bool:
    return any(True for _change in one.all_fields())


def _sign(one: ComponentPlan) -> str:
    return "!" if any(change.fate is Fate.CONFLICT for change in one.all_fields()) else SIGNS[one.action]


def _short(value: Json) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
