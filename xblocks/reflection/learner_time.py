"""What time it is for the learner in front of the page, and how the block is told apart from others on it."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform
from xblocks.nudge.api import zone_named
from xblocks.nudge.when_words import date_in_words
from xblocks.reflection.fields import ReflectionFields


class LearnerTimeMixin(ReflectionFields):
    """For whatever is shown with a moment in it."""

    _zone: ZoneInfo | None = None

    @property
    def uid(self) -> str:
        """Tells this block apart from others on the page."""
        return f"mr-{sha256(str(self.usage_key).encode()).hexdigest()[:8]}"

    @property
    def now(self) -> datetime:
        """The time now, in UTC."""
        return platform().now()

    @property
    def zone(self) -> ZoneInfo:
        """The learner's time zone."""
        if self._zone is None:
            user_id = self.viewer.user_id
            found = platform().time_zones([user_id]).get(user_id, "") if user_id is not None else ""
            self._zone = zone_named(found)
        return self._zone

    @property
    def today(self) -> date:
        """The learner's local date."""
        return self.now.astimezone(self.zone).date()

    def moment(self, at: datetime) -> str:
        """A moment in words: "26 November, 10:30"."""
        day = date_in_words(at, self.now, self.zone, translator())
        return _("%(date)s, %(time)s") % {"date": day, "time": f"{at.astimezone(self.zone):%H:%M}"}
