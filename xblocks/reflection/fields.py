"""The fields of the block, and what follows from them without a learner.

There are no fields for a learner: what they write is no state of the block's, which the course team can read and
delete.
"""

from __future__ import annotations

from typing import Any

from xblock.fields import Dict, Float, Scope, String

from xblocks.base.i18n import _
from xblocks.base.learner_block import LearnerBlockMixin
from xblocks.base.olx_block import OlxMixin
from xblocks.base.problems import N_, ContentError
from xblocks.reflection.definition import Design, decode
from xblocks.reflection.frameworks import Prompt

DEFAULT_NAME = N_("Reflection")


class Content(Dict):
    """A dictionary that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


class ReflectionFields(LearnerBlockMixin, OlxMixin):
    """What every part of the block builds on."""

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)
    content: Any = Content(default={}, scope=Scope.content)
    weight = Float(default=1.0, scope=Scope.settings)

    _design: Design | None = None

    @property
    def name(self) -> str:
        """What the block is called; without a name of its own, by its use, in the reader's language."""
        return _(DEFAULT_NAME) if self.display_name in ("", DEFAULT_NAME) else str(self.display_name)

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        return bool(self.unread) and self.content == {}

    @property
    def design(self) -> Design:
        """What the course team decided; one open question where that cannot be read any more."""
        if self._design is None:
            try:
                self._design = decode(self.content)
            except ContentError:
                # An earlier release allowed it; the editor says what to mend.
                self._design = Design()
        return self._design

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The questions, in the reader's language."""
        return self.design.asked(_)

    # --- What the gradebook asks

    @property
    def has_score(self) -> bool:
        """Handing it in is worth a point, if the team says so."""
        return self.design.scored

    def max_score(self) -> float | None:
        """One point, whatever is written; looks at content only, since the platform asks unbound blocks."""
        return 1.0 if self.design.scored else None
