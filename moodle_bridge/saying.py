"""Sentences for people: in English from the catalogue, with what goes into them, until somebody says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a piece of one.

    Attributes:
        message: English, with %(name)s parameters.
        params: what goes into it: values, other pieces, or several of either, which are listed with commas.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, gettext: Callable[[str], str] = str) -> str:
        """In the language of `gettext`."""
        text = gettext(self.message) if self.message else ""
        return text % {name: _told(value, gettext) for name, value in self.params.items()} if self.params else text

    def __str__(self) -> str:
        return self.sentence()


def _told(value: object, gettext: Callable[[str], str]) -> object:
    if isinstance(value, Said):
        return value.sentence(gettext)
    if isinstance(value, list | tuple):
        return ", ".join(str(_told(one, gettext)) for one in value)
    return value
