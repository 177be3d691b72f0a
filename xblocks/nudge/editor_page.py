"""The editor of the nudge block: its name. What comes back, and when, follows from the learners' answers; pure."""

from __future__ import annotations

from gettext import NullTranslations
from html import escape

LONGEST_NAME = 120


def render_editor(name: str, default: str, words: NullTranslations) -> str:
    """A form with one field."""
    label, save, cancel = words.gettext("Name"), words.gettext("Save"), words.gettext("Cancel")
    lead = words.gettext(
        "Learners practise here what they answered in the micro-quizzes of this course. There is nothing else to set: "
        "what comes back, and when, follows from their answers."
    )
    offline = words.gettext("That did not get through. Check your connection and try again.")
    return (
        f'<form class="mn-editor" data-offline="{escape(offline)}" style="max-inline-size:40em;padding:16px">'
        f"<p>{lead}</p><p><label>{label}<br>"
        f'<input type="text" name="display_name" maxlength="{LONGEST_NAME}" value="{escape(name)}"'
        f' placeholder="{escape(default)}" style="inline-size:100%;min-block-size:44px;padding:8px"></label></p>'
        f'<p role="alert"></p><p><button type="submit">{save}</button>'
        f' <button type="button">{cancel}</button></p></form>'
    )
