"""What every block has in the platform, besides its own fields: inherited settings, a place and a name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlockMixin
from xblock.fields import Boolean, DateTime, Dict, Integer, JSONField, Scope, String

_SPAN = re.compile(
    r"\s*((?P<days>\d+)\s+days?)?\s*((?P<hours>\d+)\s+hours?)?\s*((?P<minutes>\d+)\s+minutes?)?"
    r"\s*((?P<seconds>\d+)\s+seconds?)?\s*"
)


class Date(DateTime):
    """A moment; in OLX a day alone ("2026-04-01") is its first moment in UTC."""

    def from_string(self, serialized: str) -> datetime | timedelta | None:
        """The value of an attribute in OLX."""
        return self.from_json(serialized)


class Timedelta(JSONField):
    """A length of time, written as "1 day 2 hours 3 minutes 4 seconds"."""

    MUTABLE = False

    def from_json(self, value: Any) -> timedelta | None:
        """A timedelta.

        Raises:
            ValueError: when the text is not of that form.
        """
        if value is None or isinstance(value, timedelta):
            return value
        match = _SPAN.fullmatch(value)
        if not match:
            raise ValueError(f'{value!r} is not a length of time such as "1 day 2 hours".')
        return timedelta(**{unit: int(number) for unit, number in match.groupdict(default="0").items()})

    def to_json(self, value: timedelta | str | None) -> str | None:
        """The text of a timedelta; a text stays as it is."""
        if value is None or isinstance(value, str):
            return value
        hours, rest = divmod(value.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        parts = ((value.days, "days"), (hours, "hours"), (minutes, "minutes"), (seconds, "seconds"))
        return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 seconds"

    def from_string(self, serialized: str) -> timedelta | None:
        """The value of an attribute in OLX."""
        return self.from_json(serialized)

    def to_string(self, value: timedelta | None) -> str:
        """The value as an attribute in OLX."""
        return self.to_json(value) or ""

    enforce_type = from_json


class PlatformFields(XBlockMixin):
    """The fields that a block inherits in Open edX (its InheritanceMixin and LmsBlockMixin), as far as blocks use them.

    Unlike the platform's mixins it declares no services: a block gets what it declared itself, so that what works
    here also works in Studio.
    """

    graded = Boolean(scope=Scope.settings, default=False)
    start = Date(scope=Scope.settings, default=datetime(2020, 1, 1, tzinfo=UTC))
    due = Date(scope=Scope.settings, default=None)
    relative_weeks_due = Integer(scope=Scope.settings, default=None)
    graceperiod = Timedelta(scope=Scope.settings, default=None)
    format = String(scope=Scope.settings, default=None)
    self_paced = Boolean(scope=Scope.settings, default=False)
    visible_to_staff_only = Boolean(scope=Scope.settings, default=False)
    group_access = Dict(scope=Scope.settings, default={})
    show_correctness = String(scope=Scope.settings, default="always")
    showanswer = String(scope=Scope.settings, default="finished")
    rerandomize = String(scope=Scope.settings, default="never")
    max_attempts = Integer(scope=Scope.settings, default=None)
    static_asset_path = String(scope=Scope.settings, default="")
    in_entrance_exam = Boolean(scope=Scope.settings, default=False)
    hide_from_toc = Boolean(scope=Scope.settings, default=False)


INHERITED = frozenset(PlatformFields.fields)


class PlatformBlock(XBlockMixin):
    """What the platform's XModuleMixin gives to every block."""

    display_name = String(scope=Scope.settings, default=None)
    has_score = False
    icon_class = "other"

    @property
    def location(self) -> UsageKey:
        """Where the block stands."""
        return self.scope_ids.usage_id

    @property
    def course_id(self) -> CourseKey:
        """The course that it stands in."""
        return self.location.course_key

    @property
    def merged_group_access(self) -> dict[int, list[int] | bool]:
        """Which groups see it, by partition; False: none does. Those around it have only their unit's settings here."""
        return {int(partition): groups or False for partition, groups in self.group_access.items()}

    @property
    def category(self) -> str:
        """Its type."""
        return str(self.scope_ids.block_type)

    @property
    def url_name(self) -> str:
        """Its id within its type and course."""
        return str(self.location.block_id)

    @property
    def display_name_with_default(self) -> str:
        """Its name, for people."""
        return self.display_name or self.url_name.replace("_", " ")


MIXINS = (PlatformFields, PlatformBlock)
