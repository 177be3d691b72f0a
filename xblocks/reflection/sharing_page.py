"""What a learner sees of sharing: who can read it, what others said, what others shared, and their buddy; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape

from xblocks.reflection.handing_in import Handed, Part
from xblocks.reflection.remarks import MOST, SIGNS, Sign
from xblocks.reflection.sharing import Role, Sharing, Visibility

_LOCK = (
    '<svg class="mr-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path fill="currentColor" d="'
    "M12 2a5 5 0 0 0-5 5v3H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-8a2 2 0 0 0-2-2h-1V7a5 5 0 0 0-5-5zm-3 8V7"
    'a3 3 0 0 1 6 0v3z"/></svg>'
)
_PEOPLE = (
    '<svg class="mr-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path fill="currentColor" d="'
    "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-4 0-7 2-7 5v2h14v-2c0-3-3-5-7-5zm7-2a3.5 3.5 0 0 0 0-7c-.5 0-1 .1-1.4.3"
    'a6 6 0 0 1 0 6.4c.4.2.9.3 1.4.3zm1.6 2.2A6.4 6.4 0 0 1 18 18v2h4v-2c0-2.6-1.9-4.3-4.4-4.8z"/></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Who can read what is handed in, and what else can be chosen.

    Attributes:
        choices: the levels that are offered; private only: there is nothing to choose.
        group: what the learner's group is called.
        group_key: names their group for the page; "": no group is offered.
        buddy: what their buddy is called; "": they have none, or buddies are not offered.
        pair: names their buddy for the page.
    """

    sharing: Sharing = field(default_factory=Sharing)
    choices: Sequence[Visibility] = (Visibility.PRIVATE,)
    group: str = ""
    group_key: str = ""
    buddy: str = ""
    pair: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """What somebody said of it."""

    pk: int
    author: str
    role: Role
    number: int
    when: str
    text: str = field(repr=False)
    sign: Sign = Sign.NONE
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOthers:
    """What another learner shared; `key` names it for the page."""

    key: int
    name: str
    when: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class BuddyView:
    """What there is of buddies.

    Attributes:
        is_offered: the course team offers it; who has a buddy sees them in any case.
        name: what their buddy is called; "": none.
        code: of an invitation that is open.
    """

    is_offered: bool = False
    name: str = ""
    code: str = ""


# --- Who can read it


def render_privacy(view: Privacy, uid: str, words: NullTranslations) -> str:
    """A lock, and a sentence; and the choice, where there is one."""
    icon = _LOCK if view.sharing == Sharing() else _PEOPLE
    note = ""
    if view.sharing != Sharing():
        text = words.gettext("What you have not handed in, only you can read.")
        note = f'<p class="mu-note mr-yet">{text}</p>'
    return (
        f'<div class="mr-privacy" data-level="{view.sharing.level}" data-group="{escape(view.group_key)}" '
        f'data-buddy="{escape(view.pair) if view.sharing.with_buddy else ""}">'
        f'<p class="mr-who" tabindex="-1">{icon}<strong>{escape(who(view, words))}</strong></p>{note}'
        f"{_choice(view, uid, words)}</div>"
    )


def who(view: Privacy, words: NullTranslations) -> str:
    """Who can read what is handed in, in a sentence."""
    level, named = view.sharing.level, {"group": view.group, "name": view.buddy}
    if level is Visibility.PRIVATE and view.sharing.with_buddy:
        text = words.gettext("Only you and %(name)s, your buddy, can read what you hand in. The course team cannot.")
        return text % named
    if level is Visibility.PRIVATE:
        return words.gettext("Only you can read this. The course team cannot.")
    text = words.gettext("You and your coaches can read what you hand in.")
    if level is Visibility.GROUP:
        text = words.gettext("You, your coaches and your group “%(group)s” can read what you hand in.")
    if view.sharing.with_buddy:
        text += " " + words.gettext("%(name)s, your buddy, can read it, too.")
    return text % named


