"""How the block shows itself: to learners, visitors, authors, the mobile app and the search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from opaque_keys.edx.keys import CourseKey
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock

from xblocks.badges import awarding, models
from xblocks.badges.badges_page import BadgeAhead, BadgesView, EarnedBadge, render, render_body, version_of
from xblocks.badges.criteria import AllOf, AnyOf, SomeOf
from xblocks.badges.definition import Badge, key_of
from xblocks.badges.next_step import next_step
from xblocks.badges.picture import draw
from xblocks.badges.progress import Progress, progress
from xblocks.badges.progress_words import sentence
from xblocks.badges.reading import read
from xblocks.badges.record import Record, record_of
from xblocks.base.accounts import OPENEDX
from xblocks.base.handling import RefusedError, json_handler, json_response, refused
from xblocks.base.i18n import _, ngettext, translator
from xblocks.base.learner_block import LearnerBlockMixin
from xblocks.base.page import fragment, with_course_files
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import as_plain_text, clean_html
from xblocks.nudge.when_words import date_in_words

CSS = ("microquiz/microquiz.css", "badges/badges.css")
JS = ("badges/badges.js",)
SIGN_IN = N_("Sign in to earn badges.")
EXAMPLE = N_("An example: each learner sees how far they are themselves.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in a course; three statements of ours and one of the platform's, whatever there is.

    Attributes:
        badges: that can be earned, in their order, with what the blocks in them are called.
        awards: that count, the latest first.
    """

    badges: Sequence[tuple[Badge, Mapping[str, str]]]
    now: datetime
    zone: tzinfo
    record: Record = field(default_factory=lambda: record_of(()))
    awards: Sequence[models.Award] = ()
    has_learner: bool = False

    @property
    def today(self) -> date:
        """The learner's local date."""
        return self.now.astimezone(self.zone).date()


