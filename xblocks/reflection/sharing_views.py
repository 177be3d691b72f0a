"""What the learner's page says of sharing, from what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse

from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform
from xblocks.reflection import api, buddies, models, names, reading_others
from xblocks.reflection.learner_time import LearnerTimeMixin
from xblocks.reflection.reading_others import Readable
from xblocks.reflection.remarks import Remark
from xblocks.reflection.sharing import LEVELS, Role, Shared, Sharing, Visibility, capped, offered
from xblocks.reflection.sharing_page import (
    BuddyView,
    FromOthers,
    Privacy,
    RemarkView,
    from_elsewhere,
    readers,
    render_buddy,
    render_others,
    render_privacy,
)
from xblocks.reflection.standing import Reader


class SharingViewsMixin(LearnerTimeMixin):
    """Parts of the page of a learner who is signed in and looks at what is theirs."""

    @property
    def learner_id(self) -> int:
        """The user whose page it is."""
        return int(self.viewer.user_id or 0)

    @property
    def reader(self) -> Reader:
        """The learner as one who reads others: here nobody comes as a member of the team."""
        return Reader(self.learner_id)

    @cached_property
    def _group(self) -> int | None:
        return platform().cohorts([self.learner_id], self.usage_key.course_key).get(self.learner_id)

    # --- Who can read it

    def privacy(self, mine: api.Own) -> Privacy:
        """Who can read what is handed in from now on, and what else can be chosen."""
        pair, allowed = self._pair, self.design.allowed
        has_group = self._group is not None
        choices = offered(allowed, has_group=has_group)
        group = group_key = ""
        if Visibility.GROUP in choices:
            group = platform().cohort_names(self.usage_key.course_key).get(self._group or 0, "")
            group_key = str(self._group)
        with_buddy = mine.sharing.with_buddy and pair is not None and allowed.buddy
        shows_buddy = pair is not None and allowed.buddy
        return Privacy(
            sharing=Sharing(capped(mine.sharing.level, allowed, has_group=has_group), with_buddy),
            choices=choices,
            group=group,
            group_key=group_key,
            buddy=self.name_of(pair.buddy_id) if pair is not None and shows_buddy else "",
            pair=str(pair.pk) if pair is not None and shows_buddy else "",
        )

    def privacy_html(self, mine: api.Own) -> str:
        """A lock and a sentence, and the choice."""
        return render_privacy(self.privacy(mine), self.uid, translator())

    @cached_property
    def _pair(self) -> models.Buddy | None:
        """As it was when the request began, but for `regions`."""
        return models.Buddy.objects.filter(user_id=self.learner_id, course_key=self.usage_key.course_key).first()

    def readers_of(self, mine: api.Own) -> list[str]:
        """Who can read each version that was handed in, in a sentence."""
        return [
            from_elsewhere(version.origin, translator())
            if version.origin
            else readers(self._level_now(one), with_buddy=one.buddy is not None, words=translator())
            for version, one in zip(mine.versions, mine.shared, strict=True)
        ]

    def _level_now(self, shared: Shared) -> Visibility:
        """A group that the learner does not belong to any more reads nothing."""
        is_gone = shared.level is Visibility.GROUP and (shared.group is None or shared.group != self._group)
        return Visibility.COACH if is_gone else shared.level

    def to_come(self, mine: api.Own) -> str:
        """That more people were chosen than may read what was handed in last; "" where that is not so."""
        if not mine.shared:
            return ""
        last, chosen = mine.shared[-1], self.privacy(mine).sharing
        is_wider = LEVELS.index(chosen.level) > LEVELS.index(last.level) or (chosen.with_buddy and last.buddy is None)
        return (
            _("You have chosen to let in more people. Once you hand it in again, they can read it.") if is_wider else ""
        )

    # --- What others said

    def shown(self, said: Sequence[Remark]) -> list[RemarkView]:
        """Remarks with names and moments."""
        named = names.for_learners({one.author_id for one in said})
        return [
            RemarkView(
                pk=one.pk,
                author=named[one.author_id],
                role=one.role,
                number=one.number,
                when=self.moment(one.at),
                text=one.said.text,
                sign=one.said.sign,
                is_new=one.is_new,
            )
            for one in said
        ]

    def read_by(self, mine: api.Own) -> str:
        """Who has read the last version; "" where nobody noted it."""
        if mine.pk is None or not mine.versions:
            return ""
        number = mine.versions[-1].number
        found = [one.reader_id for one in reading_others.readings([mine.pk]) if one.number == number]
        named = names.for_learners(found)
        return _("Read by %(names)s.") % {"names": ", ".join(named[one] for one in found)} if found else ""

    # --- What others shared

    def others_html(self) -> str:
        """What fellow learners let this learner read."""
        found = reading_others.readable(self.reader, self.usage_key)
        return render_others([self.from_other(one) for one in found if one.role is not Role.COACH], translator())

    def name_of(self, user_id: int) -> str:
        """What somebody is called."""
        return names.for_learners([user_id])[user_id]

    def from_other(self, one: Readable) -> FromOthers:
        """A version of somebody else's, for the page."""
        return FromOthers(key=one.pk, name=self.name_of(one.writer), when=self.moment(one.at), role=one.role)

    def buddy_html(self) -> str:
        """The buddy, or the way to one."""
        pair = self._pair
        view = BuddyView(
            is_offered=self.design.allowed.buddy,
            name=self.name_of(pair.buddy_id) if pair is not None else "",
            code=buddies.code_of(self.learner_id, self.usage_key.course_key) if pair is None else "",
        )
        return render_buddy(view, self.uid, translator())

    def regions(self, mine: api.Own) -> dict[str, Any]:
        """Every part of the page that follows from who may read what, as it is by now."""
        self.__dict__.pop("_pair", None)
        return {
            "privacy": self.privacy_html(mine),
            "after": self.after_html(mine),
            "others": self.others_html(),
            "buddy": self.buddy_html(),
        }

    def after_html(self, mine: api.Own) -> str:
        """What comes below the writing."""
        raise NotImplementedError

    # --- For coaches

    def coach_url(self) -> str:
        """The page of those who coach, for them; "" for others, and where the platform serves no pages of ours."""
        leads = self._group is not None and bool(
            platform().cohort_leaders([self.learner_id], self.usage_key.course_key)
        )
        if not (self.viewer.is_staff or leads):
            return ""
        try:
            return reverse("microunits_reflection:coach", args=[str(self.usage_key)])
        except NoReverseMatch:
            return ""
