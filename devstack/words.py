"""Every word that the devstack's own pages say, by name: one catalogue serves, and a page reads without noise."""

from __future__ import annotations

from typing import Any

from xblocks.base.i18n import _
from xblocks.base.problems import N_

MESSAGES = {
    # The frame of every page
    "skip": N_("Skip to the content"),
    "one_machine": N_("A devstack for one machine: no passwords, never on the internet."),
    "courses": N_("Courses"),
    "practise": N_("Practise"),
    "nobody": N_("Nobody"),
    "not_logged_in": N_("not logged in"),
    "switch_to": N_("Look through the eyes of"),
    "language": N_("Language"),
    "right_to_left": N_("Right to left"),
    # Home
    "home_title": N_("Micro-units, ready to play"),
    "home_lead": N_("Pick a course. Everything you do stays on this machine."),
    "no_courses": N_("There is no course here yet. Put one into devstack/course and start again."),
    # A course
    "done": N_("%(percent)s%% done"),
    "no_points": N_("no points yet"),
    "start": N_("Start"),
    "go_on": N_("Go on"),
    "look_again": N_("Look again"),
    "log_in_for_progress": N_("Nobody is logged in, so nothing is kept."),
    # A unit
    "views": N_("Views of this unit"),
    "learner": N_("Learner"),
    "studio": N_("Studio"),
    "data": N_("Data"),
    "previous": N_("Previous unit"),
    "next": N_("Next unit"),
    "back_to_course": N_("Back to the course"),
    "no_public_view": N_("Log in to see this part."),
    "no_student_view": N_("This block shows nothing to learners."),
    "empty_unit": N_("This unit is still empty. Add a micro-quiz in Studio."),
    "block_failed": N_("This block could not be shown: %(error)s"),
    # What the LMS recorded
    "recorded": N_("What the LMS recorded"),
    "recorded_lead": N_("About %(name)s, in this unit. It follows along as you answer."),
    "recorded_nobody": N_("Of somebody who is not logged in only tracking events are noted."),
    "grade": N_("Grade"),
    "completion": N_("Completion"),
    "weighted": N_("weighted %(earned)s of %(possible)s"),
    "none_yet": N_("none yet"),
    "events": N_("Events, the latest first"),
    "no_events": N_("Nothing yet."),
    "kind_grade": N_("Grade"),
    "kind_completion": N_("Completion"),
    "kind_tracking": N_("Tracking event"),
    "kind_signal": N_("Public signal"),
    "kind_ignored": N_("Not taken"),
    # Studio
    "staff_only": N_("Only the course team edits this."),
    "become_team": N_("Look through the eyes of the course team"),
    "blocks": N_("Blocks of this unit"),
    "add_quiz": N_("Add a micro-quiz"),
    "add_badges": N_("Add badges"),
    "add_workshop": N_("Add a workshop"),
    "add_reflection": N_("Add a reflection"),
    "editor_of": N_("Editor: %(name)s"),
    "no_studio_view": N_("This block has no editor."),
    "saving": N_("Saving…"),
    "saved": N_("Saved."),
    "cancelled": N_("Nothing was changed."),
    "see_as_learner": N_("See it as a learner"),
    "files": N_("This block as a file (OLX)"),
    "download": N_("Download as OLX"),
    "import_lead": N_("What you give here replaces the content of this block. What learners did stays."),
    "import_file": N_("A file"),
    "import_paste": N_("or paste it"),
    "import_button": N_("Replace the block"),
    "nothing_given": N_("Choose a file or paste some OLX first."),
    "too_large": N_("This file is larger than 10 MB. Give a smaller one."),
    "not_text": N_("This file is not text in UTF-8. Save it as UTF-8 and try again."),
    "more": N_("Copy or remove this block"),
    "duplicate": N_("Duplicate"),
    "remove": N_("Remove"),
    "remove_sure": N_("Remove it for good, with what learners did in it"),
    "work_of": N_("A learner's work"),
    "whose": N_("Whose"),
    "delete_state": N_("Delete the learner's state"),
    "rescore": N_("Score the answers again"),
    "only_if_higher": N_("only if the score gets higher"),
    "override": N_("Set the score"),
    "score": N_("Points (weighted)"),
    "not_a_number": N_("Write the points as a number, such as 1 or 0.5."),
    "did_add": N_("Added at the end of the unit."),
    "did_import": N_("The content was replaced."),
    "did_duplicate": N_("Here is the copy."),
    "did_remove": N_("The block was removed."),
    "did_delete_state": N_("The learner's state was deleted."),
    "did_rescore": N_("The answers were scored again."),
    "did_override": N_("The score was set."),
    "try_again": N_("Please mend this and try again"),
    # Data
    "data_lead": N_("What apps and course teams can read of each block."),
    "show": N_("Show"),
    "of_the_app": N_("For the mobile app (student_view_data)"),
    "user_state_view": N_("The learner's state, as the block tells it (student_view_user_state)"),
    "stored_state": N_("The learner's state, as it is stored (user_state)"),
    "not_offered": N_("This block does not offer it."),
    "nothing_stored": N_("Nothing is stored."),
    # The clock
    "clock": N_("Clock"),
    "clock_title": N_("The clock"),
    "clock_lead": N_("Move the clock forward and watch which reminders go out, to whom, and why others get none."),
    "clock_now": N_("The time here"),
    "clock_move": N_("Move it forward by"),
    "clock_hour": N_("one hour"),
    "clock_day": N_("a day"),
    "clock_week": N_("a week"),
    "clock_month": N_("a month"),
    "clock_play": N_("Learners answer by themselves"),
    "clock_play_note": N_(
        "Ann follows nearly every mail, Bob about half of them, Carol none. Whoever has not begun takes a quiz first."
    ),
    "clock_back": N_("The clock never goes back. make demo RESET=1 begins anew, at the real time."),
    "clock_happened": N_("What happened"),
    "clock_nothing": N_("Nothing yet. Move the clock by a week to begin."),
    "clock_no_mail": N_("No mail was sent."),
    "clock_no_deeds": N_("Nobody practised."),
    "clock_got": N_("gets a mail:"),
    "clock_quiet": N_("No mail today"),
    "clock_quiet_days": N_("No mail on these days"),
    "clock_links": N_("Links in a mail open as whoever you are now; look through the learner's eyes first."),
    "clock_html": N_("As a mail program shows it"),
    "clock_text": N_("As plain text"),
    "clock_headers": N_("Headers"),
    "clock_moving": N_("Moving the clock…"),
}


def say(name: str, /, **params: Any) -> str:
    """A sentence in the language of the page, with its parameters."""
    text = _(MESSAGES[name])
    return text % params if params else text


class Words:
    """The words for templates: `{{ words.saved }}`."""

    def __getitem__(self, name: str) -> str:
        return say(name)
