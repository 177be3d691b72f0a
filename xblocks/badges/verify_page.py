"""The page on which anybody checks a badge: what was checked, how it went, and what the badge says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from gettext import NullTranslations
from html import escape

from xblocks.badges.moments import moment
from xblocks.badges.public_frame import BAD, GOOD, UNSURE, said, sign
from xblocks.badges.strict_json import JsonObject
from xblocks.badges.verdict import Check, Name, Outcome, Verdict
from xblocks.base.problems import N_

KINDS = {Outcome.PASSED: GOOD, Outcome.FAILED: BAD, Outcome.UNCHECKED: UNSURE}
_OUTCOMES = {
    Outcome.PASSED: N_("Good"),
    Outcome.FAILED: N_("Not good"),
    Outcome.UNCHECKED: N_("Could not be checked"),
}
_NAMES = {
    Name.READABLE: N_("Can it be read?"),
    Name.FORM: N_("Is it an Open Badge?"),
    Name.SIGNATURE: N_("Is it unchanged?"),
    Name.ISSUER: N_("Is it really from its issuer?"),
    Name.PERIOD: N_("Does it hold now?"),
    Name.STATUS: N_("Does its issuer stand by it?"),
    Name.RECIPIENT: N_("Is it theirs?"),
}
_WHOLE = {
    Outcome.PASSED: N_("This badge is real, and it holds."),
    Outcome.FAILED: N_("Do not rely on this badge."),
    Outcome.UNCHECKED: N_("Not everything about this badge could be checked."),
}
MOST_LINES, MOST_LETTERS = 20, 300
"""What is shown of what a badge says: whoever wrote it may have written very much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyView:
    """What stands on the page.

    Attributes:
        hidden: what the form needs beside its fields, as markup.
        badge: a badge of this site that is looked at, by its id; "" asks for one.
        typed: what stands in the fields.
        problem: what is wrong with what was sent; "" for nothing.
        verdict: None before something was sent.
        reason: why this site revoked it; "" when it did not.
        page: where a badge of this site is shown; "" when it is not.
        day: a date as one writes it in the language of the page.
    """

    action: str
    hidden: str
    badge: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    page: str = ""
    day: Callable[[datetime], str] = str
    most_megabytes: int = 5


def render_verify(view: VerifyView, words: NullTranslations) -> str:
    """The verdict, where there is one, and the form."""
    lead = words.gettext(
        "Somebody showed you a badge? Here you see whether it is real. What you upload is checked and forgotten."
    )
    top = "" if view.verdict else f'<p class="mb-lead">{escape(lead)}</p>'
    problem = f'<div role="alert">{said(BAD, view.problem)}</div>' if view.problem else ""
    verdict = _verdict(view, view.verdict, words) if view.verdict else ""
    return f"<h1>{escape(words.gettext('Check a badge'))}</h1>{top}{problem}{verdict}{_form(view, words)}"


def _verdict(view: VerifyView, verdict: Verdict, words: NullTranslations) -> str:
    lines = "".join(_check(check, view, words) for check in verdict.checks)
    says = _says(verdict.credential, view.day, words) if verdict.credential is not None else ""
    page = ""
    if view.page:
        page = f'<p><a class="mb-way" href="{escape(view.page)}">{escape(words.gettext("See the badge"))}</a></p>'
    return (
        f'<section role="status" aria-label="{escape(words.gettext("What came of it"))}">'
        f"{said(KINDS[verdict.outcome], words.gettext(_WHOLE[verdict.outcome]))}</section>"
        f'<h2>{escape(words.gettext("What was checked"))}</h2><ul class="mb-checks">{lines}</ul>{says}{page}'
    )


def _check(check: Check, view: VerifyView, words: NullTranslations) -> str:
    details = "".join(
        f"<li>{escape(detail.sentence(words.gettext))} <code>{escape(detail.path[:MOST_LETTERS])}</code></li>"
        for detail in check.details[:MOST_LINES]
    )
    if check.name is Name.STATUS and view.reason:
        reason = words.gettext("Reason: %(reason)s") % {"reason": view.reason}
        details += f"<li>{escape(reason)}</li>"
    kind = KINDS[check.outcome]
    return (
        f'<li class="mb-{kind}">{sign(kind)}<div><b>{escape(words.gettext(_NAMES[check.name]))}</b> '
        f'<span class="mb-outcome">{escape(words.gettext(_OUTCOMES[check.outcome]))}</span>'
        f"<p>{escape(check.problem.sentence(words.gettext))}</p>{f'<ul>{details}</ul>' if details else ''}</div></li>"
    )


