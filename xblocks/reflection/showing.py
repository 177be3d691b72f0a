"""How the block shows itself: to its writer, to visitors, to authors, to the mobile app and the search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from opaque_keys import InvalidKeyError
from web_fragments.fragment import Fragment
from xblock.core import XBlock

from xblocks.base.editing import json_for_page
from xblocks.base.i18n import _, ngettext, translator
from xblocks.base.page import fragment, with_course_files
from xblocks.base.problems import N_
from xblocks.base.sanitise import as_plain_text
from xblocks.nudge.when_words import date_in_words
from xblocks.reflection import api, remarking
from xblocks.reflection.drafting import Answers, Draft
from xblocks.reflection.handing_in import COMMITMENT, ON, Handed, Part, last_of_here, says_the_same
from xblocks.reflection.private_handling import SEALED
from xblocks.reflection.reflection_page import (
    After,
    AsideText,
    Earlier,
    ReflectionView,
    render,
    render_after,
    render_aside,
    render_clash,
)
from xblocks.reflection.remarks import Remark
from xblocks.reflection.sharing_views import SharingViewsMixin

CSS = ("microquiz/microquiz.css", "reflection/reflection.css")
JS = ("reflection/sharing.js", "reflection/reflection.js")
SIGN_IN = N_("Sign in to write. Nobody else can read it.")
NOT_HERE = N_("Each learner writes here for themselves. What they wrote is not shown to you.")
EXAMPLE = N_("This is what learners find. Nothing is kept here.")
PAGE_TEXTS = {
    "saving": N_("Being saved…"),
    "saved": N_("Saved at %(time)s"),
    "offline": N_("No connection. What you write stays in this browser and is sent as soon as there is one."),
    "signed_out": N_(
        "You are signed out. Sign in again in another tab and come back here; what you wrote stays in this browser."
    ),
    "went_wrong": N_("That did not work. What you wrote stays in this browser and is sent again in a moment."),
    "nowhere": N_("This browser keeps nothing while there is no connection. Keep the page open until it is saved."),
    "words_one": N_("1 word"),
    "words_many": N_("%(number)s words"),
    "sure_to_discard": N_("Throw this text away for good?"),
    "sure_to_remove": N_("Remove this for good, for both of you?"),
    "sure_to_end": N_("End it? What you let each other read is closed at once, for good."),
}


class ShowingMixin(SharingViewsMixin):
    """The views of the block."""

    # --- For people

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Where the learner writes."""
        if not self.is_own or self.viewer.user_id is None:
            notice = SIGN_IN if self.viewer.user_id is None else NOT_HERE
            return self._shown(self._example(_(notice)))
        try:
            mine = api.own(self.viewer.user_id, self.usage_key)
        except api.SealedError:
            return self._shown(self._example(SEALED.sentence(_)))
        said = api.remarks_to(mine)
        html = with_course_files(self, render(self._view(mine, said), translator()))
        remarking.see(self.usage_key, self.viewer.user_id, said, self.now)
        return fragment(html, css=CSS, js=JS, init="ReflectionBlock")

    def public_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The block to a visitor."""
        return self.student_view(context)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """What learners find, in Studio."""
        return self._shown(self._example(_(EXAMPLE)))

    def _shown(self, view: ReflectionView) -> Fragment:
        return fragment(with_course_files(self, render(view, translator())), css=CSS)

    def _example(self, notice: str) -> ReflectionView:
        return ReflectionView(
            title=self.name,
            uid=self.uid,
            introduction=self.design.introduction,
            due=self.due_in_words(),
            prompts=self.prompts,
            notice=notice,
        )

    # --- Parts

    def _view(self, mine: api.Own, said: Sequence[Remark]) -> ReflectionView:
        asked = {prompt.id for prompt in self.prompts}
        answers = dict(mine.draft.answers)
        gone = [text for name, text in answers.items() if name not in asked | {COMMITMENT, ON} and text.strip()]
        return ReflectionView(
            title=self.name,
            uid=self.uid,
            introduction=self.design.introduction,
            due=self.due_in_words(),
            prompts=self.prompts,
            answers=answers,
            gone=gone,
            commitment=self.design.commitment,
            today=self.today.isoformat(),
            bounds=self._bounds(),
            earlier=self._earlier(),
            aside=self._aside(mine.draft),
            after=self._after(mine, said),
            privacy=self.privacy(mine),
            others=self.others_html(),
            buddy=self.buddy_html(),
            coach_url=self.coach_url(),
            data=json_for_page(self._data(mine)),
        )

    def after_html(self, mine: api.Own) -> str:
        """What comes below the writing."""
        return render_after(self._after(mine, api.remarks_to(mine)), translator())

    def aside_html(self, draft: Draft) -> str:
        """Texts that were put aside."""
        return render_aside(self._aside(draft), translator())

    def clash_html(self, draft: Draft) -> str:
        """The text that is held, beside which the page has another."""
        return render_clash(self._told(draft.answers), translator())

    def _data(self, mine: api.Own) -> dict[str, Any]:
        """What the script needs; the key keeps apart what several people and blocks leave in one browser."""
        return {
            "version": mine.draft.version,
            "key": f"microunits.reflection:{self.viewer.user_id}:{self.usage_key}",
            "texts": {name: _(text) for name, text in PAGE_TEXTS.items()},
        }

    def _told(self, answers: Answers) -> list[Part]:
        """Answers with their questions, in the order of the page."""
        labels = {prompt.id: prompt.label for prompt in self.prompts}
        labels |= {COMMITMENT: _("What are you going to do?"), ON: _("On this day")}
        known = [Part(name, label, answers.get(name, "")) for name, label in labels.items()]
        return [*known, *(Part(name, "", text) for name, text in answers.items() if name not in labels)]

    def _aside(self, draft: Draft) -> list[AsideText]:
        return [AsideText(one.number, self.moment(one.at), self._told(one.answers)) for one in reversed(draft.aside)]

    def _after(self, mine: api.Own, said: Sequence[Remark]) -> After:
        last, here = mine.versions[-1] if mine.versions else None, last_of_here(mine.versions)
        return After(
            versions=[(one, self.moment(one.at)) for one in mine.versions],
            has_changed=here is not None and not says_the_same(here, mine.draft.answers),
            revisit=self._revisit(last),
            readers=self.readers_of(mine),
            read_by=self.read_by(mine),
            to_come=self.to_come(mine),
            remarks=self.shown(said),
        )

    def _revisit(self, last: Handed | None) -> str:
        if last is None or not self.design.revisit_weeks:
            return ""
        at = last.at + timedelta(weeks=self.design.revisit_weeks)
        if at <= self.now:
            return ""
        day = date_in_words(at, self.now, self.zone, translator())
        return _("On %(date)s you are asked to look back at it.") % {"date": day}

    def _earlier(self) -> list[Earlier]:
        keys = []
        for name in self.design.recalls:
            try:
                keys.append(self.usage_key.course_key.make_usage_key("reflection", name))
            except InvalidKeyError:
                continue
        found = api.recalled(self.viewer.user_id, keys) if keys and self.viewer.user_id is not None else []
        return [
            Earlier(title or _("an earlier unit"), handed.parts, handed.commitment)
            if handed is not None
            else Earlier(title or _("an earlier unit"), [Part(name, "", text) for name, text in draft.answers.items()])
            for title, handed, draft in found
            if handed is not None or any(text.strip() for text in draft.answers.values())
        ]

    def _bounds(self) -> str:
        least, most = self.design.least_words, self.design.most_words
        if least and most:
            return _("asked for: %(least)d to %(most)d") % {"least": least, "most": most}
        if least:
            return ngettext("asked for: at least %(number)d", "asked for: at least %(number)d", least) % {
                "number": least
            }
        return _("asked for: at most %(most)d") % {"most": most} if most else ""

    def due_in_words(self) -> str:
        """The due date, which blocks inherit from where they stand; "" where there is none."""
        due = getattr(self, "due", None)
        if due is None:
            return ""
        return self.moment(due if due.tzinfo else due.replace(tzinfo=UTC))

    # --- For programs

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The block as data for the mobile app, without a learner."""
        design = self.design
        return {
            "display_name": self.name,
            "introduction": design.introduction,
            "framework": str(design.framework),
            "prompts": [{"id": one.id, "label": one.label, "help": one.help} for one in self.prompts],
            "least_words": design.least_words,
            "most_words": design.most_words,
            "commitment": str(design.commitment),
            "revisit_weeks": design.revisit_weeks,
            "levels": [str(one) for one in design.allowed.choices()],
            "with_buddy": design.allowed.buddy,
        }

    def index_dictionary(self) -> dict[str, Any]:
        """What the platform's search finds the block by: what its team wrote, never what a learner did."""
        base = super().index_dictionary()
        texts = [as_plain_text(self.design.introduction), *(one.label for one in self.prompts)]
        content = {"display_name": self.name, "reflection": " ".join(filter(None, texts))}
        return {**base, "content": {**base.get("content", {}), **content}, "content_type": "Reflection"}
