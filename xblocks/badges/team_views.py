"""The course team's pages about badges and what can be done on them; rights are looked at in every request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import awarding, models, team, team_giving
from xblocks.badges.awarding import AwardError
from xblocks.badges.evidence_words import what_was_done
from xblocks.badges.learner_views import CSS
from xblocks.badges.own_badges import drawn
from xblocks.badges.public_frame import Frame, render_page
from xblocks.badges.public_pages import credit_in_words
from xblocks.badges.reading import read
from xblocks.badges.team_page import (
    AwardLine,
    AwardView,
    BadgeLine,
    GivingView,
    PeopleView,
    TeamView,
    render_award,
    render_refusal,
    render_team,
)
from xblocks.base.accounts import OPENEDX
from xblocks.base.i18n import _, html_language, ngettext, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import csv_lines
from xblocks.base.team_access import for_course_team
from xblocks.nudge import api as nudge

DONE = {
    "revoked": N_("Revoked. The learner sees it on their page, with your reason."),
    "corrected": N_("Corrected. This is the new award; the old one is revoked."),
}


def _refused() -> HttpResponse:
    title = _("For the course team")
    text = _("This page is for the team of this course. Do you belong to it? Ask whoever leads the course.")
    return HttpResponse(_page(title, ("/", platform().site_name()), render_refusal(title, text)), status=403)


_of_a_course = for_course_team("microunits_badges:team", _refused)


@require_safe
@_of_a_course
def page(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Who has which badge."""
    return _team(request, course_key, _giving(request, course_key))


