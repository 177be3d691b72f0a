"""What learners hand in at reflections in Moodle: told to whoever wants to know, and kept for who has an account here.

That somebody handed something in is noted first. What they wrote is asked for only where there is a learner to keep it
for, and lies nowhere in between: a row that says so is due until it is kept, wherever a pull ends. Who is matched later
gets what they had handed in before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q

from moodle_bridge.client import Client
from moodle_bridge.keys import component_key
from moodle_bridge.service import earning
from moodle_bridge.service.models import Account, Link, Quiz, Submission
from moodle_bridge.service.people import identity
from moodle_bridge.shapes import Json
from moodle_bridge.submissions import (
    REFLECTION_TYPE,
    TEXTS,
    TEXTS_A_CALL,
    Written,
    submissions_of,
    written_of,
)
from moodle_bridge.submissions import Submission as Told
from moodle_bridge.words import catalogue
from xblocks.badges import api as badges
from xblocks.base.platform import platform
from xblocks.reflection import api as reflections
from xblocks.reflection.api import Elsewhere

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of being told.

    Attributes:
        handed_in: how often somebody did, that was not known before.
        earned: badges.
    """

    handed_in: int = 0
    earned: int = 0


class Reflecting:
    """The reflections of a course, for as long as a pull takes.

    Attributes:
        failed: texts that could not be kept; they are due again.
    """

    def __init__(self, link: Link) -> None:
        self.link = link
        self.failed = 0

    @cached_property
    def has_any(self) -> bool:
        """Whether there is an assignment of the course in Moodle, or was one."""
        rows = Quiz.objects.filter(link=self.link, modname="assign")
        return rows.exists() or Submission.objects.filter(link=self.link).exists()

    @cached_property
    def _blocks(self) -> Mapping[str, Any]:
        """As they are published, by their key in Moodle."""
        found = platform().blocks(self.link.course_key, REFLECTION_TYPE)
        return {component_key(str(block.usage_key)): block for block in found}

    @cached_property
    def _assignments(self) -> Mapping[str, str]:
        return {key: str(block.usage_key) for key, block in self._blocks.items()}

    # --- That something was handed in

    def hear(self, rows: Sequence[Mapping[str, Json]]) -> Heard:
        """Note what was handed in, and tell of those who have no account here. Safe to repeat."""
        found = [self._hear_one(told) for told in submissions_of(rows, self._assignments)]
        return Heard(sum(one.handed_in for one in found), sum(one.earned for one in found))

    def _hear_one(self, told: Told) -> Heard:
        Account.objects.get_or_create(site_id=self.link.site_id, user=told.user)
        with transaction.atomic():
            # Whose it is does not change meanwhile (`people.join`).
            account = Account.objects.select_for_update().get(site_id=self.link.site_id, user=told.user)
            account.site = self.link.site
            row, is_new = Submission.objects.get_or_create(
                link=self.link,
                submission=told.row,
                defaults={"account": account, "usage_key": told.usage_key, "at": told.at},
            )
            is_news = is_new or row.at < told.at
            row.at = max(row.at, told.at)
            if account.openedx_id is None and row.told_at != row.at:
                self._tell_of_guest(account, told)
                row.told_at = row.at
            row.save(update_fields=["at", "told_at"])
            return Heard(int(is_news), self._earn(account, told))

    def _tell_of_guest(self, account: Account, told: Told) -> None:
        """Their text stays in Moodle; that they handed it in counts as it does for everybody."""
        block = self._blocks[component_key(told.usage_key)]
        who = identity(account)
        reflections.tell_of_elsewhere(*who, block.usage_key, told.at)
        reflections.ask_to_look_back(*who, block, told.at)

    def _earn(self, account: Account, told: Told) -> int:
        if not self.link.badges:
            return 0
        fact = told.fact(earning.zone_of(account))
        return len(badges.hear(*identity(account), self.link.course_key, [fact], platform().now()))

    def hear_again(self) -> int:
        """Hold what was handed in before against badges that are other ones now; how many awards are new."""
        rows = Submission.objects.filter(link=self.link).select_related("account__site").order_by("pk")
        earned = 0
        for row in rows.iterator():
            told = Told(row=row.submission, user=row.account.user, usage_key=str(row.usage_key), at=row.at)
            earned += self._earn(row.account, told)
        return earned

    # --- What was written

    def keep_all(self, client: Client, title: str) -> Iterator[int]:
        """Keep what is handed in and not kept yet, of those who have an account here; how many at a time.

        Args:
            title: what people call this Moodle.

        Raises:
            BridgeError: the site cannot be asked.
        """
        due = Submission.objects.filter(link=self.link, account__openedx_id__isnull=False)
        due = due.filter(Q(kept_at=None) | ~Q(kept_at=F("at"))).order_by("pk")
        after = 0
        while page := list(due.filter(pk__gt=after)[:TEXTS_A_CALL]):
            after = page[-1].pk
            rows = {row.submission: row for row in page if component_key(str(row.usage_key)) in self._blocks}
            if rows:
                answer = client.call(TEXTS, {"courseid": self.link.course, "submissionids": list(rows)})
                written = {one.submission.row: one for one in written_of(answer["texts"], self._assignments)}
                yield sum(self._could_keep(row, written.get(number), title) for number, row in rows.items())

    def _could_keep(self, row: Submission, written: Written | None, title: str) -> bool:
        """Whether a text is kept now; one that cannot be does not keep the others from it, and is due again."""
        try:
            self._keep(row, written, title)
        except OperationalError:
            # The database let another worker go first.
            raise
        except Exception as error:
            # Its message, or what was held where it arose, may hold the text.
            log.error("Submission %d in %s could not be kept: %s", row.submission, self.link, type(error).__name__)
            self.failed += 1
            return False
        return written is not None

    def _keep(self, row: Submission, written: Written | None, title: str) -> None:
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=row.account_id)
            if account.openedx_id is None:
                return
            # What was taken back by now comes again when it is handed in again.
            at = row.at if written is None else written.submission.at
            if written is not None:
                self._take_in(account, row, written, title)
            Submission.objects.filter(pk=row.pk).update(kept_at=at)
            Submission.objects.filter(pk=row.pk, at__lt=at).update(at=at)

    def _take_in(self, account: Account, row: Submission, written: Written, title: str) -> None:
        told, block = written.submission, self._blocks[component_key(written.submission.usage_key)]
        mark = f"moodle:{self.link.site.name}:{told.row}@{told.mark}"
        reflections.take_in(
            account.openedx_id,
            block,
            Elsewhere(written.text, told.at, title, mark),
            catalogue(self._language).gettext,
            is_known=row.told_at == told.at,
        )

    @cached_property
    def _language(self) -> str:
        """That of the course's texts, in which the assignment was carried."""
        course = platform().course(self.link.course_key)
        return (course.language if course else "") or "en"
