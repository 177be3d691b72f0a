"""What the editor of a workshop says: English sentences by the names that its script uses."""

from __future__ import annotations

from xblocks.base.problems import N_

PAGE = {
    "display_name": N_("Name of the workshop"),
    "about": N_("What it is for"),
    "about_help": N_("A sentence or two for the learner. May stay empty."),
    "problem_in_session": N_("Session %(n)s: %(message)s"),
    "problem_in_item": N_("Preparation %(n)s: %(message)s"),
    "duplicated": N_("The copy is number %(n)s."),
    "untitled": N_("Without a title"),
    "unreadable": N_("This cannot be read"),
    "unreadable_help": N_("This cannot be read, so learners do not see it. Delete it to save the rest."),
    "unread_title": N_("This workshop could not be read when it was imported"),
    "unread_help": N_(
        "Learners keep what was there before. Write it anew here, or mend it in the course's files and import them "
        "again. What you save here takes its place; until then its text is kept."
    ),
    "unread_text": N_("As it was imported"),
}

SESSIONS = {
    "sessions": N_("When do you meet?"),
    "sessions_help": N_("One session is enough. Of several, each learner chooses one."),
    "add_session": N_("Add a session"),
    "added_session": N_("Session %(n)s was added."),
    "move_session": N_("Move session %(n)s"),
    "new_session": N_("A new session"),
    "date": N_("Date"),
    "starts": N_("Begins at"),
    "ends": N_("Ends at"),
    "zone": N_("Time zone"),
    "zone_help": N_("Of the place where it is: all times are those on the clock there."),
    "place": N_("Place"),
    "place_help": N_("For example: Room 2.14, Market Street 1."),
    "link": N_("Link to join online"),
    "facilitator": N_("With whom"),
    "facilitator_help": N_("Who leads it; learners see the name."),
    "more_session": N_("Seats, waiting list, no date yet, relative dates"),
    "seats": N_("Seats"),
    "seats_help": N_(
        "Empty: as many as come. When it is full, others wait in line. A seat that comes free is for the first of "
        "them, who is told."
    ),
    "seats_all": N_("As many as come"),
    "on": N_("When it is"),
    "on_date": N_("On a date"),
    "on_later": N_("The date follows"),
    "on_later_help": N_("Learners see that it is still to be set."),
    "on_start": N_("Some days after each learner's start"),
    "on_start_help": N_("For a course that everybody begins when they like."),
    "days": N_("Days after the start"),
    "days_suffix": N_("days"),
    "until": N_("Ends on another day"),
    "until_help": N_("Only where it goes on over several days."),
    "take_over": N_("Write here what it is now"),
    "people_note": N_("%(people)s. When you change when or where it is, they are told once after you publish."),
    "taken_over": N_("Here stands now what learners see."),
}

ITEMS = {
    "items": N_("What do they do before they come?"),
    "items_help": N_("A few minutes each. Reminders come only for what is not done."),
    "items_empty": N_("Nothing to prepare yet. That is fine, too."),
    "add_item": N_("Add something to prepare"),
    "added_item": N_("Preparation %(n)s was added."),
    "move_item": N_("Move preparation %(n)s"),
    "pick_kind": N_("What do they do?"),
    "kind": N_("What they do"),
    "kind_tick": N_("Do something"),
    "kind_tick_help": N_("They tick it themselves: bring an example, ask a colleague."),
    "kind_read": N_("Read or watch"),
    "kind_read_help": N_("A page, a file or a film, with a link."),
    "kind_quiz": N_("Finish a micro-quiz"),
    "kind_quiz_help": N_("Ticks itself once every question was answered."),
    "kind_question": N_("Answer a question"),
    "kind_question_help": N_("For the facilitator, who sees all answers together."),
    "title": N_("What to do"),
    "title_question": N_("The question"),
    "url": N_("Link"),
    "url_help": N_("A web address, or a file of the course such as /static/case.pdf."),
    "block": N_("Which micro-quiz"),
    "block_none": N_("Choose a micro-quiz"),
    "block_gone": N_("No longer in the course"),
    "block_missing": N_("There is no micro-quiz in this course yet. Add one to a unit, and choose it here."),
    "minutes": N_("Takes about"),
    "minutes_suffix": N_("min."),
    "more_item": N_("Explanation, and when it is due"),
    "item_about": N_("Explanation"),
    "before": N_("Due before the session"),
    "unit": N_("Unit of time"),
    "unit_d": N_("days"),
    "unit_h": N_("hours"),
    "unit_m": N_("minutes"),
    "unit_as": N_("as written"),
}

SETTINGS = {
    "more": N_("Afterwards, reminders, and what counts as done"),
    "reflection": N_("To look back with"),
    "reflection_help": N_("Learners are led to it when the session is over."),
    "reflection_none": N_("No reflection"),
    "reflection_missing": N_("There is no reflection in this course yet. Add one to a unit, and choose it here."),
    "completes": N_("It is done for a learner"),
    "completes_prepared": N_("When everything is prepared"),
    "completes_prepared_help": N_("The usual."),
    "completes_attended": N_("When they were there"),
    "completes_attended_help": N_("As the facilitator notes it on their page."),
    "reminders": N_("Reminders of what is not done"),
    "reminders_usual": N_("Seven days, two days and three hours before"),
    "reminders_usual_help": N_("The usual. Never at night, and never to who is done."),
    "reminders_none": N_("None"),
    "reminders_none_help": N_("Learners see in the course what is left."),
    "reminders_own": N_("At moments of your own"),
    "reminder": N_("Reminder %(n)s"),
    "before_session": N_("before the session"),
    "add_reminder": N_("Add a reminder"),
}

TEXTS: dict[str, str] = {**PAGE, **SESSIONS, **ITEMS, **SETTINGS}
