"""What the learner's page asks of the block: keep, choose, hand in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.editing import problem_answers
from xblocks.base.handling import RefusedError, json_response, refused
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.reflection import api, drafting, handing_in, reminding
from xblocks.reflection.drafting import Choice, Draft, Outcome, Sent
from xblocks.reflection.handing_in import Handed, words_in
from xblocks.reflection.private_handling import private_handler
from xblocks.reflection.sending import read_sent
from xblocks.reflection.sharing_handlers import SharingHandlersMixin
from xblocks.reflection.taking_along import as_markdown, as_pdf

Reply = Mapping[str, Any]


class HandlersMixin(SharingHandlersMixin):
    """The handlers that a learner's page calls; each is for the learner's own text only."""

    @private_handler
    def keep(self, data: dict[str, Any]) -> Reply:
        """{pen, turn, base, answers} → {outcome, base, words}, and in a conflict what is held.

        `base` is the version that the page goes on from; None: it stays where it was.
        """
        user_id, sent = self.writer(), read_sent(data)
        draft, outcome = api.save(user_id, self.usage_key, sent, self.now)
        return self._said(draft, sent, outcome)

    @private_handler
    def choose(self, data: dict[str, Any]) -> Reply:
        """{pen, turn, base, answers, choice} → as `keep`, with what is held from now on."""
        user_id, sent = self.writer(), read_sent(data)
        try:
            choice = Choice(str(data.get("choice")))
        except ValueError:
            raise ContentError((Problem("choice", N_("This is not one of the choices; choose again.")),)) from None
        draft, outcome = api.choose(user_id, self.usage_key, sent, choice, self.now)
        said = self._said(draft, sent, outcome)
        return said if outcome is Outcome.CONFLICT else {**said, **self._held(draft)}

    @private_handler
    def look(self, data: dict[str, Any]) -> Reply:
        """{version} → {version}, and what is held where it is another one by now."""
        draft = api.own(self.writer(), self.usage_key).draft
        return {"version": draft.version} if data.get("version") == draft.version else self._held(draft)

    @private_handler
    def bring_back(self, data: dict[str, Any]) -> Reply:
        """{number} → what is held from now on: the text that was put aside under that number."""
        return self._held(api.bring_back(self.writer(), self.usage_key, _number(data), self.now))

    @private_handler
    def discard(self, data: dict[str, Any]) -> Reply:
        """{number} → {aside}: the text that was put aside under that number is gone."""
        return {"aside": self.aside_html(api.discard(self.writer(), self.usage_key, _number(data), self.now))}

    @private_handler
    def hand_in(self, data: dict[str, Any]) -> Reply:
        """{pen, turn, base, answers, level, group, buddy} → {ok: true} with what `share` answers.

        {ok: false} with `problems`, or with a conflict as `keep`. What was written is saved in any case.

        `level`, `group` and `buddy` are who may read it as the page says it; without them that is nobody else.
        """
        user_id, sent = self.writer(), read_sent(data)
        draft, outcome = api.save(user_id, self.usage_key, sent, self.now)
        said = self._said(draft, sent, outcome)
        if outcome is Outcome.CONFLICT:
            return {"ok": False, **said}
        problems = handing_in.check(self.design, draft.answers, self.today)
        if problems:
            return {"ok": False, **said, "problems": problem_answers(problems)}
        handed, is_new = api.hand_in(
            user_id,
            self.usage_key,
            self.name,
            self._made,
            self.now,
            seen=self.seen(data, api.own(user_id, self.usage_key)),
            allowed=self.design.allowed,
        )
        if is_new:
            self._is_handed_in(user_id, handed)
        self._is_done()
        return {"ok": True, **said, **self.regions(api.own(user_id, self.usage_key))}

    @private_handler
    def take_along(self, data: dict[str, Any]) -> Reply:
        """{as} → everything that the learner wrote in reflections, as a file: {name, type, base64}.

        As "pdf" for reading and printing; otherwise as Markdown.
        """
        user_id, words = self.writer(), translator()
        if data.get("as") == "pdf":
            content = as_pdf(user_id, self.moment, words, html_language(), self.now)
            return _file(f"{_('reflections')}.pdf", "application/pdf", content)
        text = as_markdown(user_id, self.moment, words)
        return _file(f"{_('reflections')}.md", "text/markdown;charset=utf-8", text.encode())

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """For the mobile app: how far the learner is. Their texts stay on the page.

        {state, handed_in, handed_in_at, look_back_at}: state is "new", "begun", "handed_in", "changed" (since it was
        handed in), or "sealed" where the texts cannot be opened at the moment.
        """
        try:
            mine = api.own(self.writer(), self.usage_key)
        except RefusedError as refusal:
            return refused(refusal)
        except api.SealedError:
            return json_response({"state": "sealed", "handed_in": 0, "handed_in_at": None, "look_back_at": None})
        last = mine.versions[-1] if mine.versions else None
        back = last.at + timedelta(weeks=self.design.revisit_weeks) if last and self.design.revisit_weeks else None
        return json_response(
            {
                "state": _state(last, mine.draft),
                "handed_in": len(mine.versions),
                "handed_in_at": last.at.isoformat() if last else None,
                "look_back_at": back.isoformat() if back else None,
            }
        )

    # --- Parts

    def _said(self, draft: Draft, sent: Sent, outcome: Outcome) -> dict[str, Any]:
        said: dict[str, Any] = {
            "outcome": str(outcome),
            "base": draft.version if drafting.is_of(draft, sent) else None,
            "words": words_in(sent.answers),
        }
        if outcome is Outcome.CONFLICT:
            said |= {"version": draft.version, "clash": self.clash_html(draft)}
        return said

    def _held(self, draft: Draft) -> dict[str, Any]:
        return {
            "version": draft.version,
            "answers": dict(draft.answers),
            "aside": self.aside_html(draft),
            "words": words_in(draft.answers),
        }

    def _made(self, draft: Draft, number: int) -> Handed:
        return handing_in.hand_in(self.design, self.prompts, draft.answers, number, self.now)

    def _is_handed_in(self, user_id: int, handed: Handed) -> None:
        """Everything that follows; nothing of it says what was written."""
        weeks = self.design.revisit_weeks
        back = handed.at + timedelta(weeks=weeks) if weeks else None
        if weeks:
            reminding.look_back(user_id, self.usage_key, self.name, back)
        if self.design.commitment != "none":
            reminding.planned(user_id, self.usage_key, self.name, handed.on, self.zone)
        self.runtime.publish(self, "microunits.reflection.handed_in", {"number": handed.number})

    def _is_done(self) -> None:
        """Told whenever something is handed in: what the team deleted comes back with the same text as well."""
        self.runtime.publish(self, "completion", {"completion": 1.0})
        if self.has_score:
            self.runtime.publish(self, "grade", {"value": 1.0, "max_value": 1.0})


def _state(last: Handed | None, draft: Draft) -> str:
    if last is None:
        return "new" if drafting.is_blank(draft.answers) else "begun"
    return "handed_in" if handing_in.says_the_same(last, draft.answers) else "changed"


def _file(name: str, content_type: str, content: bytes) -> Reply:
    return {"name": name, "type": content_type, "base64": b64encode(content).decode()}


def _number(data: Mapping[str, Any]) -> int:
    number = data.get("number")
    return number if isinstance(number, int) and not isinstance(number, bool) else 0
