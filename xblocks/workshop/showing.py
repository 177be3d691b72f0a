"""How the block shows itself, and what its page asks for: ticking, answering, choosing, and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.accounts import OPENEDX
from xblocks.base.handling import RefusedError, json_handler, json_response, refused
from xblocks.base.i18n import _, translator
from xblocks.base.learner_block import LearnerBlockMixin
from xblocks.base.page import fragment, with_course_files
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import as_plain_text
from xblocks.workshop import api, calendars, definition, models, preparing, publishing, tasks, telling, viewing
from xblocks.workshop.plan import Plan
from xblocks.workshop.workshop_page import WorkshopView, render, render_body

CSS = ("microquiz/microquiz.css", "workshop/workshop.css")
JS = ("workshop/workshop.js",)
SIGN_IN = N_("Sign in to choose a session and to prepare.")
EXAMPLE = N_("An example: each learner sees their own session and what they still have to do.")
NOT_OPEN = N_("This session cannot be chosen any more. Choose another one.")


class ShowingMixin(LearnerBlockMixin):
    """The views of the block, and the handlers of its page: each answers {html}, the page as it is now."""

    if TYPE_CHECKING:
        plan_data: Any

        @property
        def name(self) -> str:
            """What the block is called."""

        @property
        def is_unread(self) -> bool:
            """Whether the text that was imported is all there is."""

        def own_plan(self) -> Plan:
            """The plan as it is written here."""

    # --- For people

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """When it is, and what to prepare."""
        is_learner = self.viewer.user_id is not None and self.is_own
        participant = self.participant() if is_learner else None
        if participant is None:
            return self._seen(_(SIGN_IN) if self.viewer.user_id is None else _(EXAMPLE))
        preparing.tick_quizzes(participant, platform().now())
        html = render(self._view(participant), translator())
        return fragment(with_course_files(self, html), css=CSS, js=JS, init="WorkshopBlock")

    def public_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The workshop to a visitor."""
        return self.student_view(context)

    def preview(self, notice: str = "") -> Fragment:
        """The plan as it is written, with nobody's own."""
        return self._drawn(viewing.of_plan(self.name, self.own_plan(), notice, platform().now(), self._team_url()))

    def _seen(self, notice: str) -> Fragment:
        """The workshop as it is by now, with nobody's own."""
        workshop = models.Workshop.objects.filter(usage_key=self.usage_key, is_retired=False).first()
        if workshop is None:
            return self.preview(notice)
        return self._drawn(viewing.of_workshop(workshop, notice, platform().now(), self._team_url()))

    def _drawn(self, view: WorkshopView) -> Fragment:
        return fragment(with_course_files(self, render(view, translator())), css=CSS)

    def participant(self) -> models.Participant | None:
        """The viewer in this workshop; None where it cannot be read."""
        now = platform().now()
        workshop = models.Workshop.objects.filter(usage_key=self.usage_key).first()
        if workshop is None:
            workshop = publishing.read(self.usage_key, self, now)
        elif not self.is_unread and (workshop.is_retired or workshop.plan != definition.normal(self.plan_data)):
            # This page may be older than what was published, so it is only asked for: a worker reads it anew.
            tasks.queue(tasks.publish, str(self.usage_key.context_key))
        if workshop is None:
            return None
        user_id, looks = str(self.viewer.user_id), self.viewer.is_staff
        found, is_new = api.participant(workshop, OPENEDX, user_id, now, only_looks=looks)
        if is_new and not looks:
            telling.follow_up(workshop.pk, [found.pk])
        return found

    def _view(self, participant: models.Participant) -> WorkshopView:
        def file_url(session_id: str) -> str:
            return str(self.runtime.handler_url(self, "calendar_file", session_id))

        return viewing.of_participant(participant, platform().now(), file_url, self._team_url())

    def _team_url(self) -> str:
        """The facilitator's page, for the team; "" for others, and where the platform serves no pages of ours."""
        if not self.viewer.is_staff:
            return ""
        number = models.Workshop.objects.filter(usage_key=self.usage_key).values_list("pk", flat=True).first()
        try:
            return reverse("microunits_workshop:team", args=[number]) if number is not None else ""
        except NoReverseMatch:
            return ""

    # --- For the page

    @json_handler
    def tick(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{item, done} → {html}: something is done, or is not."""
        now, is_done = platform().now(), data.get("done") is True
        return self._done(lambda one: api.tick(one, str(data.get("item")), is_done=is_done, now=now))

    @json_handler
    def answer(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{item, text} → {html}: an answer for the facilitator."""
        text = data.get("text")
        kept = text if isinstance(text, str) else ""
        return self._done(lambda one: api.answer(one, str(data.get("item")), kept, platform().now()))

    @json_handler
    def choose(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{session} → {html}: a seat, or a place in line."""
        return self._done(lambda one: api.choose(one, str(data.get("session")), platform().now()))

    @json_handler
    def leave(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{} → {html}: the seat is given up."""
        return self._done(lambda one: api.leave(one, platform().now()))

    @json_handler
    def stop_waiting(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{} → {html}: no longer in line."""
        return self._done(lambda one: api.stop_waiting(one, platform().now()))

    @json_handler
    def feed(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{to: "new" or "off"} → {html}: a new address of the calendar, or none."""
        change = api.feed_off if data.get("to") == "off" else api.new_feed
        return self._done(lambda one: change(one.person))

    def _done(self, deed: Callable[[models.Participant], Any]) -> Mapping[str, Any]:
        participant = self._required()
        if participant.left_at is not None:
            # One of the team, who takes part with that.
            api.come_back(participant, platform().now())
        try:
            deed(participant)
        except api.NoSuchSessionError as error:
            raise RefusedError("not_open", Problem("", NOT_OPEN), 409) from error
        except api.PreparationError as error:
            raise RefusedError("not_taken", Problem("", str(error)), 409) from error
        # What was changed is read anew, as others may have changed it too.
        html = render_body(self._view(self._required()), translator())
        return {"html": with_course_files(self, html)}

    def _required(self) -> models.Participant:
        if self.viewer.user_id is None:
            raise RefusedError("sign_in", Problem("", SIGN_IN), 403)
        participant = self.participant() if self.is_own else None
        if participant is None:
            raise RefusedError("not_here", Problem("", N_("Open this in the course to take part.")), 409)
        return participant

    @XBlock.handler
    def calendar_file(self, request: Request, suffix: str = "") -> Response:
        """A session as a file for a calendar; the suffix is its id."""
        try:
            participant = self._required()
            row = participant.workshop.sessions.filter(session_id=suffix).first()
            content = (
                calendars.session_file(participant.workshop, row, participant.began_at) if row is not None else None
            )
            if content is None:
                raise RefusedError("no_date", Problem("", N_("This session has no date yet.")), 404)
        except RefusedError as refusal:
            return refused(refusal)
        response = Response(content, content_type="text/calendar", charset="UTF-8", cache_control="no-store")
        response.headers["Content-Disposition"] = 'attachment; filename="workshop.ics"'
        return response

    # --- For programs

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """For the mobile app: the sessions as they are now, and what the learner has and did."""
        try:
            participant = self._required()
        except RefusedError as refusal:
            return refused(refusal)
        return json_response(viewing.state_of(participant))

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The block as data for the mobile app, without a learner."""
        return {"display_name": self.name, **definition.encode(self.own_plan())}

    def index_dictionary(self) -> dict[str, Any]:
        """What the platform's search finds the block by."""
        base, plan = super().index_dictionary(), self.own_plan()
        texts = [as_plain_text(plan.about), *(item.title for item in plan.items)]
        content = {"display_name": self.name, "workshop": " ".join(filter(None, texts))}
        return {**base, "content": {**base.get("content", {}), **content}, "content_type": "Workshop"}
