"""What a learner sees of the badges of a course: earned, on the way, and what to do next; pure.

The page is whole as the server writes it. A script only tells what is new once it was seen, and looks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

OPEN_AT_FIRST = 4
"""More badges than these on the way wait behind a fold: a long list of what one has not done is no encouragement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedBadge:
    """A badge that a learner has.

    Attributes:
        uid: of the award.
        picture: markup that says nothing more than the name.
        when: the date, in words.
        credit: what it is worth, in words; "" for nothing.
        is_new: they were not shown yet that they have it.
    """

    uid: str
    name: str
    picture: str
    when: str
    credit: str = ""
    url: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeAhead:
    """A badge on the way.

    Attributes:
        about: markup, what it stands for.
        said: where the learner is, in a sentence.
        share: 0 to 1; None where there is no learner.
        parts: of a group, what each of its parts comes to.
        url, step: where to go next, and what it is called; "" where nothing in particular is next.
    """

    name: str
    picture: str
    said: str
    about: str = ""
    share: float | None = None
    parts: Sequence[str] = ()
    url: str = ""
    step: str = ""
    is_practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgesView:
    """What is to be shown.

    Attributes:
        notice: a sentence before everything else.
        warnings: what the course team should mend; learners see none.
        mine_url: the page with all badges over all courses.
        team_url: where the course team sees who earned what; "" for everybody else.
        is_own: the learner themselves is looking.
        said: what is said aloud of badges that are new; "" when none is.
    """

    title: str
    earned: Sequence[EarnedBadge] = ()
    ahead: Sequence[BadgeAhead] = ()
    notice: str = ""
    warnings: Sequence[str] = ()
    mine_url: str = ""
    team_url: str = ""
    is_own: bool = False
    said: str = ""


def render(view: BadgesView, body: str) -> str:
    """The block as a section of its own, around what `render_body` made."""
    title = escape(view.title)
    own = ""
    if view.is_own:
        own = f' data-own="1" data-version="{version_of(body)}" data-said="{escape(view.said)}"'
    return (
        f'<section class="mu mb" aria-label="{title}"{own}><h3 class="mu-title">{title}</h3>'
        '<p class="mb-say" role="status" aria-live="polite"></p>'
        f'<div class="mb-body">{body}</div></section>'
    )


