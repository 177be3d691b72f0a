"""Why a message was not sent, in words: the policy's own reasons, and what delivering found; pure."""

from __future__ import annotations

from gettext import NullTranslations

from xblocks.base.problems import N_
from xblocks.nudge.reasons import Reason

_FOUND = {
    "too_late": N_("The moment had passed before it could leave."),
    "stopped_by_admin": N_("The administrators of this site stopped all messages."),
    "cancelled": N_("It was taken back."),
    "worker_died": N_("It broke off while it was leaving, so nobody knows whether it arrived."),
    "no_address": N_("There is no e-mail address that works."),
    "nothing_to_say": N_("What it was about was no longer there."),
    "no_channel": N_("This site sends no mail of this kind."),
    "no_tray": N_("This site has no notifications."),
    "no_template": N_("This site cannot write mail of this kind."),
    "denied_by_policy": N_("The settings of the site or the learner keep such mail back."),
    "expired": N_("The mail server was given it too late."),
}
_FAILED = N_("The mail server did not take it (%(reason)s).")
_UNCERTAIN = N_("The connection broke off, so nobody knows whether it arrived (%(reason)s).")


def reason_in_words(status: str, reason: str, words: NullTranslations) -> str:
    """A sentence for a line of the ledger that was not sent."""
    if reason in _FOUND:
        return words.gettext(_FOUND[reason])
    if reason in set(Reason):
        return words.gettext(Reason(reason).sentence)
    return words.gettext(_UNCERTAIN if status == "uncertain" else _FAILED) % {"reason": reason}