def _choice(view: Privacy, uid: str, words: NullTranslations) -> str:
    if len(view.choices) < 2 and not view.buddy:
        return ""
    radios = "".join(_level(one, view, uid, words) for one in view.choices)
    buddy = ""
    if view.buddy:
        label = words.gettext("%(name)s, my buddy, too") % {"name": view.buddy}
        on = " checked" if view.sharing.with_buddy else ""
        buddy = (
            f'<label class="mr-pick"><input type="checkbox" name="buddy" data-pair="{escape(view.pair)}"{on}>'
            f"<span><b>{escape(label)}</b></span></label>"
        )
    note = words.gettext(
        "Letting in more people counts for what you hand in afterwards; what you handed in before stays as it was. "
        "Keeping it to yourself counts at once, for all you handed in here. What somebody has read by then, they have "
        "read."
    )
    return (
        f'<details class="mr-choose"><summary>{words.gettext("Choose who can read it")}</summary>'
        f"<fieldset><legend>{words.gettext('Who can read what you hand in from now on?')}</legend>{radios}{buddy}"
        f'</fieldset><p class="mu-note">{note}</p><div class="mu-actions">'
        f'<button type="button" data-share="share" disabled>{words.gettext("Choose this")}</button></div></details>'
    )


def _level(level: Visibility, view: Privacy, uid: str, words: NullTranslations) -> str:
    label, about = {
        Visibility.PRIVATE: (
            words.gettext("Only me"),
            words.gettext("The course team sees that you handed in, not what."),
        ),
        Visibility.COACH: (
            words.gettext("My coaches and me"),
            words.gettext(
                "Your coaches are the team of this course, and who looks after your group. They can write back."
            ),
        ),
        Visibility.GROUP: (
            words.gettext("My group, my coaches and me"),
            words.gettext("Your group is “%(group)s”: everybody in it, also who joins it later.")
            % {"group": view.group},
        ),
    }[level]
    on = " checked" if level is view.sharing.level else ""
    return (
        f'<label class="mr-pick"><input type="radio" name="{escape(uid)}-level" value="{level}"{on}>'
        f"<span><b>{label}</b><small>{escape(about)}</small></span></label>"
    )


def from_elsewhere(origin: str, words: NullTranslations) -> str:
    """Who can read a version that was handed in at another place."""
    return words.gettext("Handed in in %(place)s, where teachers can read it. Here only you can.") % {"place": origin}


def readers(level: Visibility, *, with_buddy: bool, words: NullTranslations) -> str:
    """Who can read a version that was handed in, in a sentence."""
    if level is Visibility.PRIVATE:
        if with_buddy:
            return words.gettext("Only you and your buddy can read it.")
        return words.gettext("Only you can read it.")
    if level is Visibility.GROUP:
        text = words.gettext("Your coaches and your group can read it.")
    else:
        text = words.gettext("Your coaches can read it.")
    return f"{text} {words.gettext('Your buddy, too.')}" if with_buddy else text


# --- What others said


def render_remarks(remarks: Sequence[RemarkView], words: NullTranslations) -> str:
    """Feedback and reactions, to the learner."""
    if not remarks:
        return ""
    heading = words.gettext("What others wrote to you")
    return f'<div class="mr-remarks"><h4>{heading}</h4>{"".join(render_remark(one, words) for one in remarks)}</div>'


def render_remark(one: RemarkView, words: NullTranslations, *, tag: str = "article") -> str:
    """One of them, with the way to remove it."""
    about = words.gettext("%(name)s, on version %(number)d, %(when)s")
    head = escape(about % {"name": one.author, "number": one.number, "when": one.when})
    new = f' <b class="mr-new">{words.gettext("New")}</b>' if one.is_new else ""
    remove = words.gettext("Remove")
    return (
        f'<{tag} class="mr-remark" data-remark="{one.pk}"><p class="mr-label"><bdi>{head}</bdi>{new}</p>'
        f"{sign_and_text(one.sign, one.text, words)}"
        f'<button type="button" class="mr-quiet" data-share="remove" data-value="{one.pk}" '
        f'aria-label="{escape(f"{remove}: {head}")}">{remove}</button></{tag}>'
    )


def sign_and_text(sign: Sign, text: str, words: NullTranslations) -> str:
    """What was said."""
    shown = f'<p class="mr-sign">{words.gettext(SIGNS[sign])}</p>' if sign else ""
    return shown + (f'<p class="mr-text" dir="auto">{escape(text)}</p>' if text else "")


# --- What others shared


def render_others(others: Sequence[FromOthers], words: NullTranslations) -> str:
    """What fellow learners shared with the learner; the texts come when they are opened."""
    if not others:
        return ""
    lines = "".join(
        f'<li><details data-other="{one.key}"><summary><bdi>{escape(one.name)}</bdi>, {escape(one.when)}'
        f"{_as_buddy(one, words)}</summary><div></div></details></li>"
        for one in others
    )
    return f"<h4>{words.gettext('What others shared with you')}</h4><ul>{lines}</ul>"