def version_of(body: str) -> str:
    """Tells whether there is something else to be shown by now."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def render_body(view: BadgesView, words: NullTranslations) -> str:
    """Everything below the title."""
    notice = f'<p class="mu-note mb-notice">{escape(view.notice)}</p>' if view.notice else ""
    warnings = "".join(f'<p class="mb-warning">{escape(one)}</p>' for one in view.warnings)
    if not view.earned and not view.ahead:
        return f"{notice}{warnings}<p>{words.gettext('There are no badges here yet.')}</p>{_team(view, words)}"
    return f"{notice}{warnings}{_next(view, words)}{_earned(view, words)}{_ahead(view, words)}{_team(view, words)}"


def _team(view: BadgesView, words: NullTranslations) -> str:
    if not view.team_url:
        return ""
    link = words.gettext("Who earned what (course team)")
    return f'<p><a class="mb-mine" href="{escape(view.team_url)}" target="_blank">{link}</a></p>'


def _next(view: BadgesView, words: NullTranslations) -> str:
    """One thing, and one link: of what was begun, what is nearest."""
    found = _nearest(view)
    if found is None:
        return ""
    lead = words.gettext("Next, for “%(badge)s”") % {"badge": found.name}
    go = (
        words.gettext("Practise now") if found.is_practice else words.gettext("Go to “%(unit)s”") % {"unit": found.step}
    )
    return (
        f'<div class="mb-next"><h4>{escape(lead)}</h4><p>{escape(found.said)}</p>'
        f'<p><a class="mb-go" href="{escape(found.url)}">{escape(go)}</a></p></div>'
    )


def _nearest(view: BadgesView) -> BadgeAhead | None:
    return next((one for one in view.ahead if one.url and one.share is not None), None)


def _earned(view: BadgesView, words: NullTranslations) -> str:
    if not view.earned:
        return ""
    items = "".join(_earned_badge(one, words) for one in view.earned)
    all_of_them = ""
    if view.mine_url:
        link = words.gettext("All your badges: share, download, credit")
        all_of_them = f'<p><a class="mb-mine" href="{escape(view.mine_url)}">{link}</a></p>'
    return f'<h4>{words.gettext("Earned")}</h4><ul class="mb-list mb-earned">{items}</ul>{all_of_them}'


def _earned_badge(one: EarnedBadge, words: NullTranslations) -> str:
    new = f' <span class="mb-new">{words.gettext("New")}</span>' if one.is_new else ""
    mark = ' data-new="1"' if one.is_new else ""
    name = f"<bdi>{escape(one.name)}</bdi>"
    if one.url:
        name = f'<a href="{escape(one.url)}">{name}</a>'
    said = " · ".join(escape(part) for part in (one.when, one.credit) if part)
    return (
        f'<li data-award="{escape(one.uid)}"{mark}><span class="mb-picture" aria-hidden="true">{one.picture}</span>'
        f"<div><b>{name}</b>{new}<small>{said}</small></div></li>"
    )


def _ahead(view: BadgesView, words: NullTranslations) -> str:
    if not view.ahead:
        return ""
    # What stands above as the next thing is not said twice.
    nearest = _nearest(view)
    first = "".join(_badge_ahead(one, words, with_step=one is not nearest) for one in view.ahead[:OPEN_AT_FIRST])
    more = view.ahead[OPEN_AT_FIRST:]
    rest = ""
    if more:
        summary = words.ngettext("%(number)d badge more", "%(number)d badges more", len(more)) % {"number": len(more)}
        inside = "".join(_badge_ahead(one, words) for one in more)
        rest = f'<details><summary>{summary}</summary><ul class="mb-list">{inside}</ul></details>'
    has_begun = any(one.share for one in view.ahead)
    heading = words.gettext("On the way") if has_begun or view.earned else words.gettext("What you can earn")
    return f'<h4>{heading}</h4><ul class="mb-list">{first}</ul>{rest}'


def _badge_ahead(one: BadgeAhead, words: NullTranslations, *, with_step: bool = True) -> str:
    bar = ""
    if one.share is not None:
        # The sentence below says the same to those who do not see it.
        bar = f'<div class="mu-bar" aria-hidden="true"><i style="inline-size:{round(100 * one.share)}%"></i></div>'
    about = f'<div class="mb-about">{one.about}</div>' if one.about else ""
    return (
        f'<li><span class="mb-picture" aria-hidden="true">{one.picture}</span>'
        f"<div><b><bdi>{escape(one.name)}</bdi></b>{about}{bar}<small>{escape(one.said)}</small>"
        f"{_parts(one, words)}{_step(one, words) if with_step else ''}</div></li>"
    )


def _parts(one: BadgeAhead, words: NullTranslations) -> str:
    if len(one.parts) < 2:
        return ""
    items = "".join(f"<li>{escape(part)}</li>" for part in one.parts)
    return f"<details><summary>{words.gettext('What it takes')}</summary><ul class='mb-parts'>{items}</ul></details>"


def _step(one: BadgeAhead, words: NullTranslations) -> str:
    if not one.url:
        return ""
    if one.is_practice:
        go = words.gettext("Practise")
        label = words.gettext("Practise, for “%(badge)s”") % {"badge": one.name}
    else:
        go = one.step
        label = words.gettext("%(unit)s, for “%(badge)s”") % {"unit": one.step, "badge": one.name}
    return f'<a class="mb-step" href="{escape(one.url)}" aria-label="{escape(label)}"><bdi>{escape(go)}</bdi></a>'