def _says(credential: JsonObject, day: Callable[[datetime], str], words: NullTranslations) -> str:
    """What the badge says of itself, each thing only when it is a text, as it may be anything."""
    subject = _object(credential.get("credentialSubject"))
    achievement, issuer = _object(subject.get("achievement")), _object(credential.get("issuer"))
    criteria = _object(achievement.get("criteria"))
    rows = (
        (words.gettext("Badge"), _text(achievement.get("name"))),
        (words.gettext("Issuer"), _text(issuer.get("name")) or _text(issuer.get("id") or credential.get("issuer"))),
        (words.gettext("For"), _text(achievement.get("description"))),
        (words.gettext("What one does for it"), _text(criteria.get("narrative"))),
        (words.gettext("Valid from"), _moment(credential.get("validFrom"), day)),
        (words.gettext("Valid until"), _moment(credential.get("validUntil"), day)),
    )
    shown = "".join(
        f"<div><dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd></div>" for name, value in rows if value
    )
    done = "".join(f"<li><bdi>{escape(line)}</bdi></li>" for line in _done(credential.get("evidence")))
    evidence = (
        f"<div><dt>{escape(words.gettext('What was done for it'))}</dt><dd><ul>{done}</ul></dd></div>" if done else ""
    )
    if not shown:
        return ""
    return f'<h2>{escape(words.gettext("What the badge says"))}</h2><dl class="mb-facts">{shown}{evidence}</dl>'


def _done(evidence: object) -> Sequence[str]:
    given = evidence if isinstance(evidence, list) else [evidence]
    lines = (
        " · ".join(filter(None, (_text(one.get("name")), _text(one.get("description")))))
        for one in given[:MOST_LINES]
        if isinstance(one, dict)
    )
    return [line for line in lines if line]


def _moment(value: object, day: Callable[[datetime], str]) -> str:
    when = moment(value)
    return day(when) if when else _text(value)


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value if len(value) <= MOST_LETTERS else f"{value[:MOST_LETTERS]}…"


# --- The form


def _form(view: VerifyView, words: NullTranslations) -> str:
    said_again = words.gettext("Check another badge") if view.verdict and not view.badge else ""
    heading = f"<h2>{escape(said_again)}</h2>" if said_again else ""
    fields = _of_this_site(view, words) if view.badge else _upload(view, words)
    return (
        f'{heading}<form class="mb-form" method="post" action="{escape(view.action)}" enctype="multipart/form-data">'
        f"{view.hidden}{fields}{_email(view, words)}"
        f'<p><button class="mb-button">{escape(words.gettext("Check"))}</button></p></form>'
    )


def _of_this_site(view: VerifyView, words: NullTranslations) -> str:
    title = words.gettext("Was it issued to who showed it to you?")
    return f'<h2>{escape(title)}</h2><input type="hidden" name="badge" value="{escape(view.badge)}">'


def _upload(view: VerifyView, words: NullTranslations) -> str:
    kinds = words.gettext("A picture (PNG, SVG) or a text (JSON, JWT), at most %(most)d MB.") % {
        "most": view.most_megabytes
    }
    pasted = words.gettext("Its text, or the address of a badge of this site.")
    return (
        f'<p class="mb-field"><label for="mb-file">{escape(words.gettext("The file of the badge"))}</label>'
        f'<small id="mb-file-note">{escape(kinds)}</small>'
        '<input id="mb-file" type="file" name="file" aria-describedby="mb-file-note"'
        ' accept=".png,.svg,.json,.jsonld,.jwt,.txt,image/png,image/svg+xml,application/json,text/plain"></p>'
        f'<p class="mb-field"><label for="mb-text">{escape(words.gettext("Or paste it here"))}</label>'
        f'<small id="mb-text-note">{escape(pasted)}</small>'
        '<textarea id="mb-text" name="text" rows="4" spellcheck="false" aria-describedby="mb-text-note" dir="ltr">'
        f"\n{escape(view.typed.get('text', ''))}</textarea></p>"
    )


def _email(view: VerifyView, words: NullTranslations) -> str:
    label = (
        words.gettext("E-mail address of who it should be of")
        if view.badge
        else words.gettext("E-mail address of who it should be of, if you want to know that as well")
    )
    note = words.gettext("It is compared with the badge, and not kept.")
    return (
        f'<p class="mb-field"><label for="mb-email">{escape(label)}</label>'
        f'<small id="mb-email-note">{escape(note)}</small>'
        '<input id="mb-email" type="email" name="email" autocomplete="off" dir="ltr" aria-describedby="mb-email-note"'
        f' value="{escape(view.typed.get("email", ""))}"></p>'
    )
