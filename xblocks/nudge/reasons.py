"""What can be decided about a message, and why: each reason with a sentence for people."""

from __future__ import annotations

from enum import StrEnum

from xblocks.base.problems import N_


class Action(StrEnum):
    """What to do now."""

    SEND = "send"
    WAIT = "wait"
    STOP = "stop"


class Reason(StrEnum):
    """Why it was decided so; `sentence` says it to people.

    The order counts where several courses each have a reason to stop: the later one is told.
    """

    DUE = "due"
    APPOINTMENT = "appointment"

    PAUSED = "paused"
    NOTHING_DUE = "nothing_due"
    RESTING = "resting"
    NOT_NOW = "not_now"
    TOO_CLOSE = "too_close"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    SLOWED = "slowed"
    KEPT_FREE = "kept_free"
    TURN = "turn"

    NOT_ENROLLED = "not_enrolled"
    COURSE_ENDED = "course_ended"
    COURSE_STOPPED = "course_stopped"
    HELD_OUT = "held_out"
    NOTHING_MORE = "nothing_more"
    NO_MOMENT = "no_moment"
    IGNORED = "ignored"
    SUSPENDED = "suspended"
    OPTED_OUT = "opted_out"

    @property
    def sentence(self) -> str:
        """An English sentence from the catalogue, for whoever asks why something was sent or was not."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.DUE: N_("Questions are due, and this is a good moment."),
    Reason.APPOINTMENT: N_("A message that belongs to an event in the course is due."),
    Reason.PAUSED: N_("Messages are paused."),
    Reason.NOTHING_DUE: N_("No question is due yet."),
    Reason.RESTING: N_("There was activity a short while ago, so a reminder can wait."),
    Reason.NOT_NOW: N_("This is not one of the days and hours for messages."),
    Reason.TOO_CLOSE: N_("The last message is less than 12 hours old."),
    Reason.DAY_FULL: N_("There was a message today already."),
    Reason.WEEK_FULL: N_("There were enough messages this week."),
    Reason.SLOWED: N_("The last messages were not used, so there is one a week now."),
    Reason.KEPT_FREE: N_("There is room for one more message, and it is kept for an event in the course."),
    Reason.TURN: N_("Another course has waited longer, so the next message is kept for it."),
    Reason.NOT_ENROLLED: N_("There is no enrolment in a course with questions."),
    Reason.COURSE_ENDED: N_("The course ends before a message may be sent."),
    Reason.COURSE_STOPPED: N_("The course team stopped the messages of this course."),
    Reason.HELD_OUT: N_("This learner belongs to the group without reminders, for comparison."),
    Reason.NOTHING_MORE: N_("No question will come back any more."),
    Reason.NO_MOMENT: N_("The chosen days and hours leave no moment for a message."),
    Reason.IGNORED: N_("The messages were not used, so they stopped."),
    Reason.SUSPENDED: N_("The account is not active."),
    Reason.OPTED_OUT: N_("The learner does not want messages."),
}