class ShowingMixin(LearnerBlockMixin):
    """The views of the block, and what its page asks for."""

    if TYPE_CHECKING:

        @property
        def name(self) -> str:
            """What the block is called."""

        @property
        def is_unread(self) -> bool:
            """Whether it holds a text that could not be read, and no badges."""

        def own_badges(self) -> tuple[Badge, ...]:
            """The badges that this block holds, but for those that cannot be read."""

    # --- For people

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """What the learner has earned, and how far they are."""
        view = self.badges_view(self.standing())
        body = with_course_files(self, render_body(view, translator()))
        return fragment(render(view, body), css=CSS, js=JS, init="BadgesBlock")

    def public_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The badges to a visitor."""
        return self.student_view(context)

    # --- For the page

    @json_handler
    def look(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{version} → {version, html, said} where it is another one by now, else {version}."""
        self._require_learner()
        view = self.badges_view(self.standing())
        html = with_course_files(self, render_body(view, translator()))
        version = version_of(html)
        return (
            {"version": version}
            if data.get("version") == version
            else {
                "version": version,
                "html": html,
                "said": view.said,
            }
        )

    @json_handler
    def celebrated(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """{awards: uids} → {}: the learner was shown that they have these."""
        self._require_learner()
        rows = models.Award.objects.filter(
            uid__in=_uids(data.get("awards")),
            holder__source=OPENEDX,
            holder__external_id=str(self.viewer.user_id),
            celebrated_at=None,
        )
        rows.update(celebrated_at=platform().now())
        return {}

    def _require_learner(self) -> None:
        if self.viewer.user_id is None:
            raise RefusedError("sign_in", Problem("", SIGN_IN), 403)
        if not self.is_own:
            raise RefusedError("not_here", Problem("", N_("Open this in the course to see your badges.")), 409)

    # --- For programs

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The block as data for the mobile app, without a learner."""
        return {
            "display_name": self.name,
            "badges": [
                {
                    "id": badge.id,
                    "name": badge.name,
                    "description": clean_html(badge.description),
                    "narrative": clean_html(badge.narrative),
                    "image": badge.image,
                    "svg": "" if badge.image else draw(badge.design, badge.name),
                    "minutes": badge.minutes,
                    "months": badge.months,
                    "tags": list(badge.tags),
                }
                for badge in self.own_badges()
            ],
        }

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """What the learner has and how far they are, as data for the mobile app."""
        try:
            self._require_learner()
        except RefusedError as refusal:
            return refused(refusal)
        standing, words = self.standing(), translator()
        has = {award.badge.badge_id: award for award in standing.awards}
        found = {}
        for badge, names in standing.badges:
            at, award = progress(badge.criterion, standing.record, standing.now, standing.today), has.get(badge.id)
            found[badge.id] = {
                "progress": 1.0 if award else at.share,
                "said": sentence(at, names, words),
                "earned_at": award.earned_at.isoformat() if award else None,
            }
        return json_response({"badges": found})

    def index_dictionary(self) -> dict[str, Any]:
        """What the platform's search finds the block by."""
        base = super().index_dictionary()
        texts = [part for badge in self.own_badges() for part in (badge.name, as_plain_text(badge.description))]
        content = {"display_name": self.name, "badges": " ".join(filter(None, texts))}
        return {**base, "content": {**base.get("content", {}), **content}, "content_type": "Badges"}

    # --- Parts

    def standing(self) -> Standing:
        """Where the viewer stands. Who looks through a learner's eyes sees what is theirs; others see a beginning."""
        now, user_id = platform().now(), self.viewer.user_id
        if user_id is None or not self.is_of_viewer:
            return Standing(self._badges(), now, _zone(None))
        course_key, learner = self.usage_key.context_key, str(user_id)
        of_learner = {"holder__source": OPENEDX, "holder__external_id": learner}
        kept = models.Standing.objects.filter(course_key=course_key, **of_learner).first()
        awards = models.Award.objects.filter(badge__course_key=course_key, revoked_at=None, **of_learner)
        badges = self._badges()
        shown = {badge.id for badge, _names in badges}
        own = {badge.id for badge in self.own_badges()}
        return Standing(
            badges,
            now,
            _zone(platform().time_zones([user_id]).get(user_id)),
            awarding.kept_record(kept) if kept is not None else record_of(()),
            [
                award
                for award in awards.select_related("badge").order_by("-earned_at", "-pk")
                # A block with badges shows its own; one without shows all of the course, those of earlier weeks, too.
                if award.badge.badge_id in shown or not own
            ],
            has_learner=True,
        )

    def _badges(self) -> list[tuple[Badge, Mapping[str, str]]]:
        """The block's own badges, as they were published or as they stand here; of an empty one, all of the course."""
        own = self.own_badges()
        key = self.usage_key.context_key if self.is_in_course else None
        rows = _whole_rows(key) if isinstance(key, CourseKey) else {}
        if not own and not self.is_unread:
            return [(read(row), row.names) for row in sorted(rows.values(), key=lambda row: row.pk)]
        # What is not published yet, or is being read at this moment, is shown as it is written.
        published = {} if self._is_preview else rows
        names = {name: title for row in rows.values() for name, title in row.names.items()}
        return [
            (read(published[one.id]), published[one.id].names) if one.id in published else (one, names) for one in own
        ]

    @property
    def _is_preview(self) -> bool:
        return bool(getattr(self.runtime, "is_author_mode", False))

    def badges_view(self, standing: Standing, warnings: Sequence[str] = ()) -> BadgesView:
        """What is shown of a standing."""
        has = {award.badge.badge_id for award in standing.awards}
        ahead = [self._ahead(badge, names, standing) for badge, names in standing.badges if badge.id not in has]
        if standing.has_learner:
            # What was begun first, and of that what is nearest; else in the order of the team.
            ahead.sort(key=lambda one: -(one.share or 0))
            notice = ""
        else:
            notice = _(SIGN_IN) if self.viewer.user_id is None and not self._is_preview else _(EXAMPLE)
        return BadgesView(
            title=self.name,
            earned=[self._earned(award, standing) for award in standing.awards],
            ahead=ahead,
            notice=notice,
            warnings=warnings,
            mine_url=page("own") if standing.has_learner else "",
            team_url=page("team", str(self.usage_key.context_key))
            if self.viewer.is_staff and self.is_in_course
            else "",
            is_own=self.is_own,
            said=congratulation(standing.awards) if self.is_own else "",
        )

    def _earned(self, award: models.Award, standing: Standing) -> EarnedBadge:
        badge = read(award)
        return EarnedBadge(
            uid=str(award.uid),
            name=badge.name,
            picture=picture_of(badge),
            when=date_in_words(award.earned_at, standing.now, standing.zone, translator()),
            credit=credit_in_words(badge.minutes),
            url=f"{own}#badge-{award.uid}" if (own := page("own")) else "",
            is_new=award.celebrated_at is None and self.is_own,
        )

    def _ahead(self, badge: Badge, names: Mapping[str, str], standing: Standing) -> BadgeAhead:
        at = progress(badge.criterion, standing.record, standing.now, standing.today)
        url, step, is_practice = self._next(at, names) if standing.has_learner else ("", "", False)
        words = translator()
        return BadgeAhead(
            name=badge.name,
            picture=picture_of(badge),
            about=clean_html(badge.description),
            said=sentence(at, names, words),
            share=at.share if standing.has_learner else None,
            parts=_parts(at, names),
            url=url,
            step=step,
            is_practice=is_practice,
        )

    def _next(self, at: Progress, names: Mapping[str, str]) -> tuple[str, str, bool]:
        step = next_step(at, names)
        if step is None:
            return "", "", False
        if not step.block:
            return _address("microunits_nudge:review"), "", True
        key = key_of(self.usage_key.context_key, step.block)
        return (platform().block_url(key), names[step.block], False) if key is not None else ("", "", False)


def _whole_rows(course_key: CourseKey) -> dict[str, models.Badge]:
    """The badges that can be earned in a course, by id, with their definitions and the names of blocks, at once."""
    rows = models.Badge.objects.filter(course_key=course_key, is_retired=False)
    return {row.badge_id: row for row in rows}


def _parts(at: Progress, names: Mapping[str, str]) -> list[str]:
    """What a group asks for, part by part."""
    if not isinstance(at.criterion, AllOf | AnyOf | SomeOf):
        return []
    return [sentence(part, names, translator()) for part in at.parts]


def picture_of(badge: Badge) -> str:
    """A badge's picture as markup; its name stands beside it."""
    if badge.image:
        return f'<img src="{escape(badge.image)}" alt="" width="64" height="64" loading="lazy">'
    return draw(badge.design, badge.name)


def credit_in_words(minutes: int) -> str:
    """What a badge is worth: "1 hour of learning", "45 minutes of learning"; "" for nothing."""
    if not minutes:
        return ""
    if minutes % 60 == 0:
        return ngettext("%(number)d hour of learning", "%(number)d hours of learning", minutes // 60) % {
            "number": minutes // 60
        }
    return ngettext("%(number)d minute of learning", "%(number)d minutes of learning", minutes) % {"number": minutes}


def congratulation(awards: Sequence[models.Award]) -> str:
    """What is said aloud of badges that are new; "" when none is."""
    names = [read(award).name for award in awards if award.celebrated_at is None]
    if not names:
        return ""
    return ngettext("You earned the badge “%(names)s”.", "You earned the badges “%(names)s”.", len(names)) % {
        "names": "”, “".join(names)
    }


def page(name: str, *arguments: str) -> str:
    """The address of a page of badges; "" where there is none (Studio serves no pages of ours)."""
    return _address(f"microunits_badges:{name}", *arguments)


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _zone(name: str | None) -> ZoneInfo:
    """The time zone of that name; the platform's own when nobody knows it."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: "Europe" is a directory where the zones lie.
        return ZoneInfo(settings.TIME_ZONE)


def _uids(raw: Any) -> list[UUID]:
    found = []
    for one in raw[:100] if isinstance(raw, list) else ():
        try:
            found.append(UUID(str(one)))
        except ValueError:
            continue
    return found
