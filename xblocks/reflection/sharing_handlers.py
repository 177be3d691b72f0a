"""What the learner's page asks of sharing: who may read, what others shared, and buddies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xblocks.base.handling import RefusedError
from xblocks.base.i18n import translator
from xblocks.base.problems import N_, Problem
from xblocks.reflection import api, buddies, reading_others, remarking, remarks
from xblocks.reflection.private_handling import private_handler
from xblocks.reflection.sharing import Role, Sharing, Visibility
from xblocks.reflection.sharing_page import Privacy, render_inviter, render_other
from xblocks.reflection.showing import NOT_HERE, SIGN_IN, ShowingMixin

Reply = Mapping[str, Any]

NOT_OFFERED = N_("This cannot be chosen here any more. Load the page again and choose anew.")
NOT_SHARED = N_("This is not shared with you any more.")
TOO_MANY = N_("You have written a lot about this already. Remove something first.")
NO_CODE = N_("Nobody in this course invites with this code any more. Ask for a new one.")
TAKEN = N_("One of you has a buddy already. Everybody has one buddy in a course.")


class SharingHandlersMixin(ShowingMixin):
    """The handlers of sharing; each is for the learner who is there."""

    @private_handler
    def share(self, data: dict[str, Any]) -> Reply:
        """{level, group, buddy} → {privacy, after, others, buddy}: who may read what is handed in from now on.

        `group` and `buddy` name the group and the pair, as the page has them; "" lets in no buddy.
        """
        user_id, level = self.writer(), _level(data)
        seen = self.privacy(api.own(user_id, self.usage_key))
        pair = str(data.get("buddy") or "")
        if level not in seen.choices or pair not in ("", seen.pair) or not _is_group_of(seen, level, data):
            raise RefusedError("not_offered", Problem("", NOT_OFFERED), 409)
        api.share(user_id, self.usage_key, Sharing(level, bool(pair)), self.now)
        return self.regions(api.own(user_id, self.usage_key))

    @private_handler
    def other(self, data: dict[str, Any]) -> Reply:
        """{key} → {html}: what another learner shared."""
        self.writer()
        return {"html": self._other(_number(data, "key"))}

    @private_handler
    def react(self, data: dict[str, Any]) -> Reply:
        """{key, text, sign} → {html}: something to a buddy about what they shared."""
        self.writer()
        key, said = _number(data, "key"), remarks.read(data)
        try:
            remarking.remark(self.reader, key, self.usage_key, self.name, said, (Role.BUDDY,), self.now)
        except reading_others.NotSharedError:
            raise RefusedError("not_shared", Problem("", NOT_SHARED), 404) from None
        except remarking.TooManyError:
            raise RefusedError("too_many", Problem("", TOO_MANY), 409) from None
        return {"html": self._other(key)}

    @private_handler
    def remove(self, data: dict[str, Any]) -> Reply:
        """{number} → {}: a remark that was written by the learner, or to them, is gone."""
        remarking.remove(self.writer(), _number(data, "number"), self.usage_key)
        return {}

    # --- Buddies

    @private_handler
    def invite(self, data: dict[str, Any]) -> Reply:
        """{} → {buddy}: there is a code to give to somebody."""
        user_id = self._where_buddies_are()
        try:
            buddies.invite(user_id, self.usage_key.course_key, self.now)
        except buddies.TakenError:
            raise RefusedError("taken", Problem("", TAKEN), 409) from None
        return {"buddy": self.buddy_html()}

    @private_handler
    def withdraw(self, data: dict[str, Any]) -> Reply:
        """{} → {buddy}: the code is good for nothing."""
        buddies.withdraw(self.writer(), self.usage_key.course_key)
        return {"buddy": self.buddy_html()}

    @private_handler
    def who(self, data: dict[str, Any]) -> Reply:
        """{code} → {html}: whose invitation it is."""
        user_id, code = self._where_buddies_are(), _code(data)
        try:
            inviter = buddies.who_invites(user_id, self.usage_key.course_key, code)
        except buddies.NoInvitationError:
            raise RefusedError("no_code", Problem("", NO_CODE), 404) from None
        return {"html": render_inviter(self.name_of(inviter), code, translator())}

    @private_handler
    def accept(self, data: dict[str, Any]) -> Reply:
        """{code} → as `share`: two learners are buddies; nothing is shared by that."""
        user_id = self._where_buddies_are()
        try:
            buddies.accept(user_id, self.usage_key.course_key, _code(data), self.now)
        except buddies.NoInvitationError:
            raise RefusedError("no_code", Problem("", NO_CODE), 404) from None
        except buddies.TakenError:
            raise RefusedError("taken", Problem("", TAKEN), 409) from None
        return self.regions(api.own(user_id, self.usage_key))

    @private_handler
    def end(self, data: dict[str, Any]) -> Reply:
        """{} → as `share`: they are no buddies any more, and read nothing of each other."""
        user_id = self.writer()
        buddies.end(user_id, self.usage_key.course_key)
        return self.regions(api.own(user_id, self.usage_key))

    # --- Parts

    def writer(self) -> int:
        """The user whose text this is; RefusedError for everybody else, the course team and its previews included."""
        user_id = self.viewer.user_id
        if user_id is None:
            raise RefusedError("sign_in", Problem("", SIGN_IN), 403)
        if not self.is_own:
            raise RefusedError("not_here", Problem("", NOT_HERE), 403)
        return user_id

    def seen(self, data: Mapping[str, Any], mine: api.Own) -> Sharing:
        """Who may read it as it stood on the page that hands it in; what it did not say is private.

        A page that still names the group from which its writer was moved lets in their coaches, and no group.
        """
        try:
            level = Visibility(str(data.get("level")))
        except ValueError:
            level = Visibility.PRIVATE
        now = self.privacy(mine)
        if not _is_group_of(now, level, data):
            level = Visibility.COACH
        return Sharing(level, bool(now.pair) and data.get("buddy") == now.pair)

    def _where_buddies_are(self) -> int:
        user_id = self.writer()
        if not self.design.allowed.buddy:
            raise RefusedError("not_offered", Problem("", NOT_OFFERED), 409)
        return user_id

    def _other(self, key: int) -> str:
        try:
            one, handed = reading_others.opened(self.reader, key, self.usage_key)
        except reading_others.NotSharedError:
            raise RefusedError("not_shared", Problem("", NOT_SHARED), 404) from None
        # What they wrote themselves is not new to them, whether the other one has seen it or not.
        own = [replace(each, is_new=False) for each in remarking.remarks_by(self.learner_id, one.reflection)]
        return render_other(self.from_other(one), handed, self.shown(own), self.uid, translator())


def _is_group_of(now: Privacy, level: Visibility, data: Mapping[str, Any]) -> bool:
    """Whether a page that lets in a group names the one that its writer belongs to by now."""
    return level is not Visibility.GROUP or (bool(now.group_key) and data.get("group") == now.group_key)


def _level(data: Mapping[str, Any]) -> Visibility:
    try:
        return Visibility(str(data.get("level")))
    except ValueError:
        raise RefusedError("not_offered", Problem("", NOT_OFFERED), 409) from None


def _number(data: Mapping[str, Any], name: str) -> int:
    number = data.get(name)
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53
    return int(number) if is_number and number is not None else 0


def _code(data: Mapping[str, Any]) -> str:
    code = data.get("code")
    return code.strip()[:40] if isinstance(code, str) and code.isascii() else ""
