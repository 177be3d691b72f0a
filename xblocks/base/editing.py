"""What every block's Studio editor shares: who may author, handlers that always answer, problems as answers.

An editor's handlers give away right answers and change content, so they are for authors only. They never raise on
what they are sent: whatever is wrong comes back as JSON, {"error": a name, "message": a sentence}.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language_bidi
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock, XBlockMixin

from xblocks.base.handling import RefusedError, json_handler, refused
from xblocks.base.i18n import _, html_language
from xblocks.base.problems import N_, Problem

SCRIPTS = ("dom", "transport", "drafts", "richtext", "fields", "dialogs", "reorder", "card", "list", "saving", "desk")
"""The shared pieces of an editor's script, in the order in which they need each other."""

Answer = dict[str, Any]

OPENING = N_("The editor is being opened…")
NO_SCRIPT = N_("The editor needs JavaScript. Allow it in your browser and load the page again.")
NOT_AN_AUTHOR = N_("This is for the course team. Sign in as a member of it.")


@XBlock.wants("studio_user_permissions", "user")
class StudioEditingMixin(XBlockMixin):
    """For blocks with an editor: declares the services that tell who is an author."""

    def may_author(self) -> bool:
        """Whether the present user may see and change what is in this block, right answers included.

        That is who may write in Studio (only there is the service `studio_user_permissions`), and the course's staff.
        """
        permissions = self.runtime.service(self, "studio_user_permissions")
        if permissions is not None and _may_write(permissions, self.scope_ids.usage_id):
            return True
        users = self.runtime.service(self, "user")
        return users is not None and users.get_current_user().opt_attrs.get("edx-platform.user_is_staff") is True

    def require_author(self) -> None:
        """Raises RefusedError ("not_an_author") for everybody else."""
        if not self.may_author():
            raise RefusedError("not_an_author", Problem("", NOT_AN_AUTHOR), 403)

    def require_studio(self) -> None:
        """Raises RefusedError ("not_in_studio") in the LMS, where the platform keeps authored content read-only."""
        if str(getattr(settings, "ROOT_URLCONF", "")).startswith("lms."):
            raise RefusedError(
                "not_in_studio", Problem("", N_("Content cannot be changed here. Open this unit in Studio.")), 409
            )

    # --- Saving

    if TYPE_CHECKING:

        def _version(self) -> str:
            """A name for what is stored now, which tells it apart from everything else."""

        def _stored(self) -> Answer:
            """What is stored now, with its `version`, as the editor shows it."""

    def keep_unless_newer(self, base: Any, version: str, values: Mapping[str, Any]) -> Answer:
        """Keep what an author sends, unless somebody else saved something else meanwhile.

        Args:
            base: the version that the author began from; None: the author's word is the last.
            version: that of what they send.
            values: by the names of the fields.

        Returns:
            {ok: true, version}; or {ok: false, conflict} with what is stored, and nothing is changed.
        """
        stored = self._version()
        if base not in (None, stored) and version != stored:
            return {"ok": False, "conflict": self._stored()}
        for name, value in values.items():
            self._keep_field(name, value)
        return {"ok": True, "version": self._version()}

    def _keep_field(self, name: str, value: Any) -> None:
        """What is at its default is not kept, so that it is not written as OLX either."""
        field = self.fields[name]
        if value == field.default:
            field.delete_from(self)
        elif getattr(self, name) != value:
            setattr(self, name, value)

    def own_name(self, name: str) -> str:
        """What an author calls the block; its default where they left it empty, or as it stood in their language."""
        default = str(self.fields["display_name"].default)
        return default if name in ("", _(default)) else name


def _may_write(permissions: Any, usage_key: Any) -> bool:
    """What Studio says about the course or library that the block is in; outside of both the service alone decides."""
    can_write = getattr(permissions, "can_write", None)
    context = getattr(usage_key, "context_key", None)
    return True if can_write is None or context is None else bool(can_write(context))


# --- Handlers


def author_handler(answer: Callable[[Any, dict[str, Any]], Answer]) -> Callable[[Any, Request, str], Response]:
    """A `json_handler` for authors only."""

    @functools.wraps(answer)
    def handle(block: StudioEditingMixin, data: dict[str, Any]) -> Mapping[str, Any]:
        block.require_author()
        return answer(block, data)

    return json_handler(handle)


def author_download(answer: Callable[[Any], Response]) -> Callable[[Any, Request, str], Response]:
    """An XBlock handler: GET, authors only; the method gives the response."""

    @XBlock.handler
    @functools.wraps(answer)
    def handle(block: StudioEditingMixin, request: Request, suffix: str = "") -> Response:
        try:
            block.require_author()
            if request.method not in ("GET", "HEAD"):
                raise RefusedError("method", Problem("", N_("Send this as a GET request.")), 405)
            return answer(block)
        except RefusedError as refusal:
            return refused(refusal)

    return handle