@csrf_protect
@require_POST
@transaction.non_atomic_requests
@_of_a_course
def give(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Give a badge by hand; what could not be done stands in the form again."""
    badge_id, people, reason = (request.POST.get(name, "").strip() for name in ("badge", "people", "reason"))
    badge = awarding.badges_of(course_key).get(badge_id)
    names = team_giving.names_in(people)
    problems = dict(_wrong(badge, names, reason))
    if badge is None or problems:
        typed = _giving(request, course_key, badge_id=badge_id, people=people, reason=reason, problems=problems)
        return _team(request, course_key, typed)
    given = team_giving.give(badge, names, reason, _by(request), platform().now())
    notices = [(_given(given.done, read(badge).name), True)] if given.done else []
    if not given.problems:
        return _back(_url("team", course_key, {"badge": badge_id, "given": len(given.done)}) + "#people")
    left = "\n".join(name for name, _why in given.problems)
    typed = _giving(request, course_key, badge_id=badge_id, people=left, reason=reason, lines=given.problems)
    return _team(request, course_key, typed, notices)


def _wrong(badge: models.Badge | None, names: Sequence[str], reason: str) -> list[tuple[str, str]]:
    found = []
    if badge is None:
        found.append(("badge", _("Choose a badge of this course.")))
    if not names:
        found.append(("people", _("Name somebody.")))
    elif len(names) > team_giving.MOST:
        text = _("These are %(number)d people; give it to at most %(most)d at once.")
        found.append(("people", text % {"number": len(names), "most": team_giving.MOST}))
    if not reason:
        found.append(("reason", _(awarding.SAY_WHY_GIVEN)))
    return found


def _given(done: Sequence[str], name: str) -> str:
    told = {"learner": done[0] if done else "", "number": len(done), "badge": name}
    one = _("%(learner)s has the badge “%(badge)s” now.") % told
    return one if len(done) == 1 else _("%(number)d learners have the badge “%(badge)s” now.") % told


@require_safe
@_of_a_course
def award(request: HttpRequest, course_key: CourseKey, uid: UUID) -> HttpResponse:
    """One award, with what was done for it."""
    return _award(request, course_key, uid)


@csrf_protect
@require_POST
@transaction.non_atomic_requests
@_of_a_course
def revoke(request: HttpRequest, course_key: CourseKey, uid: UUID) -> HttpResponse:
    """Make an award count no more."""
    return _act(request, course_key, uid, "revoke")


@csrf_protect
@require_POST
@transaction.non_atomic_requests
@_of_a_course
def correct(request: HttpRequest, course_key: CourseKey, uid: UUID) -> HttpResponse:
    """Revoke an award and give it anew, as the badge is now."""
    return _act(request, course_key, uid, "correct")


def _act(request: HttpRequest, course_key: CourseKey, uid: UUID, form: str) -> HttpResponse:
    if team.award_of(course_key, uid) is None:
        raise Http404
    reason, by, now = request.POST.get("reason", ""), _by(request), platform().now()
    try:
        done = (awarding.revoke if form == "revoke" else awarding.reissue)(uid, by, reason, now)
    except AwardError as error:
        return _award(request, course_key, uid, typed=(form, reason), problem=_(str(error)))
    name = "revoked" if form == "revoke" else "corrected"
    return _back(f"{_url('team_award', course_key, uid=done.uid)}?done={name}")


@require_safe
@_of_a_course
def download(request: HttpRequest, course_key: CourseKey) -> StreamingHttpResponse:
    """Every award of the course as CSV, streamed."""
    response = StreamingHttpResponse(csv_lines(team.rows_of(course_key)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="badges.csv"'
    return response


# --- The page of the course


def _team(
    request: HttpRequest, course_key: CourseKey, giving: GivingView, notices: Sequence[tuple[str, bool]] = ()
) -> HttpResponse:
    name = _course(course_key)
    counted = team.badges_of(course_key)
    told = list(notices)
    chosen = next((one for one in counted if one.row.badge_id == request.GET.get("badge", "")), None)
    given = request.GET.get("given", "")
    if chosen and given.isdigit() and 0 < int(given) <= team_giving.MOST:
        text = ngettext("One badge given: “%(badge)s”.", "%(number)d badges given: “%(badge)s”.", int(given))
        told.append((text % {"number": int(given), "badge": read(chosen.row).name}, True))
    view = TeamView(
        title=_("Badges in %(course)s") % {"course": name},
        badges=[_badge_line(one, course_key) for one in counted],
        people=_people(request, course_key, chosen.row if chosen else None),
        giving=giving,
        notices=told,
    )
    way = platform().course_url(course_key), name
    return HttpResponse(_page(view.title, way, render_team(view, translator())))


def _badge_line(one: team.Counted, course_key: CourseKey) -> BadgeLine:
    badge = read(one.row)
    has = ngettext("%(number)d learner has it.", "%(number)d learners have it.", one.has) % {"number": one.has}
    told = [has if one.has else _("Nobody has it now.")]
    if one.revoked:
        text = ngettext("%(number)d was revoked.", "%(number)d were revoked.", one.revoked)
        told.append(text % {"number": one.revoked})
    return BadgeLine(
        badge_id=badge.id,
        name=badge.name,
        picture=drawn(course_key, badge),
        told=told,
        url=_url("team", course_key, {"badge": badge.id}) + "#people" if one.has or one.revoked else "",
        is_retired=one.row.is_retired,
    )


def _people(request: HttpRequest, course_key: CourseKey, badge: models.Badge | None) -> PeopleView:
    search = request.GET.get("q", "").strip()[:254]
    asked = request.GET.get("page", "")
    found = team.awards_of(course_key, badge, search, int(asked) if asked.isdecimal() and len(asked) < 7 else 1)
    chosen = {"badge": badge.badge_id if badge else "", "q": search}

    def beside(number: int) -> str:
        is_there = 1 <= number <= found.pages
        return _url("team", course_key, {**chosen, "page": number}) + "#people" if is_there else ""

    none = _("Nobody is found by that.") if search else _("Nobody has one yet.")
    told = ngettext("%(number)d badge earned", "%(number)d badges earned", found.total) % {"number": found.total}
    return PeopleView(
        action=_url("team", course_key),
        badge_id=chosen["badge"],
        search=search,
        lines=[_award_line(one, found.people[one.pk], course_key) for one in found.awards],
        told=told if found.total else none,
        csv_url=_url("team_csv", course_key),
        before=beside(found.number - 1),
        after=beside(found.number + 1),
        place=_("Page %(number)d of %(pages)d") % {"number": found.number, "pages": found.pages}
        if found.pages > 1
        else "",
    )


def _award_line(one: models.Award, person: team.Person, course_key: CourseKey) -> AwardLine:
    return AwardLine(
        url=_url("team_award", course_key, uid=one.uid),
        learner=person.name,
        full_name=person.full_name,
        badge=read(one).name,
        when=_day(one.earned_at),
        how=_(team.HOW[models.How(one.how)]),
        is_revoked=one.revoked_at is not None,
    )


def _giving(request: HttpRequest, course_key: CourseKey, **typed: Any) -> GivingView:
    chosen = {"badge_id": request.GET.get("badge", ""), **typed}
    return GivingView(action=_url("team_give", course_key) + "#give", hidden=_token(request), **chosen)


# --- The page of an award


def _award(
    request: HttpRequest, course_key: CourseKey, uid: UUID, typed: tuple[str, str] = ("", ""), problem: str = ""
) -> HttpResponse:
    one = team.award_of(course_key, uid)
    if one is None:
        raise Http404
    person = team.people_of([one])[one.pk]
    badge, counts = read(one), one.revoked_at is None
    done = DONE.get(request.GET.get("done", ""))
    view = AwardView(
        title=_("%(badge)s: %(learner)s") % {"badge": badge.name, "learner": person.name},
        picture=drawn(course_key, badge),
        facts=_facts(one, person),
        done=[_done(evidence, one.badge.names) for evidence in one.evidence],
        state=(_("It counts."), True)
        if counts
        else (_("Revoked on %(date)s: it counts no more.") % {"date": _day(one.revoked_at)}, False),
        hidden=_token(request),
        revoke_url=_url("team_revoke", course_key, uid=uid) if counts else "",
        correct_url=_url("team_correct", course_key, uid=uid) if counts else "",
        typed=typed,
        problem=problem,
        notices=[(_(done), True)] if done else [],
    )
    way = _url("team", course_key, {"badge": one.badge.badge_id}) + "#people", _("Back to the badges")
    return HttpResponse(_page(view.title, way, render_award(view, translator())))


def _facts(one: models.Award, person: team.Person) -> list[tuple[str, str]]:
    did = team.who_did({by for by in (one.by, one.revoked_by) if by})
    minutes = read(one).minutes
    facts = [
        (_("Learner"), f"{person.full_name} ({person.name})" if person.full_name else person.name),
        (_("E-mail address"), person.email),
        (_("Earned"), _day(one.earned_at)),
        (_("Awarded"), _day(one.awarded_at)),
        (_("How"), _(team.HOW[models.How(one.how)])),
        (_("By"), did.get(one.by, one.by)),
        (_("Reason"), one.reason),
        (_("Credit"), credit_in_words(minutes) if minutes else ""),
        (_("Revoked by"), did.get(one.revoked_by, one.revoked_by)),
        (_("Why it was revoked"), one.revoked_reason),
    ]
    return [(name, value) for name, value in facts if value]


def _done(evidence: dict[str, Any], names: dict[str, str]) -> tuple[str, str]:
    what = what_was_done(evidence["kind"], evidence["block"], evidence["number"], names, translator())
    when = _day(datetime.fromisoformat(evidence["at"]))
    if evidence["score"] is None:
        return what, when
    return what, _("%(date)s, %(percent)d%%") % {"date": when, "percent": int(100 * evidence["score"])}


# --- Parts


def _page(title: str, way: tuple[str, str], content: str) -> str:
    url, name = way
    frame = Frame(
        title=title,
        site=name,
        site_url=url,
        css=[static(one) for one in CSS],
        lang=html_language(),
        rtl=get_language_bidi(),
    )
    return render_page(frame, content)


def _course(course_key: CourseKey) -> str:
    """What a course is called.

    Raises:
        Http404: there is no such course, and never was one with badges.
    """
    facts = platform().course(course_key)
    if facts is None and not models.Badge.objects.filter(course_key=course_key).exists():
        raise Http404
    return facts.name if facts else str(course_key)


def _day(when: datetime) -> str:
    """In the platform's own time zone, so that everybody in the team sees the same days."""
    return date_format(when.astimezone(nudge.zone_named("")), "DATE_FORMAT")


def _by(request: HttpRequest) -> str:
    return f"{OPENEDX}:{request.user.pk}"


def _token(request: HttpRequest) -> str:
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'


def _url(name: str, course_key: CourseKey, query: dict[str, Any] | None = None, **named: Any) -> str:
    address = reverse(f"microunits_badges:{name}", kwargs={"course_key": str(course_key), **named})
    given = {name: value for name, value in (query or {}).items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def _back(address: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(address)
