"""What a learner's own page shows, gathered: some statements, and one of the platform's for each course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import awarding, credit, models, sharing
from xblocks.badges.credentials import valid_until
from xblocks.badges.credit import Why
from xblocks.badges.definition import Badge
from xblocks.badges.evidence_words import what_was_done
from xblocks.badges.learner_page import Credit, LearnerView, OnItsWay, OwnBadge, Sharing
from xblocks.badges.picture import draw
from xblocks.badges.progress import progress
from xblocks.badges.progress_words import sentence
from xblocks.badges.public_pages import credit_in_words
from xblocks.badges.reading import read
from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import Cell
from xblocks.nudge import api as nudge

FILES = {
    "jwt": N_("For a wallet (JWT)"),
    "json": N_("For programs (JSON-LD)"),
    "png": N_("A picture with the badge in it (PNG)"),
    "svg": N_("A picture with the badge in it (SVG)"),
}
HEADS = (N_("date"), N_("badge"), N_("course"), N_("what for"), N_("minutes"), N_("balance"))
WHY = {Why.AWARDED: N_("Badge earned"), Why.REVOKED: N_("Badge revoked"), Why.CORRECTED: N_("Corrected")}


@dataclass(slots=True)
class OwnBadges:
    """What one learner has, over all courses."""

    source: str
    external_id: str
    now: datetime
    zone: tzinfo = field(init=False)
    _courses: dict[CourseKey, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        who = self.source, self.external_id
        self.zone = nudge.zone_named(nudge.time_zones([who]).get(who, ""))

    def view(self, hidden: str, notice: tuple[str, bool] | None = None) -> LearnerView:
        """The page; `hidden` goes with its forms, as markup."""
        awards = self.awards()
        titles = self._titles(awards)
        shown = [self._own(award, titles.get((award.badge_id, award.content_hash), {}), hidden) for award in awards]
        lines = self._lines(awards)
        return LearnerView(
            earned=[one for one in shown if not one.revoked],
            revoked=[one for one in shown if one.revoked],
            ahead=self._ahead(awards),
            credit=list(reversed(lines)),
            total=credit_in_words(credit.balance(self._ledger())),
            csv_url=reverse("microunits_badges:credit"),
            notice=notice,
        )

    def awards(self) -> list[models.Award]:
        """All awards, the latest first."""
        rows = models.Award.objects.filter(holder__source=self.source, holder__external_id=self.external_id)
        return list(rows.select_related("badge", "holder").order_by("-earned_at", "-pk"))

    # --- Badges

    def _own(self, award: models.Award, titles: Mapping[str, str], hidden: str) -> OwnBadge:
        badge, key = read(award), award.badge.course_key
        ends = valid_until(award.awarded_at, badge.months)
        is_expired = ends is not None and ends <= self.now
        counts = award.revoked_at is None
        return OwnBadge(
            uid=str(award.uid),
            name=badge.name,
            picture=drawn(key, badge),
            course=self._course(key),
            course_url=platform().course_url(key),
            told=list(self._told(award, ends, is_expired)) if counts else [self._earned_on(award)],
            revoked=() if counts else self._revoked(award),
            is_expired=is_expired,
            credit=_("Worth %(credit)s of learning.") % {"credit": credit_in_words(badge.minutes)}
            if badge.minutes and counts
            else "",
            done=[self._done(one, {**award.badge.names, **titles}) for one in award.evidence],
            sharing=self._sharing(award, hidden) if counts else None,
            files=[
                (reverse("microunits_badges:download", args=[award.uid, form]), _(label))
                for form, label in FILES.items()
            ]
            if counts
            else (),
        )

    def _told(self, award: models.Award, ends: datetime | None, is_expired: bool) -> Iterator[str]:
        if award.how == models.How.BY_HAND:
            yield _("Given by the course team on %(date)s: %(reason)s") % {
                "date": self._day(award.awarded_at),
                "reason": award.reason,
            }
        else:
            yield self._earned_on(award)
        if award.how == models.How.AGAIN:
            yield _("Corrected by the course team on %(date)s: %(reason)s") % {
                "date": self._day(award.awarded_at),
                "reason": award.reason,
            }
        if ends is not None:
            text = _("Expired on %(date)s.") if is_expired else _("Valid until %(date)s.")
            yield text % {"date": self._day(ends)}

    def _earned_on(self, award: models.Award) -> str:
        return _("Earned on %(date)s.") % {"date": self._day(award.earned_at)}

    def _revoked(self, award: models.Award) -> Sequence[str]:
        date = {"date": self._day(award.revoked_at)}
        reason = _("The reason that was given: %(reason)s") % {"reason": award.revoked_reason}
        return _("Revoked on %(date)s: it counts no more.") % date, reason

    def _done(self, one: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, str]:
        what = what_was_done(one["kind"], one["block"], one["number"], titles, translator())
        when = self._day(datetime.fromisoformat(one["at"]))
        if one["score"] is None:
            return what, when
        return what, _("%(date)s, %(percent)d%%") % {"date": when, "percent": int(100 * one["score"])}

    def _sharing(self, award: models.Award, hidden: str) -> Sharing:
        is_shared = award.shared_at is not None
        return Sharing(
            is_shared=is_shared,
            action=reverse("microunits_badges:unshare" if is_shared else "microunits_badges:share", args=[award.uid]),
            hidden=hidden,
            public_url=sharing.public_address(award) if is_shared else "",
            check_url=f"{reverse('microunits_badges:verify')}?badge={award.uid}" if is_shared else "",
            linkedin_url=sharing.linkedin_address(award) if is_shared else "",
        )

    def _titles(self, awards: Sequence[models.Award]) -> dict[tuple[int, str], dict[str, str]]:
        """What blocks were called when a badge was earned, by badge and definition."""
        rows = models.Achievement.objects.filter(badge__in={award.badge_id for award in awards})
        return {
            (badge, digest): titles for badge, digest, titles in rows.values_list("badge", "content_hash", "titles")
        }

    # --- On the way

    def _ahead(self, awards: Sequence[models.Award]) -> list[OnItsWay]:
        """Badges of courses in which the learner did something; one that was revoked is not earned again."""
        had = {award.badge_id for award in awards}
        of_learner = {"holder__source": self.source, "holder__external_id": self.external_id}
        standings = {row.course_key: row for row in models.Standing.objects.filter(**of_learner)}
        rows: Any = models.Badge.objects.filter(course_key__in=list(standings), is_retired=False).order_by("pk")
        today, words = self.now.astimezone(self.zone).date(), translator()
        found = []
        for row in rows:
            if row.pk in had:
                continue
            badge = read(row)
            at = progress(badge.criterion, awarding.kept_record(standings[row.course_key]), self.now, today)
            found.append(
                OnItsWay(
                    name=badge.name,
                    picture=drawn(row.course_key, badge),
                    course=self._course(row.course_key),
                    course_url=platform().course_url(row.course_key),
                    said=sentence(at, row.names, words),
                    share=at.share,
                )
            )
        return sorted(found, key=lambda one: -one.share)

    # --- Credit

    def _ledger(self) -> list[credit.Line]:
        holder = models.Holder.objects.filter(source=self.source, external_id=self.external_id).first()
        return awarding.credit_of(holder) if holder else []

    def _lines(self, awards: Sequence[models.Award]) -> list[Credit]:
        by_uid = {str(award.uid): award for award in awards}
        return [
            Credit(
                when=self._day(one.line.at),
                badge=read(by_uid[one.line.award]).name,
                course=self._course(by_uid[one.line.award].badge.course_key),
                why=self._why(one.line),
                minutes=signed(one.line.minutes),
                balance=hours(one.balance),
            )
            for one in credit.statement(self._ledger())
        ]

    def _why(self, line: credit.Line) -> str:
        what = _(WHY[line.why])
        return _("%(what)s: %(reason)s") % {"what": what, "reason": line.note} if line.note else what

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The statement for a spreadsheet, the earliest line first; minutes are whole numbers."""
        yield [
            _(head) for head in (N_("date"), N_("badge"), N_("course"), N_("what for"), N_("minutes"), N_("balance"))
        ]
        by_uid = {str(award.uid): award for award in self.awards()}
        for one in credit.statement(self._ledger()):
            award = by_uid[one.line.award]
            date = one.line.at.astimezone(self.zone).date().isoformat()
            course = self._course(award.badge.course_key)
            yield date, read(award).name, course, self._why(one.line), one.line.minutes, one.balance

    # --- Parts

    def _course(self, key: CourseKey) -> str:
        if key not in self._courses:
            facts = platform().course(key)
            self._courses[key] = facts.name if facts else str(key)
        return self._courses[key]

    def _day(self, when: datetime) -> str:
        return date_format(when.astimezone(self.zone), "DATE_FORMAT")


def drawn(course_key: CourseKey, badge: Badge) -> str:
    """A badge's picture, as markup beside its name."""
    if badge.image:
        return platform().with_course_files(course_key, f'<img src="{badge.image}" alt="">')
    return draw(badge.design, badge.name)


def hours(minutes: int) -> str:
    """Minutes as hours and minutes, "1:30"."""
    sign = "−" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def signed(minutes: int) -> str:
    """What is added or taken back: "+1:30"."""
    return hours(minutes) if minutes < 0 else f"+{hours(minutes)}"
