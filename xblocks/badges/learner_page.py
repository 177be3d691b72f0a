"""The learner's own page: what they earned, what they share, what is on its way, and their credit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.badges.public_frame import BAD, GOOD, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Whether an award is shared, and how to change that.

    Attributes:
        action: where the form goes.
        hidden: what goes with it, as markup.
        public_url, check_url, linkedin_url: of one that is shared.
    """

    is_shared: bool
    action: str
    hidden: str
    public_url: str = ""
    check_url: str = ""
    linkedin_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBadge:
    """A badge that a learner has, or had.

    Attributes:
        picture: markup that says nothing more than the name.
        told: sentences about it: when it was earned, who gave it and why, until when it is valid.
        revoked: sentences about why it counts no more; empty: it counts.
        credit: what it is worth, in words; "" for nothing.
        done: what was done for it, and when.
        sharing: None of one that was revoked.
        files: addresses and names of what can be taken along.
    """

    uid: str
    name: str
    picture: str
    course: str
    course_url: str
    told: Sequence[str]
    revoked: Sequence[str] = ()
    is_expired: bool = False
    credit: str = ""
    done: Sequence[tuple[str, str]] = ()
    sharing: Sharing | None = None
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """A badge that the learner has begun: `share` is how far they are, 0 to 1, and `said` says it."""

    name: str
    picture: str
    course: str
    course_url: str
    said: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A line of the credit statement, as it is read."""

    when: str
    badge: str
    course: str
    why: str
    minutes: str
    balance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerView:
    """The whole page.

    Attributes:
        notice: what has just happened, in a sentence, and whether it went well.
        total: all credit, in words.
        csv_url: the statement for a spreadsheet.
    """

    earned: Sequence[OwnBadge]
    revoked: Sequence[OwnBadge]
    ahead: Sequence[OnItsWay]
    credit: Sequence[Credit]
    total: str
    csv_url: str
    notice: tuple[str, bool] | None = None


def render_learner(view: LearnerView, words: NullTranslations) -> str:
    """The page's content."""
    notice = ""
    if view.notice:
        text, went_well = view.notice
        notice = f'<div role="status">{said(GOOD if went_well else BAD, text)}</div>'
    parts = (_earned(view, words), _ahead(view, words), _credit(view, words), _revoked(view, words))
    return f"<h1>{words.gettext('Your badges')}</h1>{notice}{''.join(parts)}"


def _earned(view: LearnerView, words: NullTranslations) -> str:
    heading = words.gettext("Earned")
    if view.earned:
        cards = "".join(_card(badge, words) for badge in view.earned)
        return f'<section><h2>{heading}</h2><ul class="mb-cards">{cards}</ul></section>'
    text = words.gettext("Nothing here yet. What you earn in your courses appears here, for good.")
    return f'<section><h2>{heading}</h2><p class="mb-empty">{text}</p></section>'


def _card(badge: OwnBadge, words: NullTranslations) -> str:
    told = "".join(f"<p>{escape(text)}</p>" for text in badge.told)
    gone = "".join(f"<p>{escape(text)}</p>" for text in badge.revoked[1:])
    state = said(BAD, badge.revoked[0]) + gone if badge.revoked else ""
    credit = f'<p class="mb-soft">{escape(badge.credit)}</p>' if badge.credit else ""
    sharing = _sharing(badge, badge.sharing, words) if badge.sharing else ""
    course = _course(badge.course, badge.course_url)
    return (
        f'<li class="mb-card" id="badge-{escape(badge.uid)}"><div class="mb-top">'
        f'<span class="mb-picture" aria-hidden="true">{badge.picture}</span>'
        f"<div><h3><bdi>{escape(badge.name)}</bdi></h3>{course}{told}{credit}</div></div>"
        f"{state}{sharing}{_done(badge, words)}{_files(badge, words)}</li>"
    )


def _link(url: str, name: str, more: str = "") -> str:
    return f'<li><a class="mb-in mb-way" href="{escape(url)}"{more}>{escape(name)}</a></li>'


def _course(name: str, url: str) -> str:
    return f'<p class="mb-soft"><a class="mb-in mb-way" href="{escape(url)}"><bdi>{escape(name)}</bdi></a></p>'


