"""The page of the clock: what time it is here, buttons to move it, and what happened, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from devstack import clock, nudging
from devstack.language import chosen_language
from devstack.models import Mail, Noted
from devstack.words import say
from xblocks.base.i18n import _, ngettext
from xblocks.nudge.reasons import Reason

SHOWN = timedelta(days=62)
_PLAY = "clock_play"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        mail: the mail, where it is one; its links open in a tab of their own (`srcdoc`).
    """

    kind: str
    at: Any
    who: str
    says: str
    mail: Mail | None = None

    @property
    def srcdoc(self) -> str:
        """The mail's HTML for a frame."""
        assert self.mail is not None
        return self.mail.html.replace("<head>", '<head><base target="_blank">', 1)


@dataclass(slots=True)
class Days:
    """A day, or several in a row on which nothing happened for the same reasons; `first` is the earliest."""

    first: date
    last: date
    entries: list[Entry] = field(default_factory=list)
    quiet: list[tuple[str, str]] = field(default_factory=list)


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The clock and what happened."""
    now = clock.now()
    is_playing = request.session.get(_PLAY, True)
    ahead = clock.ahead()
    context = {
        "now": now.astimezone(nudging.ZONE),
        "zone": nudging.ZONE,
        "ahead": _ahead(round(ahead / timedelta(days=1))) if ahead >= timedelta(days=1) else "",
        "steps": [(name, say(f"clock_{name}")) for name in nudging.STEPS],
        "is_playing": is_playing,
        "days": timeline(),
        "moved": _moved(request.GET.get("moved", "")),
    }
    return render(request, "devstack/clock.html", context)


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move the clock by a step."""
    step = nudging.STEPS.get(request.POST.get("by", ""))
    if step is None:
        return HttpResponseBadRequest("It moves by an hour, a day, a week or a month.", content_type="text/plain")
    is_playing = bool(request.POST.get("play"))
    request.session[_PLAY] = is_playing
    mails, deeds = Mail.objects.count(), _deeds()
    nudging.move(step, play=is_playing, language=chosen_language(request))
    happened = f"{Mail.objects.count() - mails}-{_deeds() - deeds}"
    return HttpResponseRedirect(f"{reverse('clock')}?moved={happened}#happened")


def _deeds() -> int:
    return Noted.objects.exclude(kind=Noted.Kind.QUIET).count()


def _moved(counts: str) -> str:
    """What the last move brought, in a sentence; "" for anything that is not ours."""
    mails, _dash, deeds = counts.partition("-")
    if not (mails.isdecimal() and deeds.isdecimal() and len(counts) < 12):
        return ""
    return f"{_mails(int(mails))} {_deeds_told(int(deeds))}"


# --- What happened


def timeline() -> list[Days]:
    """What happened lately, the latest day first, each day in its order; quiet days that are alike are one."""
    since = clock.now() - SHOWN
    names = {user.email: user.first_name for user in User.objects.all()}
    mails = Mail.objects.filter(at__gt=since)
    happened = [Entry("mail", mail.at, names.get(mail.recipient, mail.recipient), mail.subject, mail) for mail in mails]
    notes = list(Noted.objects.filter(at__gt=since).select_related("user"))
    deeds = [_deed(note) for note in notes if note.kind != Noted.Kind.QUIET]
    quiet = [note for note in notes if note.kind == Noted.Kind.QUIET]
    found: dict[date, Days] = {}
    for entry in sorted([*happened, *deeds], key=lambda entry: entry.at):
        _day(found, entry.at).entries.append(entry)
    for note in quiet:
        _day(found, note.at).quiet.append((note.user.first_name, reason(note.detail.get("reason", ""))))
    return _merged(found[day] for day in sorted(found, reverse=True))


def reason(name: str) -> str:
    """Why somebody heard nothing, as one says it."""
    return _(Reason(name).sentence) if name in set(Reason) else name


def _deed(note: Noted) -> Entry:
    questions = int(note.detail.get("questions", 0))
    return Entry(note.kind, note.at, note.user.first_name, _told(note.kind, questions))


def _day(found: dict[date, Days], at: Any) -> Days:
    day = at.astimezone(nudging.ZONE).date()
    return found.setdefault(day, Days(day, day))


def _merged(days: Iterable[Days]) -> list[Days]:
    merged: list[Days] = []
    for (has_entries, _quiet), group in groupby(days, key=lambda one: (bool(one.entries), tuple(one.quiet))):
        run = list(group)
        merged.extend(run if has_entries else [Days(run[-1].first, run[0].last, [], run[0].quiet)])
    return merged


# --- Numbers in words


def _ahead(days: int) -> str:
    text = ngettext("%(number)d day ahead of the real time", "%(number)d days ahead of the real time", days)
    return text % {"number": days}


def _mails(number: int) -> str:
    if not number:
        return say("clock_no_mail")
    text = ngettext("%(number)d mail was sent.", "%(number)d mails were sent.", number)
    return text % {"number": number}


def _deeds_told(number: int) -> str:
    if not number:
        return say("clock_no_deeds")
    text = ngettext("Learners practised %(number)d time.", "Learners practised %(number)d times.", number)
    return text % {"number": number}


def _told(kind: str, questions: int) -> str:
    if kind == Noted.Kind.BEGAN:
        text = ngettext(
            "took the first quiz of the course: %(number)d question",
            "took the first quizzes of the course: %(number)d questions",
            questions,
        )
    else:
        text = ngettext(
            "followed the mail and answered %(number)d question",
            "followed the mail and answered %(number)d questions",
            questions,
        )
    return text % {"number": questions}
