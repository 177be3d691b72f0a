"""What those who coach see: what was shared with them, who has not yet, and one text at a time; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape

from xblocks.reflection.handing_in import Handed
from xblocks.reflection.remarks import MOST
from xblocks.reflection.sharing_page import RemarkView, render_parts, sign_and_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachFrame:
    """What stands around the page: `way` is the address and the name of where it leads back to."""

    way: tuple[str, str]
    site: str
    css: Sequence[str]
    js: Sequence[str]
    lang: str
    rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A learner; `url` leads to what they shared, "" where there is nothing."""

    name: str
    when: str = ""
    url: str = ""
    remarks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachView:
    """Everybody in a reflection.

    Attributes:
        group: what the group is called that the coach looks after; "": they coach everybody.
        new, read: what was shared, and is read by this coach or not.
        kept: who handed in without sharing it with coaches.
        missing: who has not handed in.
    """

    new: Sequence[Line] = ()
    read: Sequence[Line] = ()
    kept: Sequence[Line] = ()
    missing: Sequence[Line] = ()
    group: str = ""
    csv_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """One text.

    Attributes:
        note: who wrote it and when, in a sentence.
        remarks: markup of what coaches said (`render_remarks`).
        remark_url, remove_url: where feedback goes, and what is taken back.
    """

    note: str
    handed: Handed = field(repr=False)
    remarks: str = field(default="", repr=False)
    remark_url: str = ""
    remove_url: str = ""
    everybody_url: str = ""
    next_url: str = ""


def render_page(frame: CoachFrame, title: str, body: str) -> str:
    """A whole page."""
    url, label = frame.way
    sheets = "".join(f'<link rel="stylesheet" href="{escape(one)}">' for one in frame.css)
    scripts = "".join(f'<script src="{escape(one)}" defer></script>' for one in frame.js)
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark">'
        '<meta name="referrer" content="same-origin">'
        f'<title>{escape(title)} · {escape(frame.site)}</title>{sheets}{scripts}</head><body class="mt mrc">'
        f'<header><a class="mt-link" href="{escape(url)}"><bdi>{escape(label)}</bdi></a></header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


# --- Everybody


def render_everybody(view: CoachView, words: NullTranslations) -> str:
    """What was shared, and who has not yet."""
    group = ""
    if view.group:
        text = words.gettext("You see the learners of the group that you look after: “%(group)s”.")
        group = f"<p>{escape(text % {'group': view.group})}</p>"
    lead = words.gettext(
        "You read what learners have chosen to share with their coaches. Whatever else they wrote is not shown to you."
    )
    sections = (
        _section("new", words.gettext("To read"), view.new, words, words.gettext("Nothing new at the moment.")),
        _section("read", words.gettext("Read"), view.read, words),
        _section("kept", words.gettext("Handed in, not shared with coaches"), view.kept, words),
        _section("missing", words.gettext("Not yet"), view.missing, words),
    )
    download = words.gettext("Download as a table (CSV)")
    return (
        f'<p class="mt-note">{lead}</p>{group}{"".join(sections)}'
        f'<p><a class="mt-link" href="{escape(view.csv_url)}">{download}</a></p>'
    )


def _section(name: str, heading: str, lines: Sequence[Line], words: NullTranslations, empty: str = "") -> str:
    if not lines and not empty:
        return ""
    inside = f"<p>{empty}</p>"
    if lines:
        inside = f'<ul class="mrc-list">{"".join(_line(one, words) for one in lines)}</ul>'
    return f'<section id="{name}"><h2>{heading} ({len(lines)})</h2>{inside}</section>'


def _line(one: Line, words: NullTranslations) -> str:
    name = f"<bdi>{escape(one.name)}</bdi>"
    if one.url:
        name = f'<a class="mt-link" href="{escape(one.url)}">{name}</a>'
    facts = [one.when] if one.when else []
    if one.remarks:
        text = words.ngettext("written back %(number)d time", "written back %(number)d times", one.remarks)
        facts.append(text % {"number": one.remarks})
    about = f" <small>{escape(' · '.join(facts))}</small>" if facts else ""
    return f"<li>{name}{about}</li>"


# --- One text


def render_text(view: TextView, words: NullTranslations) -> str:
    """What a learner shared, what was said of it, and where to write back."""
    plan = ""
    if view.handed.commitment:
        on = f" ({view.handed.on.isoformat()})" if view.handed.on else ""
        plan = (
            f'<p class="mr-label">{words.gettext("What they will do")}{on}</p>'
            f'<p class="mr-text" dir="auto">{escape(view.handed.commitment)}</p>'
        )
    more = ""
    if view.next_url:
        more = f'<p><a class="mt-link" href="{escape(view.next_url)}">{words.gettext("The next one to read")}</a></p>'
    return (
        f'<p class="mt-note">{escape(view.note)}</p><div class="mrc-text">{render_parts(view.handed.parts)}{plan}</div>'
        f'<section id="remarks"><h2>{words.gettext("What coaches wrote back")}</h2>'
        f'<div class="mrc-remarks">{view.remarks}</div>{_form(view, words)}</section>'
        f'<p><a class="mt-link" href="{escape(view.everybody_url)}">{words.gettext("Back to everybody")}</a></p>{more}'
    )


def _form(view: TextView, words: NullTranslations) -> str:
    # No form: without the script the text would go where platforms write down what forms send.
    failed = words.gettext("That did not get through. Your text is still here; try again in a moment.")
    out = words.gettext(
        "You are signed out. Sign in again in another tab and send it once more; your text is still here."
    )
    sure = words.gettext("Remove this for good, for both of you?")
    about = words.gettext("Only the learner and those who coach them read this. They are told once that it is there.")
    return (
        f'<div class="mrc-write" data-remark="{escape(view.remark_url)}" data-remove="{escape(view.remove_url)}" '
        f'data-failed="{escape(failed)}" data-out="{escape(out)}" data-sure="{escape(sure)}">'
        f'<label for="remark">{words.gettext("Write back")}</label>'
        f'<textarea id="remark" rows="5" dir="auto" maxlength="{MOST}" aria-describedby="remark-note"></textarea>'
        f'<p class="mt-note" id="remark-note">{about}</p>'
        '<p class="mt-problem" role="alert" hidden></p>'
        f'<button type="button" data-do="send" disabled>{words.gettext("Send")}</button>'
        f"<noscript><p>{words.gettext('Writing back needs JavaScript.')}</p></noscript></div>"
    )


def render_remarks(remarks: Sequence[RemarkView], own: Sequence[int], words: NullTranslations) -> str:
    """What coaches said; `own` are those that the reader can take back."""
    if not remarks:
        return f'<p class="mrc-none">{words.gettext("Nothing yet.")}</p>'
    return "".join(_remark(one, one.pk in own, words) for one in remarks)


def _remark(one: RemarkView, is_own: bool, words: NullTranslations) -> str:
    about = words.gettext("%(name)s, on version %(number)d, %(when)s")
    head = escape(about % {"name": one.author, "number": one.number, "when": one.when})
    remove = ""
    if is_own:
        label = words.gettext("Remove")
        remove = (
            f'<button type="button" class="mt-second" data-do="remove" data-value="{one.pk}" '
            f'aria-label="{escape(f"{label}: {head}")}">{label}</button>'
        )
    return (
        f'<article class="mrc-remark"><p class="mr-label"><bdi>{head}</bdi></p>'
        f"{sign_and_text(one.sign, one.text, words)}{remove}</article>"
    )
