"""The nudge block: where learners practise what they answered in the course's micro-quizzes, and say what they wish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from html import escape
from typing import Any

from django.urls import NoReverseMatch, reverse
from lxml import etree
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, String

from xblocks.base.accounts import OPENEDX
from xblocks.base.editing import NOT_AN_AUTHOR, Answer, StudioEditingMixin, author_handler, problem_answers
from xblocks.base.handling import RefusedError, json_response, read_json, refused
from xblocks.base.i18n import _, translator
from xblocks.base.learner_block import LearnerBlockMixin
from xblocks.base.page import fragment, with_course_files
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.nudge import api, wishing
from xblocks.nudge.editor_page import LONGEST_NAME, render_editor
from xblocks.nudge.overview_page import OverviewView, TagLine, render_fold, render_overview, render_sign_in
from xblocks.nudge.overviewing import overview
from xblocks.nudge.practice import Practice

CSS = ("microquiz/microquiz.css", "nudge/nudge.css")
JS = ("microquiz/microquiz.js", "nudge/nudge.js")
DEFAULT_NAME = N_("Practise")

NOT_HERE = N_("Open this in the course to practise.")
SIGN_IN = N_("Sign in to practise: then the questions that you answered come back at the right moment.")

Deed = Callable[[Any, Practice, dict[str, Any], Request], Mapping[str, Any]]


def practice_handler(deed: Deed) -> Callable[[Any, Request, str], Response]:
    """An XBlock handler for a learner: takes a JSON object by POST and answers one."""

    def handle(block: Any, request: Request, suffix: str = "") -> Response:
        try:
            return json_response(deed(block, block.practice(), read_json(request), request))
        except RefusedError as refusal:
            return refused(refusal)

    handle.__name__, handle.__doc__ = deed.__name__, deed.__doc__
    return XBlock.handler(handle)


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class NudgeBlock(StudioEditingMixin, LearnerBlockMixin, XBlock):
    """What is due, a session of it, what is remembered, and when messages come."""

    has_author_view = True
    # As a discussion: a place that one returns to, and nothing that is ever done. On the first visit there is nothing
    # to practise yet, and a unit must not wait for that.
    completion_mode = XBlockCompletionMode.EXCLUDED
    # The LMS then lets staff look at it through a learner's eyes; they see an example (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *rest: Any) -> NudgeBlock:
        """A block from OLX; the name of its file there is no field of it."""
        known = deepcopy(node)
        known.attrib.pop("url_name", "")
        block: NudgeBlock = super().parse_xml(known, runtime, keys, *rest)
        return block

    # --- For people

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """What is due, and everything else about it."""
        if self.viewer.user_id is None:
            html = render_sign_in(self.name, translator())
        elif not self.is_own:
            html = self._example()
        else:
            html = self._overview(self.practice())
        offline = _("That did not get through. Check your connection and try again.")
        html = f'<div class="mn" data-offline="{escape(offline)}">{html}<div class="mn-room"></div></div>'
        return fragment(html, css=CSS, js=JS, init="NudgeBlock")

    def public_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The block to a visitor."""
        return self.student_view(context)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """An example: there are no learners in Studio."""
        return fragment(f'<div class="mn">{self._example()}</div>', css=CSS)

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The editor; there is little to edit."""
        if not self.may_author():
            return Fragment(f"<p>{escape(_(NOT_AN_AUTHOR))}</p>")
        own = "" if self.display_name == DEFAULT_NAME else self.display_name
        return fragment(render_editor(own, _(DEFAULT_NAME), translator()), js=("nudge/editor.js",), init="NudgeEditor")

    @author_handler
    def editor_save(self, data: dict[str, Any]) -> Answer:
        """{display_name} → {ok: true}, or {ok: false, problems}."""
        self.require_studio()
        name = data.get("display_name")
        if not isinstance(name, str) or len(name.strip()) > LONGEST_NAME:
            problem = Problem(
                "display_name", N_("Write a name of at most %(most)d characters."), {"most": LONGEST_NAME}
            )
            return {"ok": False, "problems": problem_answers([problem])}
        if name.strip() in ("", DEFAULT_NAME, _(DEFAULT_NAME)):
            self.fields["display_name"].delete_from(self)
        else:
            self.display_name = name.strip()
        return {"ok": True}

    # --- For learners

    @practice_handler
    def practise(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """Begin a session: {tag?, any?}."""
        tag = data.get("tag")
        tag = tag if isinstance(tag, str) else ""
        html = practice.session(tag or self.name, tag=tag, anyway=bool(data.get("any")))
        return {"html": html} if html else {"html": "", **self._overview_data(practice)}

    @practice_handler
    def overview(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """How it stands now: {}."""
        return self._overview_data(practice)

    @practice_handler
    def answer(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """Answer a question of a session; see `Practice.answer`."""
        return practice.answer(request.GET.get("s", ""), data)

    @practice_handler
    def hint(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """Open a hint; see `Practice.hint`."""
        return practice.hint(request.GET.get("s", ""), data)

    @practice_handler
    def turn(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """Turn a flashcard; see `Practice.turn`."""
        return practice.turn(request.GET.get("s", ""), data)

    @practice_handler
    def wishes(self, practice: Practice, data: dict[str, Any], request: Request) -> Mapping[str, Any]:
        """Keep what the learner wishes: the form of `wishes_page`; without a form show it, with the next message."""
        taken = wishing.take_wishes(practice.learner, data, practice.now) if data else None
        html = wishing.render(
            practice.learner, practice.now, action=page("wishes"), prefix=practice.place_name, taken=taken
        )
        return {"html": html, "said": wishing.summary(api.preferences(practice.learner))}

    # --- For programs

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The block as data for the mobile app, without a learner."""
        return {"display_name": self.name}

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """What is due for the learner, as data for the mobile app."""
        try:
            practice = self.practice()
        except RefusedError as refusal:
            return refused(refusal)
        view = overview(practice, self.name)
        return json_response({"known": view.known, "due": view.due, "minutes": view.minutes, "returns": view.returns})

    def index_dictionary(self) -> dict[str, Any]:
        """What the platform's search finds the block by."""
        base = super().index_dictionary()
        return {**base, "content": {**base.get("content", {}), "display_name": self.name}, "content_type": "Nudge"}

    # --- Parts

    @property
    def name(self) -> str:
        """What the block is called; without a name of its own, by its use, in the reader's language."""
        return _(DEFAULT_NAME) if self.display_name in ("", DEFAULT_NAME) else str(self.display_name)

    def practice(self) -> Practice:
        """Practising by the learner in front of the page.

        Raises:
            RefusedError: "sign_in", or "not_here" where nobody practises.
        """
        user_id = self.viewer.user_id
        if user_id is None:
            raise RefusedError("sign_in", Problem("", SIGN_IN), 403)
        if not self.is_own:
            raise RefusedError("not_here", Problem("", NOT_HERE), 409)
        return Practice(
            source=OPENEDX,
            external_id=str(user_id),
            place=str(self.usage_key),
            course_key=self.usage_key.context_key,
            now=platform().now(),
            with_files=lambda _course_key, html: with_course_files(self, html),
            overview_url=page("review"),
            practise_url=page("practise"),
        )

    def _overview(self, practice: Practice) -> str:
        staff = self.viewer.is_staff
        form = wishing.render(
            practice.learner, practice.now, action=page("wishes"), prefix=practice.place_name, foreseen=False
        )
        said = wishing.summary(api.preferences(practice.learner))
        view = overview(
            practice,
            self.name,
            wishes=render_fold(_("When you hear from us"), said, form),
            team_url=page("team", str(practice.course_key)) if staff else "",
        )
        return render_overview(view, translator())

    def _overview_data(self, practice: Practice) -> Mapping[str, Any]:
        return {"overview": self._overview(practice)}

    def _example(self) -> str:
        view = OverviewView(
            title=self.name,
            notice=_(
                "An example. Each learner sees the questions that they answered in this course and may soon forget."
            ),
            known=7,
            due=3,
            minutes=2,
            returns="",
            practise_url="",
            tags=(TagLine(tag=_("Passwords"), questions=3, now=0.71), TagLine(tag=_("Links"), questions=4, now=0.93)),
            locked=True,
        )
        return render_overview(view, translator())


def page(name: str, *arguments: str) -> str:
    """The address of a page of ours; "" where there is none (Studio serves no pages of ours)."""
    try:
        return reverse(f"microunits_nudge:{name}", args=arguments)
    except NoReverseMatch:
        return ""
