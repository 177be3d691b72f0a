"""What the editor of reflections says: English sentences by the names that its script uses."""

from __future__ import annotations

from xblocks.base.problems import N_
from xblocks.microquiz.authoring_texts import QUESTIONS as QUIZ

PAGE = {
    "display_name": N_("Name of the reflection"),
    "framework": N_("A way to reflect"),
    "introduction": N_("Introduction"),
    "introduction_help": N_("What learners read before the questions. It may be empty."),
    "unread": N_("This reflection could not be read when it was imported"),
    "unread_help": N_(
        "Learners find one open question instead. What you save here takes the place of the imported text."
    ),
    "unread_text": N_("As it was imported"),
}

QUESTIONS = {
    "questions": N_("The questions"),
    "questions_help": N_("The standard questions of the way that you chose. Learners read them in their own language."),
    "own_help": N_(
        "Your own questions. They replace those of the way above, and learners read them as you wrote them here."
    ),
    "own": N_("Change these questions"),
    "own_done": N_("The questions are your own now. Change them as you like."),
    "own_again": N_("Go back to the standard questions"),
    "own_again_done": N_("Learners find the standard questions again."),
    "own_title": N_("Go back to the questions of “%(framework)s”?"),
    "own_warning": N_("Your own questions are removed when you save."),
    "problem_in_prompt": N_("Question %(n)s: %(message)s"),
    "added": N_("Question %(n)s was added."),
    "duplicated": N_("The copy is question %(n)s."),
    "deleted_note": N_("What learners wrote to it stays readable to them."),
    "unreadable_help": N_(
        "This cannot be read as a question, so learners do not see it. Delete it to save the reflection."
    ),
    "label": N_("Question"),
    "help": N_("A sentence that helps to begin"),
    "help_help": N_("It may be empty."),
    "no_more": N_("These are %(n)s questions, and more will not fit."),
}

SHARING = {
    "let_in": N_("Whom may learners let in?"),
    "let_in_help": N_(
        "Each learner chooses, and begins with nobody. Whatever you tick here: what a learner keeps private nobody "
        "else reads, the course team neither."
    ),
    "let_in_coach": N_("Their coach"),
    "let_in_coach_help": N_(
        "The course team, and who leads their group: they read what is handed in to them, and write back."
    ),
    "let_in_group": N_("Their group"),
    "let_in_group_help": N_("The learners of their group in this course."),
    "let_in_buddy": N_("A buddy"),
    "let_in_buddy_help": N_("Two learners who read each other's texts and react."),
}

SETTINGS = {
    "more_settings": N_("Looking back, grade and more"),
    "length": N_("How much"),
    "length_help": N_("Over all questions together. Empty: as much or as little as they like."),
    "least_words": N_("At least"),
    "most_words": N_("At most"),
    "words_suffix": N_("words"),
    "free": N_("Free"),
    "commitment": N_("Do learners say what they will do?"),
    "commitment_none": N_("No"),
    "commitment_none_help": N_("Looking back is enough here."),
    "commitment_optional": N_("If they like"),
    "commitment_optional_help": N_("With a day of their choice, on which they get a short message."),
    "commitment_required": N_("Yes, before handing in"),
    "commitment_required_help": N_("One small step, with a day of their choice."),
    "revisit_weeks": N_("Ask for a look back after"),
    "revisit_weeks_help": N_("A short message brings them back to what they wrote. Empty: no message."),
    "weeks_suffix": N_("weeks"),
    "never": N_("Never"),
    "recalls": N_("Show what they wrote earlier"),
    "recalls_help": N_("Learners see here what they wrote in these units themselves; nobody else does."),
    "recalls_none": N_("No reflection stands before this one in the course."),
    "gone": N_("No longer in the course: %(name)s"),
    "grade": N_("Completion and grade"),
    "scored": N_("Handing it in is worth points"),
    "scored_help": N_("All of them, whatever is written. Without points it only counts as done."),
    "weight": N_("Points"),
    "due": N_("Due on %(date)s. The date is that of the subsection; change it in its settings in Studio."),
    "due_none": N_("There is no due date. If you want one, set it for the subsection in Studio."),
}

SHARED = {key: QUIZ[key] for key in ("add_question", "untitled", "move_question", "unreadable")}
"""Where the micro-quiz's editor says the same."""
TEXTS: dict[str, str] = {**SHARED, **PAGE, **QUESTIONS, **SETTINGS, **SHARING}
