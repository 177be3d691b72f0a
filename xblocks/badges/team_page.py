"""The course team's page about badges: who has which, and what can be done; whole without any script. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape

from xblocks.badges.public_frame import BAD, GOOD, said

MOST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeLine:
    """A badge of the course.

    Attributes:
        picture: markup that says nothing more than the name.
        told: how many have it, in sentences.
        url: to those who have it; "" as long as nobody does.
    """

    badge_id: str
    name: str
    picture: str
    told: Sequence[str]
    url: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """Somebody who has a badge, or had."""

    url: str
    learner: str
    full_name: str
    badge: str
    when: str
    how: str
    is_revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleView:
    """Who has badges: a page of them.

    Attributes:
        told: how many there are, in a sentence.
        before, after: addresses of the pages beside this one; "" for none.
        place: which page it is, in words; "" when there is one only.
    """

    action: str
    badge_id: str
    search: str
    lines: Sequence[AwardLine]
    told: str
    csv_url: str
    before: str = ""
    after: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingView:
    """The form by which a badge is given by hand, as it was typed.

    Attributes:
        hidden: what goes with it, as markup.
        lines: what was typed of those who got none, and why.
        problems: by the name of a field.
    """

    action: str
    hidden: str
    badge_id: str = ""
    people: str = ""
    reason: str = ""
    lines: Sequence[tuple[str, str]] = ()
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """The whole page."""

    title: str
    badges: Sequence[BadgeLine]
    people: PeopleView
    giving: GivingView
    notices: Sequence[tuple[str, bool]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """One award, and what can be done with it.

    Attributes:
        facts: names and values.
        revoke_url, correct_url: "" of one that was revoked.
        typed: the reason that was typed, and in which form ("revoke", "correct").
    """

    title: str
    picture: str
    facts: Sequence[tuple[str, str]]
    done: Sequence[tuple[str, str]]
    state: tuple[str, bool]
    hidden: str
    revoke_url: str = ""
    correct_url: str = ""
    typed: tuple[str, str] = ("", "")
    problem: str = ""
    notices: Sequence[tuple[str, bool]] = ()


def render_team(view: TeamView, words: NullTranslations) -> str:
    """The page of a course."""
    if not view.badges:
        text = words.gettext(
            "This course has no badges yet. Add the block “Badges” to a unit in Studio, define a badge and publish it;"
            " then you see here who earned it."
        )
        return f'<h1><bdi>{escape(view.title)}</bdi></h1>{_notices(view.notices)}<p class="mb-empty">{text}</p>'
    parts = (_badges(view, words), _people(view, words), _giving(view, words))
    return f"<h1>{escape(view.title)}</h1>{_notices(view.notices)}{''.join(parts)}"


def render_refusal(title: str, text: str) -> str:
    """Why there is nothing to see."""
    return f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"


def _notices(notices: Sequence[tuple[str, bool]]) -> str:
    lines = "".join(said(GOOD if went_well else BAD, text) for text, went_well in notices)
    return f'<div role="status">{lines}</div>' if lines else ""


def _badges(view: TeamView, words: NullTranslations) -> str:
    see = words.gettext("See who")
    cards = "".join(_badge(badge, see, words) for badge in view.badges)
    return f'<section><h2>{words.gettext("Badges")}</h2><ul class="mb-cards">{cards}</ul></section>'


def _badge(badge: BadgeLine, see: str, words: NullTranslations) -> str:
    told = " ".join(badge.told)
    gone = words.gettext("No longer in the course: nobody earns it any more, and who has it keeps it.")
    retired = f"<p>{gone}</p>" if badge.is_retired else ""
    label = escape(words.gettext("%(what)s: %(badge)s") % {"what": see, "badge": badge.name})
    way = (
        f'<p><a class="mb-in mb-way" href="{escape(badge.url)}" aria-label="{label}">{escape(see)}</a></p>'
        if badge.url
        else ""
    )
    return (
        f'<li class="mb-card"><div class="mb-top"><span class="mb-picture mb-small" aria-hidden="true">{badge.picture}'
        f"</span><div><h3><bdi>{escape(badge.name)}</bdi></h3><p>{escape(told)}</p>{retired}{way}</div></div></li>"
    )


def _people(view: TeamView, words: NullTranslations) -> str:
    people = view.people
    every = words.gettext("All badges")
    options = _option("", every, people.badge_id) + "".join(
        _option(one.badge_id, one.name, people.badge_id) for one in view.badges
    )
    note = words.gettext("The first letters are enough.")
    search = words.gettext("User name or e-mail address")
    form = (
        f'<form class="mb-form mb-search" method="get" action="{escape(people.action)}#people">'
        f'<div class="mb-field"><label for="mb-badge">{words.gettext("Badge")}</label>'
        f'<select id="mb-badge" name="badge">{options}</select></div>'
        f'<div class="mb-field"><label for="mb-q">{search}</label>'
        f'<input id="mb-q" name="q" type="search" maxlength="254" value="{escape(people.search)}"'
        f' aria-describedby="mb-q-note"><p class="mb-soft" id="mb-q-note">{note}</p></div>'
        f'<button class="mb-button">{words.gettext("Search")}</button></form>'
    )
    table = _table(people.lines, words) if people.lines else ""
    pager = _pager(people, words) if people.place else ""
    csv = (
        f'<p><a class="mb-in mb-way" href="{escape(people.csv_url)}" download>'
        f"{words.gettext('Download all of it (CSV)')}</a></p>"
    )
    heading = words.gettext("Who has them")
    return (
        f'<section id="people"><h2>{heading}</h2>{form}<p class="mb-total">{escape(people.told)}</p>{table}{pager}{csv}'
        "</section>"
    )


def _option(value: str, name: str, chosen: str) -> str:
    is_chosen = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{is_chosen}>{escape(name)}</option>'


def _table(lines: Sequence[AwardLine], words: NullTranslations) -> str:
    heads = (
        words.gettext("Learner"),
        words.gettext("Badge"),
        words.gettext("When"),
        words.gettext("How"),
    )
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(_row(line, heads, words) for line in lines)
    label = escape(words.gettext("Who has them"))
    return (
        f'<div class="mb-scroll" role="region" tabindex="0" aria-label="{label}"><table class="mb-table"><thead>'
        f"<tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(line: AwardLine, heads: Sequence[str], words: NullTranslations) -> str:
    full = f" <small><bdi>{escape(line.full_name)}</bdi></small>" if line.full_name else ""
    gone = f' <b class="mb-gone">{words.gettext("revoked")}</b>' if line.is_revoked else ""
    return (
        f'<tr><th scope="row"><a class="mb-in mb-way" href="{escape(line.url)}"><bdi>{escape(line.learner)}</bdi></a>'
        f"{full}</th>"
        f'<td data-head="{escape(heads[1])}"><bdi>{escape(line.badge)}</bdi></td>'
        f'<td data-head="{escape(heads[2])}">{escape(line.when)}</td>'
        f'<td data-head="{escape(heads[3])}">{escape(line.how)}{gone}</td></tr>'
    )


def _pager(people: PeopleView, words: NullTranslations) -> str:
    ways = "".join(
        f'<a class="mb-in mb-way" href="{escape(url)}" rel="{rel}">{escape(text)}</a>'
        for url, rel, text in (
            (people.before, "prev", words.gettext("Earlier page")),
            (people.after, "next", words.gettext("Next page")),
        )
        if url
    )
    label = escape(words.gettext("Pages"))
    return f'<nav class="mb-pager" aria-label="{label}"><span>{escape(people.place)}</span>{ways}</nav>'


# --- By hand


def _giving(view: TeamView, words: NullTranslations) -> str:
    giving = view.giving
    options = "".join(_option(one.badge_id, one.name, giving.badge_id) for one in view.badges if not one.is_retired)
    if not options:
        return ""
    lead = words.gettext(
        "For somebody whose work the course does not know: who did it on paper, or elsewhere. They read your reason,"
        " and so does whoever checks the badge when they share it."
    )
    people_note = words.gettext("User names or e-mail addresses; several on lines of their own, or with commas.")
    form = (
        f'<form class="mb-form" method="post" action="{escape(giving.action)}">{giving.hidden}'
        f'<div class="mb-field"><label for="mb-give">{words.gettext("Badge")}</label>'
        f'<select id="mb-give" name="badge">{options}</select>{_told(giving.problems, "badge")}</div>'
        f'<div class="mb-field"><label for="mb-people">{words.gettext("To whom")}</label>'
        f'<textarea id="mb-people" name="people" rows="4"{_marked(giving.problems, "people", "mb-people-note")}>'
        f"\n{escape(giving.people)}</textarea>"
        f'<p class="mb-soft" id="mb-people-note">{people_note}</p>{_told(giving.problems, "people")}</div>'
        f"{_reason('give', giving.reason, giving.problems.get('reason', ''), words)}"
        f'<button class="mb-button">{words.gettext("Give the badge")}</button></form>'
    )
    lines = _lines(giving, words)
    heading = words.gettext("Give a badge by hand")
    return f'<section id="give"><h2>{heading}</h2>{lines}<p>{lead}</p>{form}</section>'


def _lines(giving: GivingView, words: NullTranslations) -> str:
    if not giving.lines:
        return ""
    text = words.gettext("These got none, and still stand below:")
    listed = "".join(f"<li><bdi><b>{escape(name)}</b></bdi>: {escape(why)}</li>" for name, why in giving.lines)
    return f'<div class="mb-problems" role="alert"><p>{text}</p><ul>{listed}</ul></div>'


def _reason(form: str, value: str, problem: str, words: NullTranslations) -> str:
    problems = {"reason": problem} if problem else {}
    name = f"mb-{form}-reason"
    told = f'<p class="mb-problem" id="{name}-problem">{escape(problem)}</p>' if problem else ""
    marked = f' aria-invalid="true" aria-describedby="{name}-problem"' if problems else ""
    return (
        f'<div class="mb-field"><label for="{name}">{words.gettext("Why")}</label>'
        f'<textarea id="{name}" name="reason" rows="2" maxlength="{MOST_REASON}"{marked}>\n{escape(value)}</textarea>'
        f"{told}</div>"
    )


def _told(problems: dict[str, str], name: str) -> str:
    problem = problems.get(name, "")
    return f'<p class="mb-problem" id="mb-{name}-problem">{escape(problem)}</p>' if problem else ""


def _marked(problems: dict[str, str], name: str, note: str) -> str:
    if name in problems:
        return f' aria-invalid="true" aria-describedby="mb-{name}-problem {note}"'
    return f' aria-describedby="{note}"'


# --- One award


def render_award(view: AwardView, words: NullTranslations) -> str:
    """The page of one award."""
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd></div>" for name, value in view.facts
    )
    done = "".join(f"<li><bdi>{escape(what)}</bdi> <span>{escape(when)}</span></li>" for what, when in view.done)
    list_ = f'<h2>{words.gettext("What was done for it")}</h2><ul class="mb-done">{done}</ul>' if done else ""
    text, is_good = view.state
    return (
        f'<div class="mb-top"><span class="mb-picture" aria-hidden="true">{view.picture}</span>'
        f"<div><h1><bdi>{escape(view.title)}</bdi></h1></div></div>"
        f"{_notices(view.notices)}{said(GOOD if is_good else BAD, text)}"
        f'<dl class="mb-facts">{facts}</dl>{list_}{_actions(view, words)}'
    )


def _actions(view: AwardView, words: NullTranslations) -> str:
    if not view.revoke_url:
        return ""
    revoke = words.gettext(
        "It counts no more, here and wherever somebody checks it; its credit is taken back. The learner and whoever"
        " checks it read why. It is not earned again by itself; you can give it again by hand."
    )
    correct = words.gettext(
        "Was the badge itself mended, or the record wrong? Then this one is revoked, and the learner gets another as"
        " the badge is now, for the same deeds and with its credit. Whoever shared it shares the new one themselves."
    )
    return (
        f"{_action(view, 'correct', view.correct_url, words.gettext('Correct it'), correct, words)}"
        f"{_action(view, 'revoke', view.revoke_url, words.gettext('Revoke it'), revoke, words)}"
    )


def _action(view: AwardView, form: str, url: str, label: str, text: str, words: NullTranslations) -> str:
    which, typed = view.typed
    is_this = which == form
    kind = "mb-stop" if form == "revoke" else ""
    return (
        f"<section><h2>{escape(label)}</h2><p>{escape(text)}</p>"
        f'<form class="mb-form" method="post" action="{escape(url)}">'
        f"{view.hidden}{_reason(form, typed if is_this else '', view.problem if is_this else '', words)}"
        f'<button class="mb-button {kind}">{escape(label)}</button></form></section>'
    )
