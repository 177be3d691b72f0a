"""The editor of reflections in Studio: its page and its handler.

The page is a frame; the script builds the forms from the data in it and talks to the handler.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from web_fragments.fragment import Fragment

from xblocks.base.editing import (
    Answer,
    StudioEditingMixin,
    author_handler,
    editor_page,
    not_an_author,
    problem_answers,
)
from xblocks.base.i18n import _
from xblocks.base.place import Place
from xblocks.base.platform import platform
from xblocks.reflection import authoring, unread
from xblocks.reflection.authoring_texts import TEXTS
from xblocks.reflection.definition import encode
from xblocks.reflection.showing import ShowingMixin

SCRIPTS = ("editor-questions", "editor-settings", "editor")


class EditorMixin(StudioEditingMixin, ShowingMixin):
    """Everything in Studio: `studio_view` and the handler `editor_save`, for authors only."""

    if TYPE_CHECKING:
        display_name: Any
        weight: Any
        unread: Any

    def studio_view(self, context: Any = None) -> Fragment:
        """The editor."""
        if not self.may_author():
            return not_an_author()
        return editor_page(self._page(), "reflection", SCRIPTS, "ReflectionEditor")

    @author_handler
    def editor_save(self, data: dict[str, Any]) -> Answer:
        """{settings, prompts, base} → {ok: true, version}, or {ok: false} with `problems` or a `conflict`.

        `base` is the version that the author began from; when another one is stored by now, nothing is saved and the
        conflict holds what is stored. Without `base` the author's word is the last.
        """
        self.require_studio()
        submission = authoring.read_submission(data)
        if submission.problems or submission.design is None:
            return {"ok": False, "problems": problem_answers(submission.problems)}
        content, weight = encode(submission.design), submission.weight
        name = self.own_name(submission.display_name)
        # What was written takes the place of what could not be read.
        values = {"display_name": name, "weight": weight, "content": content, "unread": ""}
        version = authoring.version(name, weight, content, "")
        answer = self.keep_unless_newer(data.get("base"), version, values)
        self._design = None
        return answer

    # --- What is stored

    def _version(self) -> str:
        return authoring.version(str(self.display_name), self.weight, self.content, str(self.unread))

    def _stored(self) -> Answer:
        prompts = authoring.prompt_forms(self.content)
        problems = authoring.prompt_problems(prompts)
        return {
            "version": self._version(),
            "settings": authoring.settings_form(self.name, self.weight, self.content),
            "prompts": [
                {"form": form, "problems": problem_answers(found)}
                for form, found in zip(prompts, problems, strict=True)
            ],
        }

    def _page(self) -> Answer:
        return {
            **self._stored(),
            "usage": str(self.scope_ids.usage_id),
            "frameworks": authoring.framework_forms(_),
            "earlier": self._earlier_in_course(),
            "due": self.due_in_words(),
            "unread": self._unread(),
            "limits": authoring.limits(),
            "texts": TEXTS,
        }

    def _unread(self) -> Answer | None:
        """What was imported and could not be read, and why."""
        if not self.is_unread:
            return None
        return {"text": self.unread, "problems": problem_answers(unread.problems_of(self.unread))}

    def _earlier_in_course(self) -> list[dict[str, str]]:
        """The course's reflections for `recalls`, those before this one; others only where they are named already."""
        if not self.is_in_course:
            return []
        outline = platform().outline(self.usage_key.context_key, published=False)
        own = self.usage_key.block_id
        all_of = list(_reflections(outline)) if outline else []
        names = [place.usage_key.block_id for place in all_of]
        before = names[: names.index(own)] if own in names else names
        chosen = authoring.settings_form("", 1.0, self.content)["recalls"]
        return [
            {"id": place.usage_key.block_id, "name": place.name}
            for place in all_of
            if place.usage_key.block_id in before or place.usage_key.block_id in chosen
        ]


def _reflections(place: Place) -> Iterator[Place]:
    if place.usage_key.block_type == "reflection":
        yield place
    for part in place.parts:
        yield from _reflections(part)
