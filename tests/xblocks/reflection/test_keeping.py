"""A learner's own text, kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import UsageKey

from xblocks.reflection import api, drafting, keeping, models
from xblocks.reflection.definition import Design
from xblocks.reflection.drafting import Draft, Outcome, Sent
from xblocks.reflection.handing_in import Handed
from xblocks.reflection.handing_in import hand_in as handed
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
BLOCK = UsageKey.from_string("block-v1:Microunits+TEST+2026+type@reflection+block@week1")
OTHER = UsageKey.from_string("block-v1:Microunits+TEST+2026+type@reflection+block@week2")
MARKER = "zebra-marker-text"
ANN, BOB = 1, 2


def sent(text: str = MARKER, pen: str = "a", turn: int = 1, base: int = 0) -> Sent:
    return Sent(pen, turn, base, {"thoughts": text})


def made(draft: Draft, number: int) -> Handed:
    return handed(Design(), Design().asked(), draft.answers, number, NOW)


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in queries if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_an_autosave_writes_once_and_reads_once() -> None:
    with CaptureQueriesContext(connection) as first:
        api.save(ANN, BLOCK, sent(), NOW)
    with CaptureQueriesContext(connection) as second:
        api.save(ANN, BLOCK, sent("more", turn=2, base=1), NOW)
    assert (len(writes(first)), len(writes(second))) == (1, 1)
    assert len(second) == 2


def test_what_arrives_twice_writes_nothing() -> None:
    api.save(ANN, BLOCK, sent(), NOW)
    with CaptureQueriesContext(connection) as queries:
        assert api.save(ANN, BLOCK, sent(), NOW)[1] is Outcome.KNOWN
    assert not writes(queries)


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_who_save_at_once_the_second_looks_again(is_first: bool) -> None:
    if not is_first:
        api.save(ANN, BLOCK, sent("begun"), NOW)
    base = 0 if is_first else 1
    between = [sent("between", "b", base=base)]

    def receive(draft: Draft) -> tuple[Draft, Outcome]:
        if between:
            api.save(ANN, BLOCK, between.pop(), NOW)
        return drafting.receive(draft, sent("mine", "c", base=base), NOW)

    draft, outcome = keeping.change(ANN, BLOCK, receive, NOW)
    assert outcome is Outcome.CONFLICT
    assert draft.answers == {"thoughts": "between"}
    assert [one.answers for one in draft.aside] == [{"thoughts": "mine"}]
    assert api.own(ANN, BLOCK).draft == draft


def test_each_learner_and_each_block_has_a_text_of_its_own() -> None:
    api.save(ANN, BLOCK, sent("of ann"), NOW)
    assert api.own(BOB, BLOCK) == api.Own()
    assert api.own(ANN, OTHER) == api.Own()


def test_no_table_says_what_was_written() -> None:
    api.save(ANN, BLOCK, sent(), NOW)
    api.save(ANN, BLOCK, sent(f"{MARKER} aside", "b"), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    tables: list[Any] = [models.Reflection, models.Version]
    dumped = "".join(serializers.serialize("json", model.objects.all()) for model in tables)
    assert dumped
    assert MARKER not in dumped
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert MARKER.encode() not in b"".join(
                bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                for row in cursor.fetchall()
                for cell in row
            )


def test_no_statement_says_what_is_written() -> None:
    with CaptureQueriesContext(connection) as queries:
        api.save(ANN, BLOCK, sent(), NOW)
        api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
        api.own(ANN, BLOCK)
    assert len(queries) > 4
    assert MARKER not in str([one["sql"] for one in queries])
    # As the database gets them they are bytes in hexadecimal digits.
    assert MARKER.encode().hex() not in str([one["sql"] for one in queries]).lower()


def test_a_text_that_cannot_be_opened_is_not_written_over(settings: Any) -> None:
    api.save(ANN, BLOCK, sent(), NOW)
    before = bytes(models.Reflection.objects.get().draft)
    settings.SECRET_KEY = "another"
    with pytest.raises(api.SealedError):
        api.save(ANN, BLOCK, sent("new", "b"), NOW)
    with pytest.raises(api.SealedError):
        api.own(ANN, BLOCK)
    assert bytes(models.Reflection.objects.get().draft) == before
    assert api.recalled(ANN, [BLOCK]) == []
    assert [one for _row, one in api.all_own(ANN)] == [None]


def test_what_is_handed_in_is_kept_version_by_version() -> None:
    api.save(ANN, BLOCK, sent("first"), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    api.save(ANN, BLOCK, sent("second", turn=2, base=1), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    mine = api.own(ANN, BLOCK)
    assert [(one.number, one.parts[0].text) for one in mine.versions] == [(1, "first"), (2, "second")]
    assert mine.title == "Week 1"
    assert api.handed_in_by(BLOCK) == {ANN: NOW}


def test_handing_in_the_same_again_is_no_new_version() -> None:
    api.save(ANN, BLOCK, sent(), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    _version, is_new = api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    assert not is_new
    assert models.Version.objects.count() == 1


def test_others_hear_that_something_was_handed_in_and_not_what() -> None:
    heard: list[Any] = []

    def hear(**kwargs: Any) -> None:
        heard.append(kwargs)

    REFLECTION_SUBMITTED_V1.connect(hear)
    try:
        api.save(ANN, BLOCK, sent(), NOW)
        api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
        api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    finally:
        REFLECTION_SUBMITTED_V1.disconnect(hear)
    (one,) = heard
    told = one["reflection"]
    assert (told.source, told.external_id, told.usage_key, told.at) == ("openedx", "1", BLOCK, NOW)
    assert MARKER not in repr(heard)


def test_earlier_ones_are_recalled_in_the_order_asked_for() -> None:
    api.save(ANN, BLOCK, sent("one"), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    api.save(ANN, OTHER, sent("two"), NOW)
    first, second = api.recalled(ANN, [OTHER, BLOCK])
    assert (first[1], first[2].answers) == (None, {"thoughts": "two"})
    assert second[0] == "Week 1"
    assert second[1] is not None


def test_a_learner_gets_everything_and_can_be_forgotten() -> None:
    api.save(ANN, BLOCK, sent("one"), NOW)
    api.hand_in(ANN, BLOCK, "Week 1", made, NOW)
    api.save(BOB, BLOCK, sent("of bob"), NOW)
    (exported,) = json.loads(json.dumps(list(api.export_learner(ANN))))
    assert exported["versions"][0]["parts"][0][2] == "one"
    api.forget_learner(ANN)
    api.forget_learner(ANN)
    assert list(api.export_learner(ANN)) == []
    assert api.own(BOB, BLOCK).draft.answers == {"thoughts": "of bob"}


def test_a_title_of_any_length_can_be_kept() -> None:
    api.save(ANN, BLOCK, sent(), NOW + timedelta(days=1))
    api.hand_in(ANN, BLOCK, "x" * 400, made, NOW)
    assert len(api.own(ANN, BLOCK).title) == 255
