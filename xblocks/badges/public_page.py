"""What everybody sees of a badge: the issuer, what can be earned, and what somebody earned and shares. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape

from xblocks.badges.criteria_words import Said
from xblocks.badges.public_frame import said

_PLACE = "\ufffc"
"""Stands where markup is put into a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementView:
    """A badge as it can be earned.

    Attributes:
        lang: of the badge's own texts, "" for the page's.
        description: markup that was cleaned; "" for none.
        narrative: what has to be done in the team's own words, markup that was cleaned; "" says `asked`.
        frameworks: names and addresses.
        credit: "1 hour and 30 minutes"; "" for none.
    """

    name: str
    picture: str
    issuer: str
    issuer_url: str
    course: str
    description: str
    narrative: str
    asked: Said
    lang: str = ""
    credit: str = ""
    tags: Sequence[str] = ()
    frameworks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that was done: what, and a sentence about when and how well."""

    anchor: str
    what: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """A badge that somebody earned and shares.

    Attributes:
        state: a kind (`public_frame.GOOD`, …) and a sentence.
        reason: why it was revoked; "" when it was not.
        by_hand: the course team gave it, without what was done being known.
        dates: names and dates.
        files: addresses and names.
    """

    badge: AchievementView
    state: tuple[str, str]
    reason: str
    by_hand: bool
    done: Sequence[Done]
    dates: Sequence[tuple[str, str]]
    verify_url: str
    files: Sequence[tuple[str, str]]


def render_credential(view: CredentialView, words: NullTranslations) -> str:
    """The page of a shared badge."""
    badge = view.badge
    return (
        f"<article>{_hero(badge, _state(view, words), words)}"
        f"{_description(badge)}{_done(view, words)}{_criteria(badge, words)}"
        f"{_details(badge, view.dates, words)}{_checking(view, words)}{_files(view, words)}</article>"
    )


def render_achievement(view: AchievementView, words: NullTranslations) -> str:
    """The page of a badge that can be earned."""
    content = f"{_hero(view, '', words)}{_description(view)}{_criteria(view, words)}{_details(view, (), words)}"
    return f"<article>{content}</article>"


def render_issuer(
    name: str, url: str, description: str, image: str, ways: Sequence[tuple[str, str]], words: NullTranslations
) -> str:
    """Who issues the badges of this site."""
    logo = f'<img class="mb-logo" src="{escape(image)}" alt="">' if image else ""
    links = "".join(f'<li><a class="mb-way" href="{escape(address)}">{escape(text)}</a></li>' for address, text in ways)
    about = f"<p>{escape(description)}</p>" if description else ""
    lead = words.gettext("Issues badges that can be checked anywhere (Open Badges 3.0).")
    return (
        f'<article>{logo}<h1>{escape(name)}</h1><p class="mb-soft">{escape(lead)}</p>{about}'
        f'<p><a class="mb-way" href="{escape(url)}">{escape(url)}</a></p><ul class="mb-plain">{links}</ul></article>'
    )


def render_notice(title: str, text: str, way: tuple[str, str] | None) -> str:
    """A page with one thing to say."""
    button = f'<p><a class="mb-button" href="{escape(way[0])}">{escape(way[1])}</a></p>' if way else ""
    return f"<article><h1>{escape(title)}</h1><p>{escape(text)}</p>{button}</article>"


def asked_list(one: Said) -> str:
    """What has to be done as markup, with lists in lists."""
    parts = "".join(f"<li>{asked_list(part)}</li>" for part in one.parts)
    return f"{escape(one.text)}<ul>{parts}</ul>" if parts else escape(one.text)


def _hero(view: AchievementView, state: str, words: NullTranslations) -> str:
    text = escape(words.gettext("Issued by %(issuer)s") % {"issuer": _PLACE})
    by = text.replace(_PLACE, f'<a class="mb-in" href="{escape(view.issuer_url)}">{escape(view.issuer)}</a>')
    course = f'<p class="mb-soft"><bdi{_lang(view)}>{escape(view.course)}</bdi></p>' if view.course else ""
    return (
        f'<div class="mb-hero"><img src="{escape(view.picture)}" alt="" width="160" height="160">'
        f"<div><h1><bdi{_lang(view)}>{escape(view.name)}</bdi></h1>"
        f'{course}<p class="mb-soft">{by}</p>{state}</div></div>'
    )


def _lang(view: AchievementView) -> str:
    """What the badge itself says may run the other way than the page."""
    return f' lang="{escape(view.lang)}" dir="auto"' if view.lang else ' dir="auto"'


def _state(view: CredentialView, words: NullTranslations) -> str:
    why = words.gettext("Reason: %(reason)s") % {"reason": view.reason} if view.reason else ""
    return said(*view.state) + (f"<p>{escape(why)}</p>" if why else "")


def _description(view: AchievementView) -> str:
    return f'<div class="mb-text mb-lead"{_lang(view)}>{view.description}</div>' if view.description else ""


def _criteria(view: AchievementView, words: NullTranslations) -> str:
    what = view.narrative or f"<div>{asked_list(view.asked)}</div>"
    return f'<h2>{words.gettext("What one does for it")}</h2><div class="mb-text"{_lang(view)}>{what}</div>'


def _done(view: CredentialView, words: NullTranslations) -> str:
    title = f"<h2>{words.gettext('What was done for it')}</h2>"
    if view.done:
        lines = "".join(
            f'<li id="{escape(one.anchor)}"><b{_lang(view.badge)}>{escape(one.what)}</b>'
            f"<span>{escape(one.when)}</span></li>"
            for one in view.done
        )
        return f'{title}<ol class="mb-done">{lines}</ol>'
    if view.by_hand:
        return f"{title}<p>{words.gettext('The course team gave this badge; how it was earned is known to them.')}</p>"
    return ""


def _details(view: AchievementView, dates: Sequence[tuple[str, str]], words: NullTranslations) -> str:
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in _rows(view, dates, words))
    return f'<h2>{words.gettext("Details")}</h2><dl class="mb-facts">{rows}</dl>' if rows else ""


def _rows(
    view: AchievementView, dates: Sequence[tuple[str, str]], words: NullTranslations
) -> Iterator[tuple[str, str]]:
    """Names and markup."""
    yield from ((name, escape(value)) for name, value in dates)
    if view.credit:
        yield words.gettext("Learning credit"), escape(view.credit)
    if view.frameworks:
        links = [f'<a class="mb-in" href="{escape(url)}">{escape(name)}</a>' for name, url in view.frameworks]
        yield words.gettext("Fits in"), "<br>".join(links)
    if view.tags:
        yield words.gettext("About"), escape(", ".join(view.tags))


def _checking(view: CredentialView, words: NullTranslations) -> str:
    text = words.gettext(
        "This badge is signed, so anybody can check that it is real, unchanged and not revoked. It does not show whose"
        " it is: ask who shows it to you for their e-mail address, and check whether it was issued to that."
    )
    return (
        f"<h2>{words.gettext('Check it')}</h2><p>{escape(text)}</p>"
        f'<p><a class="mb-button" href="{escape(view.verify_url)}">{words.gettext("Check this badge")}</a></p>'
    )


def _files(view: CredentialView, words: NullTranslations) -> str:
    links = "".join(
        f'<li><a class="mb-quiet mb-button" href="{escape(url)}">{escape(name)}</a></li>' for url, name in view.files
    )
    text = words.gettext("For a wallet, or to check it elsewhere. The pictures have the badge in them.")
    return f'<h2>{words.gettext("Download it")}</h2><p>{escape(text)}</p><ul class="mb-files">{links}</ul>'
