"""Taking in what learners did, of many at once: as facts of their own days, and what these earn."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import awarding, watching
from xblocks.badges.deeds import Deed, fact
from xblocks.badges.facts import Did, Fact
from xblocks.badges.secrecy import QUIZ, Blocks
from xblocks.badges.watching import Watch
from xblocks.base.accounts import user_id_of
from xblocks.microquiz import api as microquiz
from xblocks.nudge import api as nudge

log = logging.getLogger(__name__)

Who = tuple[str, str]
"""A learner: their source, and their id there."""
TELLS = (Did.ANSWERED, Did.SCORED)
"""What tells a learner how they did."""


@dataclass(slots=True)
class Taken:
    """What came of it.

    Attributes:
        facts: that were new.
        awards: that are new.
        failed: learners of whom something could not be kept.
        again_at: when something that is still secret may be told; None: nothing is.
    """

    facts: int = 0
    awards: int = 0
    failed: int = 0
    again_at: datetime | None = None


class Intake:
    """Takes in deeds of one course."""

    def __init__(self, course_key: CourseKey, watch: Watch, now: datetime) -> None:
        self.course_key = course_key
        self.watch = watch
        self.now = now
        self.blocks = Blocks(course_key, now)
        self.taken = Taken()

    def take(self, told: Mapping[Who, Sequence[Deed]]) -> None:
        """Keep what counts and was not kept before. A learner whose deeds cannot be kept spoils nothing for others."""
        counting = {
            who: kept for who, deeds in told.items() if (kept := [deed for deed in deeds if self._counts(deed)])
        }
        if not counting:
            return
        open_ones = self._told_by_now(counting)
        zones = nudge.time_zones(open_ones)
        facts = {who: [self._fact(deed, zones.get(who, "")) for deed in deeds] for who, deeds in open_ones.items()}
        new = awarding.unheard(self.course_key, facts)
        for who, more in self._scores(open_ones, new, zones).items():
            new[who] = [*new[who], *more]
        for who, one in new.items():
            self._hear(who, one)

    def _counts(self, deed: Deed) -> bool:
        return watching.counts(self.watch, deed.what, UsageKey.from_string(deed.usage_key))

    def _hear(self, who: Who, facts: Sequence[Fact]) -> None:
        try:
            awards = awarding.hear(*who, self.course_key, facts, self.now)
        except Exception:
            log.exception("What %s:%s did in %s cannot be kept; it is looked at again.", *who, self.course_key)
            self.taken.failed += 1
        else:
            self.taken.facts += len(facts)
            self.taken.awards += len(awards)

    def _told_by_now(self, told: Mapping[Who, Sequence[Deed]]) -> dict[Who, list[Deed]]:
        """Without what their learner must not hear of yet; that is looked at again when they may."""
        secret = self._secret(told)
        found: dict[Who, list[Deed]] = {}
        for who, deeds in told.items():
            kept = [deed for deed in deeds if deed.what not in TELLS or (who, deed.usage_key) not in secret]
            if kept:
                found[who] = kept
        again = [until for until in secret.values() if until != microquiz.FOREVER]
        self.taken.again_at = min([*again, *([self.taken.again_at] if self.taken.again_at else [])], default=None)
        return found

    def _secret(self, told: Mapping[Who, Sequence[Deed]]) -> dict[tuple[Who, str], datetime]:
        users: dict[str, dict[int, Who]] = defaultdict(dict)
        for who, deeds in told.items():
            user_id = user_id_of(*who)
            if user_id is not None:
                for usage_key in {deed.usage_key for deed in deeds if deed.what in TELLS}:
                    users[usage_key][user_id] = who
        return {
            (of[user_id], usage_key): until
            for usage_key, of in users.items()
            for user_id, until in self.blocks.secret(UsageKey.from_string(usage_key), of.keys()).items()
        }

    def _fact(self, deed: Deed, zone: str) -> Fact:
        return fact(deed, deed.at.astimezone(nudge.zone_named(zone)).date())

    def _scores(
        self, told: Mapping[Who, Sequence[Deed]], new: Mapping[Who, Sequence[Fact]], zones: Mapping[Who, str]
    ) -> dict[Who, list[Fact]]:
        """The best scores in quizzes of those who answered something new there; one statement for each quiz."""
        asked: dict[str, dict[int, Who]] = defaultdict(dict)
        for who, facts in new.items():
            fresh = {one.block for one in facts if one.what is Did.ANSWERED}
            user_id = user_id_of(*who)
            for deed in told[who] if user_id is not None and fresh else ():
                if deed.what is Did.ANSWERED and deed.block in fresh and (Did.SCORED, deed.block) in self.watch:
                    asked[deed.usage_key][user_id or 0] = who
        found: dict[Who, list[Fact]] = defaultdict(list)
        for name, users in asked.items():
            usage_key = UsageKey.from_string(name)
            block = self.blocks.block(usage_key) if usage_key.block_type == QUIZ else None
            if block is None:
                continue
            questions, penalty = block.prepared.questions, block.quiz_settings.retry_penalty
            for user_id, answers in microquiz.answers_of(usage_key, users).items():
                who = users[user_id]
                for at, share in microquiz.best_scores(answers, questions, penalty):
                    deed = Deed(Did.SCORED, at, name, score=share)
                    found[who].append(self._fact(deed, zones.get(who, "")))
        return found
