"""What a learner sees: first who can read it (`sharing_page`), then where they write; pure.

Writing needs the script: what is written is sent as JSON only (see `private_handling`). Until the script is there the
fields take nothing in, so that nothing is typed that would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape

from xblocks.reflection.definition import Commitment
from xblocks.reflection.drafting import MAX_ANSWER
from xblocks.reflection.frameworks import Prompt
from xblocks.reflection.handing_in import COMMITMENT, ON, Handed, Part
from xblocks.reflection.sharing_page import Privacy, RemarkView, render_parts, render_privacy, render_remarks


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the learner wrote in an earlier unit."""

    title: str
    parts: Sequence[Part]
    commitment: str = ""


@dataclass(frozen=True, slots=True)
class AsideText:
    """A text that was put aside: its number, when, and what it says by question."""

    number: int
    when: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What comes below the writing.

    Attributes:
        versions: with when each was handed in; the oldest first.
        has_changed: what stands above is not what was handed in last.
        revisit: when a look back is asked for, in words.
        readers: who can read each version, in a sentence each.
        read_by: who has read the last one, in words.
        to_come: that more people were chosen than may read it, in words.
        remarks: what others said.
    """

    versions: Sequence[tuple[Handed, str]] = ()
    has_changed: bool = False
    revisit: str = ""
    readers: Sequence[str] = ()
    read_by: str = ""
    to_come: str = ""
    remarks: Sequence[RemarkView] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionView:
    """What is shown.

    Attributes:
        uid: tells apart several blocks on one page.
        introduction: clean markup.
        due: until when it is asked for, in words; "" where there is no such day.
        answers: what the fields hold, by question.
        gone: answers to questions that are no longer asked.
        notice: a sentence in the place of writing (a visitor, somebody else's eyes); "" where one can write.
        data: JSON for the script, safe within a script element.
        bounds: how much is asked for, in words.
        others, buddy: markup of what others shared, and of the learner's buddy.
        coach_url: the page of those who coach; "" for everybody else.
    """

    title: str
    uid: str
    prompts: Sequence[Prompt]
    introduction: str = ""
    due: str = ""
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    gone: Sequence[str] = field(default=(), repr=False)
    commitment: Commitment = Commitment.NONE
    today: str = ""
    bounds: str = ""
    earlier: Sequence[Earlier] = ()
    aside: Sequence[AsideText] = ()
    after: After = field(default_factory=After)
    notice: str = ""
    data: str = ""
    privacy: Privacy = field(default_factory=Privacy)
    others: str = field(default="", repr=False)
    buddy: str = ""
    coach_url: str = ""


def render(view: ReflectionView, words: NullTranslations) -> str:
    """The block."""
    title = escape(view.title)
    intro = f'<div class="mu-intro">{view.introduction}</div>' if view.introduction else ""
    return (
        f'<section class="mu mr" aria-label="{title}"><h3 class="mu-title">{title}</h3>'
        f'<div data-region="privacy">{render_privacy(view.privacy, view.uid, words)}</div>'
        f"{intro}{_due(view.due, words)}{_earlier(view.earlier, words)}"
        f"{_notice(view, words)}{_writing(view, words)}{_coach(view, words)}</section>"
    )


def _coach(view: ReflectionView, words: NullTranslations) -> str:
    if not view.coach_url:
        return ""
    label = words.gettext("For coaches: what was shared with you, and who has not yet")
    return f'<p class="mu-note"><a class="mu-team" href="{escape(view.coach_url)}">{label}</a></p>'


# --- Writing


def _due(due: str, words: NullTranslations) -> str:
    if not due:
        return ""
    return (
        f'<p class="mu-note mr-due">{escape(words.gettext("Please hand it in before %(when)s.") % {"when": due})}</p>'
    )


def _notice(view: ReflectionView, words: NullTranslations) -> str:
    if view.notice:
        return f'<p class="mu-note mr-notice">{escape(view.notice)}</p>'
    text = words.gettext("Writing needs JavaScript. Allow it in your browser and load the page again.")
    return f"<noscript><p>{text}</p></noscript>"


def _writing(view: ReflectionView, words: NullTranslations) -> str:
    questions = "".join(_question(one, view) for one in view.prompts)
    if view.notice:
        return f'<div class="mr-form">{questions}</div>'
    gone = ""
    if view.gone:
        heading = words.gettext("What you wrote to questions that are not asked any more")
        texts = "".join(f'<p class="mr-text" dir="auto">{escape(text)}</p>' for text in view.gone)
        gone = f"<details><summary>{heading}</summary>{texts}</details>"
    bounds = f'<span class="mr-bounds">{escape(view.bounds)}</span>' if view.bounds else ""
    return (
        '<div class="mr-clash" role="alert" tabindex="-1"></div>'
        f'<div class="mr-form">{questions}{_commitment(view, words)}</div>'
        f'<p class="mu-note mr-line"><span class="mr-count"></span>{bounds}'
        '<span class="mr-state" role="status"></span></p>'
        '<p class="mu-say mr-say" role="alert"></p>'
        '<div class="mu-actions"><button type="button" class="mu-go" data-do="hand_in" disabled>'
        f"{words.gettext('Hand in')}</button></div>"
        f'<div class="mr-after" data-region="after" tabindex="-1">{render_after(view.after, words)}</div>{gone}'
        f'<div class="mr-asides">{render_aside(view.aside, words)}</div>'
        f'<div class="mr-others" data-region="others">{view.others}</div>'
        f'<div class="mr-buddy" data-region="buddy">{view.buddy}</div>'
        f"{_take_along(view.uid, words)}"
        f'<script type="application/json" class="mr-data">{view.data}</script>'
    )


def _take_along(uid: str, words: NullTranslations) -> str:
    buttons = "".join(
        f'<button type="button" data-do="take_along" data-as="{kind}" disabled>{text}</button>'
        for kind, text in (("pdf", words.gettext("As PDF")), ("markdown", words.gettext("As text (Markdown)")))
    )
    name = f"{escape(uid)}-take"
    return (
        f'<div class="mr-take" role="group" aria-labelledby="{name}">'
        f'<p id="{name}">{words.gettext("Take along all you wrote")}</p><div class="mu-actions">{buttons}</div></div>'
    )


def _question(prompt: Prompt, view: ReflectionView) -> str:
    name, text = f"{escape(view.uid)}-{escape(prompt.id)}", view.answers.get(prompt.id, "")
    about = f'<small id="{name}-help">{escape(prompt.help)}</small>' if prompt.help else ""
    described = f' aria-describedby="{name}-help"' if prompt.help else ""
    return (
        f'<div class="mr-question"><label for="{name}">{escape(prompt.label)}</label>{about}'
        f'<textarea id="{name}" data-answer="{escape(prompt.id)}" rows="4" dir="auto" readonly maxlength="{MAX_ANSWER}"'
        # A line end right after the tag is taken for none of the text's.
        f"{described}>\n{escape(text)}</textarea></div>"
    )


def _commitment(view: ReflectionView, words: NullTranslations) -> str:
    if view.commitment is Commitment.NONE:
        return ""
    optional = ""
    if view.commitment is Commitment.OPTIONAL:
        optional = f" <small>{words.gettext('If you like: you can leave this empty.')}</small>"
    uid = escape(view.uid)
    text, on = (escape(view.answers.get(name, "")) for name in (COMMITMENT, ON))
    help_text = words.gettext("On that day you get a short message. It does not say what you wrote here.")
    return (
        f'<fieldset class="mr-commitment"><legend>{words.gettext("What are you going to do?")}</legend>{optional}'
        f'<label for="{uid}-{COMMITMENT}">{words.gettext("I will…")}</label>'
        f'<textarea id="{uid}-{COMMITMENT}" data-answer="{COMMITMENT}" rows="2" dir="auto" readonly'
        f' maxlength="2000">\n{text}</textarea>'
        f'<label for="{uid}-{ON}">{words.gettext("On this day")}</label>'
        f'<input id="{uid}-{ON}" type="date" data-answer="{ON}" value="{on}" min="{escape(view.today)}" readonly'
        f' aria-describedby="{uid}-{ON}-help"><small id="{uid}-{ON}-help">{help_text}</small></fieldset>'
    )


def _earlier(earlier: Sequence[Earlier], words: NullTranslations) -> str:
    found = []
    for one in earlier:
        heading = words.gettext("What you wrote in “%(title)s”") % {"title": one.title}
        plan = ""
        if one.commitment:
            lead = words.gettext("You were going to:")
            plan = f'<p><strong>{lead}</strong> <span dir="auto">{escape(one.commitment)}</span></p>'
        found.append(f"<details><summary>{escape(heading)}</summary>{render_parts(one.parts)}{plan}</details>")
    return f'<div class="mr-earlier">{"".join(found)}</div>' if found else ""


# --- Two texts


def render_clash(held: Sequence[Part], words: NullTranslations) -> str:
    """What is shown when there are two texts: the other one, and the ways on. One's own stands in the fields."""
    lead = words.gettext(
        "You also wrote in another place: in another tab, or on another device. Both texts are kept. Which one goes on?"
    )
    buttons = "".join(
        f'<button type="button" data-choose="{choice}">{label}</button>'
        for choice, label in (
            ("mine", words.gettext("What stands in the fields here")),
            ("theirs", words.gettext("The other one")),
            ("both", words.gettext("Both, one under the other")),
        )
    )
    note = words.gettext("Whatever you choose, the other text is put aside below, and you can bring it back.")
    return (
        f"<p><strong>{lead}</strong></p><h4>{words.gettext('The other text')}</h4>{render_parts(held)}"
        f'<div class="mu-actions">{buttons}</div><p class="mu-note">{note}</p>'
    )


def render_aside(aside: Sequence[AsideText], words: NullTranslations) -> str:
    """Texts that were put aside, each to be brought back or thrown away."""
    if not aside:
        return ""
    items = []
    for one in aside:
        name = words.gettext("Put aside on %(when)s") % {"when": one.when}
        items.append(
            f"<details><summary>{escape(name)}</summary>{render_parts(one.parts)}"
            f'<div class="mu-actions"><button type="button" data-bring-back="{one.number}">'
            f"{words.gettext('Bring it back')}</button>"
            f'<button type="button" data-discard="{one.number}">{words.gettext("Throw it away")}</button>'
            "</div></details>"
        )
    return f"<h4>{words.gettext('Put aside')}</h4>{''.join(items)}"


# --- Afterwards


def render_after(after: After, words: NullTranslations) -> str:
    """That it was handed in, what was said of it, and what there was before."""
    if not after.versions:
        return ""
    handed, when = after.versions[-1]
    said = words.gettext("Handed in on %(when)s.") % {"when": when}
    lines = [f'<p class="mr-done"><strong>{escape(said)}</strong></p>']
    lines += [f"<p>{escape(text)}</p>" for text in (*after.readers[-1:], after.read_by, after.to_come) if text]
    if after.has_changed:
        lines.append(f"<p>{words.gettext('You have changed it since. Hand it in again to replace that version.')}</p>")
    if handed.commitment and handed.on:
        lines.append(
            f'<p>{words.gettext("You are going to:")} <span dir="auto">{escape(handed.commitment)}</span>'
            f" ({escape(handed.on.isoformat())})</p>"
        )
    if after.revisit:
        lines.append(f"<p>{escape(after.revisit)}</p>")
    return f"{''.join(lines)}{render_remarks(after.remarks, words)}{_history(after, words)}"


def _history(after: After, words: NullTranslations) -> str:
    readers = after.readers or [""] * len(after.versions)
    items = "".join(
        f"<details><summary>{escape(_version(handed, when, words))}</summary>"
        f"{f'<p class=mu-note>{escape(who)}</p>' if who else ''}{render_parts(handed.parts)}</details>"
        for (handed, when), who in reversed(list(zip(after.versions, readers, strict=True)))
    )
    return f'<div class="mr-history"><h4>{words.gettext("What you handed in")}</h4>{items}</div>'


def _version(handed: Handed, when: str, words: NullTranslations) -> str:
    told = words.ngettext("%(number)d word", "%(number)d words", handed.words) % {"number": handed.words}
    return (
        words.gettext("Version %(number)d, handed in on %(when)s") % {"number": handed.number, "when": when}
        + f" ({told})"
    )