def _sharing(badge: OwnBadge, sharing: Sharing, words: NullTranslations) -> str:
    if sharing.is_shared:
        text = words.gettext("Everybody who knows its address can see this badge.")
        links = (
            (sharing.public_url, words.gettext("See what they see")),
            (sharing.check_url, words.gettext("Check it")),
            (sharing.linkedin_url, words.gettext("Add it to LinkedIn")),
        )
        ways, url = "".join(_link(url, name) for url, name in links), escape(sharing.public_url)
        return (
            f'<div class="mb-share">{said(GOOD, text)}<ul class="mb-plain mb-row">{ways}</ul>'
            f'<p class="mb-soft">{words.gettext("Its address:")} '
            f'<a class="mb-in mb-way" href="{url}"><bdi dir="ltr">{url}</bdi></a></p>'
            f"{_form(badge, sharing, words.gettext('Stop sharing'), 'mb-second', words)}</div>"
        )
    seen = (
        words.gettext("the badge, its course, who issued it, and when"),
        words.gettext("what you did for it: each thing, its date, and your score where there is one"),
        words.gettext("the reason, when it was given by hand or is revoked some day"),
    )
    listed = "".join(f"<li>{escape(text)}</li>" for text in seen)
    expired = words.gettext("It is past its date, and its page says so.") if badge.is_expired else ""
    return (
        f'<details class="mb-share"><summary>{words.gettext("Share")} '
        f"<small>{words.gettext('Now only you see this badge.')}</small></summary>"
        f"<p>{words.gettext('If you share it, everybody who knows its address can see:')}</p><ul>{listed}</ul>"
        f"<p>{_private(words)} {escape(expired)}</p>"
        f"{_form(badge, sharing, words.gettext('Share this badge'), '', words)}</details>"
    )


def _private(words: NullTranslations) -> str:
    return escape(
        words.gettext(
            "Your name and e-mail address are not there; whoever knows your address already can check that it is"
            " yours. You can stop at any time; copies that others made stay with them."
        )
    )


def _form(badge: OwnBadge, sharing: Sharing, label: str, kind: str, words: NullTranslations) -> str:
    told = escape(words.gettext("%(what)s: %(badge)s") % {"what": label, "badge": badge.name})
    return (
        f'<form method="post" action="{escape(sharing.action)}">{sharing.hidden}'
        f'<button class="mb-button {kind}" aria-label="{told}">{escape(label)}</button></form>'
    )


def _done(badge: OwnBadge, words: NullTranslations) -> str:
    if not badge.done:
        return ""
    lines = "".join(f"<li><bdi>{escape(what)}</bdi> <span>{escape(when)}</span></li>" for what, when in badge.done)
    return (
        f'<details><summary>{words.gettext("What you did for it")}</summary><ul class="mb-done">{lines}</ul></details>'
    )


def _files(badge: OwnBadge, words: NullTranslations) -> str:
    if not badge.files:
        return ""
    lead = words.gettext(
        "The badge as a file that anybody can check, also without this site. Whoever you give it to sees what is in it."
    )
    links = "".join(_link(url, name, " download") for url, name in badge.files)
    return (
        f"<details><summary>{words.gettext('Take it along')}</summary><p>{lead}</p>"
        f'<ul class="mb-plain">{links}</ul></details>'
    )


def _ahead(view: LearnerView, words: NullTranslations) -> str:
    if not view.ahead:
        return ""
    lines = "".join(
        f'<li class="mb-card"><div class="mb-top"><span class="mb-picture mb-small" aria-hidden="true">{one.picture}'
        f"</span><div><h3><bdi>{escape(one.name)}</bdi></h3>{_course(one.course, one.course_url)}"
        f'<progress max="100" value="{round(100 * one.share)}" aria-label="{escape(one.name)}"></progress>'
        f"<p>{escape(one.said)}</p></div></div></li>"
        for one in view.ahead
    )
    return f'<section><h2>{words.gettext("On the way")}</h2><ul class="mb-cards">{lines}</ul></section>'


def _credit(view: LearnerView, words: NullTranslations) -> str:
    if not view.credit:
        return ""
    heads = (
        words.gettext("When"),
        words.gettext("Badge"),
        words.gettext("What for"),
        words.gettext("Credit"),
        words.gettext("Balance"),
    )
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(
        f'<tr><td data-head="{escape(heads[0])}">{escape(one.when)}</td>'
        f'<th scope="row"><bdi>{escape(one.badge)}</bdi> <small><bdi>{escape(one.course)}</bdi></small></th>'
        f'<td data-head="{escape(heads[2])}">{escape(one.why)}</td>'
        f'<td data-head="{escape(heads[3])}"><bdi>{escape(one.minutes)}</bdi></td>'
        f'<td data-head="{escape(heads[4])}"><bdi>{escape(one.balance)}</bdi></td></tr>'
        for one in view.credit
    )
    title = words.gettext("Learning credit")
    total = words.gettext("In all: %(credit)s") % {"credit": view.total}
    return (
        f'<section><h2>{title}</h2><p class="mb-total">{escape(total)}</p>'
        f'<div class="mb-scroll" role="region" tabindex="0" aria-label="{escape(title)}"><table class="mb-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p><a class="mb-in mb-way" href="{escape(view.csv_url)}" download>'
        f"{words.gettext('Download the statement (CSV)')}</a></p></section>"
    )


def _revoked(view: LearnerView, words: NullTranslations) -> str:
    if not view.revoked:
        return ""
    cards = "".join(_card(badge, words) for badge in view.revoked)
    return f'<section><h2>{words.gettext("Counts no more")}</h2><ul class="mb-cards">{cards}</ul></section>'
