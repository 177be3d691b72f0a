"""The editor of a workshop in Studio: its page and its handlers.

The page is a frame; the script builds the forms from the data in it and talks to the handlers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.workshop import authoring, checking, definition
from xblocks.workshop.authoring_texts import TEXTS
from xblocks.workshop.course_blocks import choices
from xblocks.workshop.moments import place_zones
from xblocks.workshop.showing import ShowingMixin
from xblocks.workshop.standing import standing
from xblocks.workshop.unread import problems_of

SCRIPTS = ("editor-moments", "editor-sessions", "editor-items", "editor-settings", "editor")
QUIZ_GONE = N_(
    "“%(title)s” waits for a micro-quiz that is no longer in the course, so nobody gets it done. Open the editor and "
    "choose again."
)
REFLECTION_GONE = N_("The reflection afterwards is no longer in the course. Open the editor and choose again.")


class EditorMixin(StudioEditingMixin, ShowingMixin):
    """Everything in Studio: `studio_view` and the handlers `editor_*`, all of them for authors only."""

    if TYPE_CHECKING:
        display_name: Any
        unread: Any

    def studio_view(self, context: Any = None) -> Fragment:
        """The editor."""
        if not self.may_author():
            return not_an_author()
        return editor_page(self._page(), "workshop", SCRIPTS, "WorkshopEditor")

    def render_preview(self) -> Fragment:
        """The plan as learners find it at first, and what the team should know."""
        return self.preview(" ".join(self._warnings()))

    def _warnings(self) -> list[str]:
        """What the plan names and the course does not have."""
        blocks, plan = self._blocks(), self.own_plan()
        if not blocks:
            return []
        there = {name for found in blocks.values() for name, _title in found}
        gone = [item.title for item in plan.items if item.block and item.block not in there]
        found = [_(QUIZ_GONE) % {"title": title} for title in gone]
        # Any block may be named to look back with; of the others the editor does not know.
        is_known = plan.reflection.startswith("reflection@")
        return [*found, _(REFLECTION_GONE)] if is_known and plan.reflection not in there else found

    # --- Handlers

    @author_handler
    def editor_save(self, data: dict[str, Any]) -> Answer:
        """{settings, sessions, items, base} → {ok: true, version}, or {ok: false} with `problems` or a `conflict`.

        `base` is the version that the author began from; when another one is stored by now, nothing is saved and the
        conflict holds what is stored. Without `base` the author's word is the last.
        """
        self.require_studio()
        submission = authoring.read_submission(data)
        if submission.problems:
            return {"ok": False, "problems": problem_answers(submission.problems)}
        plan, name = definition.encode(submission.plan), self.own_name(submission.display_name)
        values = {"display_name": name, "plan_data": plan}
        return self.keep_unless_newer(data.get("base"), definition.version(name, plan), values)

    @author_handler
    def editor_look(self, data: dict[str, Any]) -> Answer:
        """{session} or {item} → {said, notes, problems}: a session in words, and what is to be mended."""
        if "item" in data:
            _item, problems = authoring.read_item(data["item"])
            return {"said": "", "notes": [], "problems": problem_answers(problems)}
        session, problems = authoring.read_session(data.get("session"))
        now, words = platform().now(), translator()
        return {
            "said": checking.said(session, now, words) if session is not None else "",
            "notes": checking.notes(session, now, words) if session is not None else [],
            "problems": problem_answers(problems),
        }

    # --- What is stored

    def _version(self) -> str:
        return definition.version(str(self.display_name), self.plan_data)

    def _stored(self) -> Answer:
        forms, now, words = authoring.forms_of(self.plan_data), platform().now(), translator()
        sessions, items = [], []
        for form in forms.pop("sessions"):
            session, problems = authoring.read_session(form)
            told = checking.said(session, now, words) if session is not None else ""
            sessions.append({"form": form, "problems": problem_answers(problems), "said": told})
        for form in forms.pop("items"):
            _item, problems = authoring.read_item(form)
            items.append({"form": form, "problems": problem_answers(problems)})
        settings = {"display_name": self.name, **forms}
        return {"version": self._version(), "settings": settings, "sessions": sessions, "items": items}

    def _page(self) -> Answer:
        found = standing(self.usage_key, platform().now())
        return {
            **self._stored(),
            "usage": str(self.scope_ids.usage_id),
            "blocks": self._blocks(),
            "standing": {"sessions": found.sessions, "items": found.items},
            # What nobody wrote yet begins with a session to fill in.
            "isNew": not self.plan_data,
            "starters": {"session": authoring.starter_session()},
            "kinds": authoring.starter_items(),
            "limits": authoring.limits(),
            "zones": place_zones(),
            "unread": self._unread(),
            "texts": TEXTS,
        }

    def _blocks(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        outline = platform().outline(self.usage_key.context_key, published=False) if self.is_in_course else None
        return choices(outline) if outline is not None else {}

    def _unread(self) -> Answer | None:
        """What was imported and could not be read, with what is wrong with it."""
        if not self.is_unread:
            return None
        return {"olx": self.unread, "problems": problem_answers(problems_of(self.unread))}
