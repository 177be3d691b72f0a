"""Fields of the course team's form, as markup; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.nudge.rule_words import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields with their label, what there is to know about them, and what is to be mended.

    Attributes:
        typed: what stands in the fields, by name.
        problems: what is to be mended, by the name of the field.
    """

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    words: NullTranslations

    def text(self, name: str, label: str, kind: str, hint: str) -> str:
        """A field that is written in: "date", "number", or "folded" for a number that may be behind a closed fold."""
        more = {"number": f' min="0" max="{10**6}" step="1" inputmode="numeric"'}.get(kind, "")
        if kind == "folded":
            # What a browser finds wrong where nobody sees it, it neither sends nor tells.
            kind, more = "text", ' inputmode="numeric"'
        value = escape(self.typed[name])
        # A browser shows nothing in a field for a day or a number when the text is neither; then it is plain text.
        if name in self.problems:
            kind, more = "text", ""
        control = f'<input type="{kind}" name="{name}" value="{value}"{more}{self._told(name, hint)}>'
        return self._field(name, label, control, hint)

    def days(self, allowed: int) -> str:
        """Boxes for the days of a mask; the field without a value tells that none of them is checked."""
        chosen = self.typed["days"].split(",")
        boxes = "".join(
            f'<label><input type="checkbox" name="days" value="{day}"{" checked" if str(day) in chosen else ""}>'
            f"{self.words.gettext(name)}</label>"
            for day, name in enumerate(WEEKDAYS)
            if allowed >> day & 1
        )
        problem = self.problems.get("days", "")
        told = f'<p class="mt-problem" id="mt-days-problem">{escape(problem)}</p>' if problem else ""
        described = ' aria-describedby="mt-days-problem"' if problem else ""
        legend = self.words.gettext("Only on these days")
        return (
            f'<fieldset class="mt-field mt-days"{described}><legend>{legend}</legend>'
            f'<input type="hidden" name="days" value=""><div>{boxes}</div>{told}</fieldset>'
        )

    def select(self, name: str, label: str, offered: Sequence[tuple[str, str]], hint: str = "") -> str:
        chosen = self.typed[name]
        lines = "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
            for value, text in offered
        )
        return self._field(name, label, f'<select name="{name}"{self._told(name, hint)}>{lines}</select>', hint)

    def _told(self, name: str, hint: str) -> str:
        ids = [f"mt-{name}-hint"] if hint else []
        if name in self.problems:
            ids.append(f"mt-{name}-problem")
        invalid = ' aria-invalid="true"' if name in self.problems else ""
        return f' id="mt-{name}"{invalid}' + (f' aria-describedby="{" ".join(ids)}"' if ids else "")

    def _field(self, name: str, label: str, control: str, hint: str) -> str:
        problem = self.problems.get(name, "")
        told = f'<p class="mt-note" id="mt-{name}-hint">{escape(hint)}</p>' if hint else ""
        if problem:
            told += f'<p class="mt-problem" id="mt-{name}-problem">{escape(problem)}</p>'
        return f'<div class="mt-field"><label for="mt-{name}">{escape(label)}</label>{control}{told}</div>'