def problem_answers(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems for the editor's script: path, and a sentence in the reader's language."""
    return [{"path": problem.path, "message": problem_sentence(problem)} for problem in problems]


def problem_sentence(problem: Problem) -> str:
    """The sentence in the reader's language; what was expected is itself a phrase of the catalogue."""
    params = {name: _(str(value)) if name == "expected" else value for name, value in problem.params.items()}
    return Problem(problem.path, problem.message, params).sentence(_)


# --- The page


def json_for_page(data: Any) -> str:
    """JSON that can stand inside a script element: nothing in it can end that element or begin another.

    Nor does a runtime that makes working addresses of "/static/…" in a page find any: authors see what they wrote.
    """
    text = json.dumps(data)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace('"/', '"\\/')


def editor_page(page: Answer, component: str, scripts: Sequence[str], starts: str) -> Fragment:
    """An editor: a frame with the data in it, which the scripts fill.

    Args:
        page: what the script needs to know; `texts` holds what the component's own pieces say, not translated yet.
        component: whose folder static/<component> holds `editor.css` and the scripts.
        scripts: names of the component's scripts, without ".js", in the order in which they need each other.
        starts: the function that begins.
    """
    texts = {key: _(message) for key, message in {**TEXTS, **page["texts"]}.items()}
    language, direction = escape(html_language()), "rtl" if get_language_bidi() else "ltr"
    fragment = Fragment(
        f'<div class="mue-editor editor-with-buttons" lang="{language}" dir="{direction}">'
        f'<p role="status">{escape(_(OPENING))}</p>'
        f"<noscript><p>{escape(_(NO_SCRIPT))}</p></noscript>"
        f'<script type="application/json" class="mue-editor-data">{json_for_page({**page, "texts": texts})}</script>'
        "</div>"
    )
    for style in ("editing.css", "editing-cards.css"):
        fragment.add_css(static_text("base", style))
    fragment.add_css(static_text(component, "editor.css"))
    for script in SCRIPTS:
        fragment.add_javascript(static_text("base", f"editing-{script}.js"))
    for script in scripts:
        fragment.add_javascript(static_text(component, f"{script}.js"))
    fragment.initialize_js(starts)
    return fragment


def not_an_author() -> Fragment:
    """What stands in the place of an editor for somebody who is no author."""
    return Fragment(f"<p>{escape(_(NOT_AN_AUTHOR))}</p>")


@functools.cache
def static_text(component: str, name: str) -> str:
    """A file of a component's folder `static/<component>`, read once a process."""
    return (files(f"xblocks.{component}") / "static" / component / name).read_text("utf-8")


ITEM_TEXTS = frozenset({"added", "duplicated", "pasted", "untitled", "unreadable", "unreadable_help"})
"""What the shared pieces say of a list's items, in words that the component gives: "Question %(n)s was added."."""

TEXTS: dict[str, str] = {
    "bold": N_("Bold"),
    "italic": N_("Italic"),
    "link": N_("Link"),
    "bullets": N_("Bulleted list"),
    "numbers": N_("Numbered list"),
    "code": N_("Code"),
    "source": N_("Show as HTML"),
    "formatting": N_("Text formatting (Alt+F10 brings you here from a text)"),
    "link_title": N_("Link"),
    "link_address": N_("Web address"),
    "link_help": N_("For example https://example.org. Leave it empty to remove the link."),
    "link_set": N_("Set link"),
    "cancel": N_("Cancel"),
    "close": N_("Close"),
    "undo": N_("Undo"),
    "move_up": N_("Move up"),
    "move_down": N_("Move down"),
    "drag_help": N_("Drag to move, or press the arrow keys."),
    "moved": N_("%(name)s is now number %(position)s of %(count)s."),
    "offline": N_(
        "There is no connection. Your text is still here and a copy stays in this browser. Try again in a moment."
    ),
    "signed_out": N_(
        "You seem to be signed out. Sign in again in another tab, come back here and press Save. "
        "Your text is still here and a copy stays in this browser."
    ),
    "server_error": N_(
        "Something went wrong on the server. Your text is still here and a copy stays in this browser. "
        "Try again in a moment."
    ),
    "mend_title": N_("To mend before this can be saved: %(n)s"),
    "draft": N_("You left without saving on %(time)s. Your text was kept in this browser."),
    "draft_use": N_("Bring it back"),
    "aside": N_("Another version was put aside on %(time)s. It is kept in this browser."),
    "aside_use": N_("Switch to that version"),
    "discard": N_("Throw it away"),
    "conflict": N_("Somebody else saved this while you were writing."),
    "conflict_help": N_(
        "Choose which version goes on. The other one is put aside in this browser, so that you can switch to it and "
        "copy from it."
    ),
    "conflict_mine": N_("Save mine"),
    "conflict_theirs": N_("Load theirs"),
    "save": N_("Save"),
    "close_editor": N_("Cancel"),
    "saving": N_("Saving…"),
    "saved": N_("Everything is saved."),
    "unsaved": N_("Not saved yet."),
    "not_saved": N_("Not saved"),
    "mend_first": N_("To mend first: %(n)s. Your text is still here."),
    "theirs_loaded": N_("This is the version that somebody else saved."),
    "complete": N_("Complete"),
    "to_mend": N_("To mend: %(n)s"),
    "duplicate": N_("Duplicate"),
    "delete": N_("Delete"),
    "remove": N_("Remove"),
    "deleted": N_("Deleted: %(name)s"),
    "forget_deleted": N_("Hide this line"),
}