def _as_buddy(one: FromOthers, words: NullTranslations) -> str:
    return f" ({words.gettext('your buddy')})" if one.role is Role.BUDDY else ""


def render_other(one: FromOthers, handed: Handed, said: Sequence[RemarkView], uid: str, words: NullTranslations) -> str:
    """A text that another learner shared; a buddy can react to it."""
    plan = ""
    if handed.commitment:
        lead = words.gettext("What I will do")
        plan = f'<p class="mr-label">{lead}</p><p class="mr-text" dir="auto">{escape(handed.commitment)}</p>'
    own = "".join(render_remark(each, words) for each in said)
    form = _reaction(one, uid, words) if one.role is Role.BUDDY else ""
    return f"{render_parts(handed.parts)}{plan}{own}{form}"


def _reaction(one: FromOthers, uid: str, words: NullTranslations) -> str:
    signs = "".join(
        f'<button type="button" data-share="react" data-value="{one.key}" data-sign="{sign}">{words.gettext(says)}'
        "</button>"
        for sign, says in SIGNS.items()
    )
    name = f"{escape(uid)}-react-{one.key}"
    label = words.gettext("What do you want to say to %(name)s?") % {"name": one.name}
    return (
        f'<div class="mu-actions mr-signs">{signs}</div><label for="{name}">{escape(label)}</label>'
        f'<textarea id="{name}" rows="3" dir="auto" maxlength="{MOST}"></textarea><div class="mu-actions">'
        f'<button type="button" data-share="react" data-value="{one.key}" data-sign="">{words.gettext("Send")}'
        "</button></div>"
    )


def render_parts(parts: Sequence[Part]) -> str:
    """Questions and what was answered."""
    return "".join(
        f'<p class="mr-label">{escape(part.label)}</p><p class="mr-text" dir="auto">{escape(part.text)}</p>'
        for part in parts
        if part.text.strip()
    )


# --- Buddies


def render_buddy(view: BuddyView, uid: str, words: NullTranslations) -> str:
    """The buddy, or the way to one."""
    if view.name:
        text = words.gettext("%(name)s is your buddy in this course.") % {"name": view.name}
        note = words.gettext(
            "You read each other's reflections where you choose so. When one of you ends it, neither can read the "
            "other's any more."
        )
        inside = (
            f"<p>{escape(text)}</p>"
            f'<p class="mu-note">{note}</p><div class="mu-actions">'
            f'<button type="button" data-share="end">{words.gettext("Not be buddies any more")}</button></div>'
        )
    elif view.is_offered:
        inside = _invitation(view, uid, words)
    else:
        return ""
    return f"<details><summary>{words.gettext('Your buddy')}</summary>{inside}</details>"


def _invitation(view: BuddyView, uid: str, words: NullTranslations) -> str:
    about = words.gettext(
        "A buddy is somebody in this course with whom you share reflections, where you choose so, and who reacts. "
        "Invite one person; nothing is shared by that."
    )
    if view.code:
        label = words.gettext("Give this code to the one you want as your buddy. It works once.")
        first = (
            f'<label for="{escape(uid)}-code">{label}</label>'
            f'<input id="{escape(uid)}-code" class="mr-code" data-code-own readonly dir="ltr" '
            f'value="{escape(view.code)}">'
            '<div class="mu-actions"><button type="button" data-share="withdraw">'
            f"{words.gettext('Withdraw the invitation')}</button></div>"
        )
    else:
        first = (
            '<div class="mu-actions"><button type="button" data-share="invite">'
            f"{words.gettext('Invite somebody')}</button></div>"
        )
    return (
        f'<p class="mu-note">{about}</p>{first}'
        f'<label for="{escape(uid)}-given">{words.gettext("Did you get a code? Type it here.")}</label>'
        f'<input id="{escape(uid)}-given" class="mr-code" data-code dir="ltr" maxlength="40" autocomplete="off" '
        'autocapitalize="off" spellcheck="false"><div class="mu-actions">'
        f'<button type="button" data-share="who">{words.gettext("See whose it is")}</button></div>'
        '<div class="mr-inviter" role="status"></div>'
    )


def render_inviter(name: str, code: str, words: NullTranslations) -> str:
    """Whose invitation it is, and the way to accept it."""
    text = words.gettext("%(name)s invites you to be buddies in this course.") % {"name": name}
    return (
        f"<p>{escape(text)}</p>"
        f'<div class="mu-actions"><button type="button" data-share="accept" data-value="{escape(code)}">'
        f"{words.gettext('Accept')}</button></div>"
    )
