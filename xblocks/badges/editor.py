"""The editor of badges in Studio: its page and its handlers.

The page is a frame; the script builds the forms from the data in it and talks to the handlers.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from web_fragments.fragment import Fragment

from xblocks.badges import authoring, picture, publishing, trying, uploading
from xblocks.badges.authoring_texts import TEXTS
from xblocks.badges.badges_page import render, render_body
from xblocks.badges.course_places import leaves_of, names_in, possible_in, tree
from xblocks.badges.criteria import blocks_of
from xblocks.badges.definition import decode_all
from xblocks.badges.picture import PALETTE, Design, Shape
from xblocks.badges.showing import ShowingMixin
from xblocks.badges.taking_in import Who
from xblocks.base.accounts import user_id_of
from xblocks.base.editing import (
    Answer,
    StudioEditingMixin,
    author_handler,
    editor_page,
    not_an_author,
    problem_answers,
)
from xblocks.base.handling import RefusedError
from xblocks.base.i18n import _, translator
from xblocks.base.page import with_course_files
from xblocks.base.place import Place
from xblocks.base.platform import platform
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_url
from xblocks.nudge.when_words import date_in_words

SCRIPTS = ("editor-blocks", "editor-criteria", "editor-picture", "editor-trying", "editor-cards", "editor")
GONE = N_("It asks for something that is no longer in the course. Open the editor and choose again.")
MOST_NAMED = 50
"""Learners of a dry run whose names are told; the number is told of all."""


class EditorMixin(StudioEditingMixin, ShowingMixin):
    """Everything in Studio: `studio_view` and the handlers `editor_*`, all of them for authors only."""

    if TYPE_CHECKING:
        display_name: Any
        badges: Any

    def studio_view(self, context: Any = None) -> Fragment:
        """The editor."""
        if not self.may_author():
            return not_an_author()
        return editor_page(self._page(), "badges", SCRIPTS, "BadgesEditor")

    # --- Handlers

    @author_handler
    def editor_save(self, data: dict[str, Any]) -> Answer:
        """{settings, badges, base} → {ok: true, version}, or {ok: false} with `problems` or a `conflict`.

        `base` is the version that the author began from; when another one is stored by now, nothing is saved and the
        conflict holds what is stored. Without `base` the author's word is the last.
        """
        self.require_studio()
        submission = authoring.read_submission(data)
        if submission.problems:
            return {"ok": False, "problems": problem_answers(submission.problems)}
        badges, name = authoring.encoded(submission.badges), self.own_name(submission.display_name)
        values = {"display_name": name, "badges": badges}
        return self.keep_unless_newer(data.get("base"), authoring.version(name, badges), values)

    @author_handler
    def editor_picture(self, data: dict[str, Any]) -> Answer:
        """{badge} → {html, problems}: its picture, and what is to be mended in the badge as it stands."""
        form = authoring.form_of(data.get("badge"))
        problems = authoring.problems_of(form)
        if form.get("image"):
            html = with_course_files(self, f'<img src="{escape(clean_url(form["image"]))}" alt="">')
        elif "unreadable" in form or any(one.path.startswith("design") for one in problems):
            html = ""
        else:
            design = {**form["design"], "shape": Shape(form["design"]["shape"])}
            html = picture.draw(Design(**design), str(form["name"]))
        return {"html": html, "problems": problem_answers(problems)}

    @author_handler
    def editor_upload(self, data: dict[str, Any]) -> Answer:
        """{content: base64} → {ok: true, image: "/static/…"}, or {ok: false, problems}."""
        self.require_studio()
        if not self.is_in_course:
            problem = Problem("image", N_("Pictures can be uploaded in a course only. Use the designed one here."))
            return {"ok": False, "problems": problem_answers([problem])}
        try:
            taken = uploading.uploaded(_content(data.get("content")))
        except ContentError as error:
            return {"ok": False, "problems": problem_answers(error.problems)}
        course_key = self.usage_key.context_key
        return {"ok": True, "image": platform().keep_file(course_key, taken.name, taken.content_type, taken.content)}

    @author_handler
    def editor_try(self, data: dict[str, Any]) -> Answer:
        """{badge} → {looked, earned, learners: [{name, since}]}: who would have it by now, the first by name.

        Or {problems} when the badge cannot be tried. Nothing is kept.
        """
        self._require_team()
        raw = authoring.form_of(data.get("badge"))
        # Whatever else is to be mended does not matter to who would earn it.
        try:
            badge = decode_all([{"id": "x", "name": "x", "criterion": raw.get("criterion")}])[0]
        except ContentError as error:
            found = [Problem(one.path.partition("/")[2], one.message, one.params) for one in error.problems]
            return {"problems": problem_answers(found)}
        now, zone = platform().now(), self.standing().zone
        came = trying.tried(self.usage_key.context_key, badge.criterion, now)
        named = came.earned[:MOST_NAMED]
        names = _names_of([who for who, _at in named])
        return {
            "looked": came.looked,
            "earned": len(came.earned),
            "learners": [
                {"name": names[who], "since": date_in_words(at, now, zone, translator())} for who, at in named
            ],
        }

    def _require_team(self) -> None:
        """What learners did is for the team of this very course; who may write in a library may not read it."""
        if not self.is_in_course:
            raise RefusedError("not_here", Problem("", N_("There are no learners here. Try it in a course.")), 409)

    # --- What is stored

    def _version(self) -> str:
        return authoring.version(str(self.display_name), self.badges)

    def _stored(self) -> Answer:
        items = self.badges if isinstance(self.badges, Sequence) else []
        return {
            "version": self._version(),
            "settings": {"display_name": self.name},
            "badges": [
                {"form": authoring.form_of(raw), "problems": problem_answers(authoring.problems_of(raw))}
                for raw in items
            ],
        }

    def _page(self) -> Answer:
        outline = self._outline()
        return {
            **self._stored(),
            "usage": str(self.scope_ids.usage_id),
            "tree": tree(outline) if outline else None,
            "names": dict(names_in(outline)) if outline else {},
            "elsewhere": self._elsewhere(),
            "kinds": authoring.offered(possible_in(outline) if outline else ()),
            "starters": authoring.starters(_),
            "defaults": dict(authoring.DEFAULTS),
            "limits": authoring.limits(),
            "palette": list(PALETTE),
            "texts": TEXTS,
        }

    def _outline(self) -> Place | None:
        return platform().outline(self.usage_key.context_key, published=False) if self.is_in_course else None

    def _elsewhere(self) -> Mapping[str, str]:
        if not self.is_in_course:
            return {}
        return dict(publishing.ids_elsewhere(self.usage_key.context_key, self.usage_key))

    # --- Studio's unit page

    def render_preview(self) -> str:
        """The badges as a learner finds them at first, and what the team should know."""
        view = self.badges_view(self.standing(), self._warnings())
        return render(view, with_course_files(self, render_body(view, translator())))

    def _warnings(self) -> list[str]:
        elsewhere, outline = self._elsewhere(), self._outline()
        there = leaves_of(outline) if outline else frozenset()
        found = []
        for badge in self.own_badges():
            if badge.id in elsewhere:
                message = _(TEXTS["elsewhere"]) % {"block": elsewhere[badge.id]}
                found.append(f"{badge.name}: {message}")
            gone = sum(1 for block in blocks_of(badge.criterion) if block not in there)
            if gone and outline is not None:
                found.append(f"{badge.name}: {_(GONE)}")
        return found


def _names_of(learners: Sequence[Who]) -> Mapping[Who, str]:
    """What learners are called; those from elsewhere by where they are and who they are there."""
    users = {user_id: who for who in learners if (user_id := user_id_of(*who)) is not None}
    people = platform().people(users) if users else {}
    names = {who: f"{who[0].partition(':')[2] or who[0]}: {who[1]}" for who in learners}
    return names | {users[user_id]: person.name or person.email for user_id, person in people.items()}


def _content(raw: Any) -> bytes:
    try:
        return b64decode(raw, validate=True) if isinstance(raw, str) else b""
    except (binascii.Error, ValueError):
        return b""
