"""Who may read what, whatever people do and in whatever order: against a model of permissions of its own."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.xblocks.reflection.sharing_world import BLOCK, EVERYBODY, LEARNERS, OTHER, Expected, Handed, World
from xblocks.reflection import api, buddies, handing_in, models, reading_others, standing
from xblocks.reflection.definition import Design
from xblocks.reflection.drafting import Draft, Sent
from xblocks.reflection.reading_others import NotSharedError
from xblocks.reflection.sharing import LEVELS, Allowed, Sharing, Visibility
from xblocks.reflection.standing import Reader

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
KEY = BLOCK.course_key
STEPS = 80


class Course:
    """People write, choose, become buddies, are moved; and others try to read. What happens next is chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.world = World()
        self.expected = Expected(self.world)
        self.held: dict[Any, Sharing] = {}
        self.groups: dict[int, int | None] = {}
        self.allowed = Allowed(coach=True, group=True, buddy=True)
        self.count = 0

    def go_on(self) -> None:
        """Something happens; then somebody tries to read everything."""
        deeds = {
            self.hand_in: 30,
            self.choose: 20,
            self.become_buddies: 15,
            self.end: 4,
            self.offer: 5,
            self.move: 14,
            self.come_or_go: 5,
            self.lead_or_not: 3,
            self.join_or_leave_the_team: 3,
        }
        self.chance.choices(list(deeds), list(deeds.values()))[0]()
        self.must_read_what_they_may(self.chance.choice(EVERYBODY))
        rows = set(models.Buddy.objects.values_list("user_id", "buddy_id"))
        assert rows == {(one, other) for pair in self.expected.pairs for one in pair for other in pair - {one}}

    # --- What people do

    def learner(self) -> int:
        return self.chance.choice(LEARNERS)

    def block(self) -> Any:
        return BLOCK if self.chance.random() < 0.7 else OTHER

    def sharing(self) -> Sharing:
        level = self.chance.choices(LEVELS, (1, 2, 3))[0]
        return Sharing(level, self.chance.random() < 0.7)

    def hand_in(self) -> None:
        user, block = self.learner(), self.block()
        held = self.held.get((user, block), Sharing())
        seen = held if self.chance.random() < 0.7 else self.sharing()
        self.count += 1
        text = f"text {self.count} of {user}"
        version = api.own(user, block).draft.version
        if not version or self.chance.random() < 0.8:
            api.save(user, block, Sent(f"p{self.count}", self.count, version, {"thoughts": text}), NOW)
        at = NOW + timedelta(minutes=self.count)
        before = len(api.own(user, block).versions)
        handed, is_new = api.hand_in(user, block, "Week", made, at, seen=seen, allowed=self.allowed)
        assert len(api.own(user, block).versions) == before + is_new
        one = self.as_told(user, block, handed, seen, held)
        if is_new:
            self.expected.versions.append(one)
            return
        # It says the same as the last version, and lets in nobody whom that one did not.
        last = [each for each in self.expected.versions if (each.writer, each.block) == (user, block)][-1]
        assert last.text == one.text
        assert one.coaches <= last.coaches
        assert one.group in (None, last.group)
        assert one.buddy in (None, last.buddy)

    def as_told(self, user: int, block: Any, handed: handing_in.Handed, seen: Sharing, held: Sharing) -> Handed:
        """What the writer read on their page, as far as they had not taken it back and it was offered."""
        allowed, group = self.allowed, self.world.groups.get(user)
        wants_group = {seen.level, held.level} == {Visibility.GROUP} and allowed.group and group is not None
        wants_coach = wants_group or (Visibility.PRIVATE not in (seen.level, held.level) and allowed.coach)
        wants_buddy = seen.with_buddy and held.with_buddy and allowed.buddy
        row = models.Version.objects.get(reflection__user_id=user, reflection__usage_key=block, number=handed.number)
        pair = next((one for one in self.expected.pairs if user in one), None)
        self.groups.setdefault(row.pk, group)
        return Handed(
            pk=row.pk,
            writer=user,
            block=block,
            text=handed.parts[0].text,
            coaches=wants_coach,
            group=group if wants_group else None,
            buddy=next(iter(pair - {user})) if pair and wants_buddy else None,
        )

    def choose(self) -> None:
        user, block, sharing = self.learner(), self.block(), self.sharing()
        api.share(user, block, sharing, NOW)
        self.held[user, block] = sharing
        self.expected.took_back(user, block, str(sharing.level), sharing.with_buddy)

    def become_buddies(self) -> None:
        one, other = self.learner(), self.learner()
        is_free = one != other and not any({one, other} & pair for pair in self.expected.pairs)
        try:
            buddies.accept(other, KEY, buddies.invite(one, KEY, NOW), NOW)
        except (buddies.TakenError, buddies.NoInvitationError):
            assert not (is_free and one in self.world.there)
            return
        assert is_free
        self.expected.pairs.add(frozenset((one, other)))

    def end(self) -> None:
        user = self.learner()
        buddies.end(user, KEY)
        pair = next((one for one in self.expected.pairs if user in one), None)
        if pair:
            self.expected.parted(pair)
            for (writer, block), sharing in self.held.items():
                if writer in pair:
                    self.held[writer, block] = Sharing(sharing.level, False)

    # --- What the team and the platform do

    def offer(self) -> None:
        self.allowed = Allowed(*(self.chance.random() < 0.8 for _each in range(3)))

    def move(self) -> None:
        self.world.groups[self.chance.choice(EVERYBODY)] = self.chance.choice((1, 1, 2))
        self.world.groups.pop(self.chance.choice((*EVERYBODY, 0, 0, 0)), None)

    def come_or_go(self) -> None:
        self.world.there ^= {self.chance.choice(EVERYBODY)}
        self.world.there |= {self.chance.choice(EVERYBODY)}

    def lead_or_not(self) -> None:
        self.world.leaders ^= {self.chance.choice(EVERYBODY)}

    def join_or_leave_the_team(self) -> None:
        self.world.team ^= {self.chance.choice(EVERYBODY)}

    # --- What must hold

    def must_read_what_they_may(self, reader_id: int) -> None:
        reader = Reader(reader_id, is_team=reader_id in self.world.team)
        last: dict[Any, int] = {}
        for one in self.expected.versions:
            may = self.expected.may(reader_id, one, self.groups)
            other = OTHER if one.block == BLOCK else BLOCK
            assert opened(reader, one.pk, one.block) == (one.text if may else None), (reader_id, one)
            assert self.chance.random() < 0.8 or opened(reader, one.pk, other) is None
            if may:
                last[one.block, one.writer] = one.pk
        for block in (BLOCK, OTHER):
            listed = {(block, found.writer): found.pk for found in reading_others.readable(reader, block)}
            assert listed == {place: pk for place, pk in last.items() if place[0] == block}


def made(draft: Draft, number: int) -> handing_in.Handed:
    return handing_in.hand_in(Design(), Design().asked(), draft.answers, number, NOW)


def opened(reader: Reader, pk: int, block: Any) -> str | None:
    try:
        return reading_others.opened(reader, pk, block)[1].parts[0].text
    except NotSharedError:
        return None


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_each_reads_what_they_may_and_nothing_else(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Course(random.Random(seed))
    for module in (standing, buddies):
        monkeypatch.setattr(module, "platform", lambda: course.world)
    for _step in range(STEPS):
        course.go_on()
    read = [
        reader
        for reader in EVERYBODY
        for one in course.expected.versions
        if course.expected.may(reader, one, course.groups)
    ]
    assert len(set(read)) > 1
