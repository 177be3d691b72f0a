"""What was awarded is signed both ways, once; without keys it waits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.xblocks.badges.issued import NOW, award
from xblocks.badges import lookups, models
from xblocks.badges.verdict import Outcome
from xblocks.badges.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


def document(of: models.Award) -> Any:
    return json.loads(of.credential.document)


def test_what_is_awarded_is_signed_both_ways_and_passes_every_check() -> None:
    ann = award()
    for upload in (ann.credential.document, ann.credential.token):
        verdict = verify(upload.encode(), lookups.lookups(NOW), "ann@example.com")
        assert [
            (check.name, check.outcome, check.details) for check in verdict.checks if check.outcome != "passed"
        ] == []
        assert verdict.outcome is Outcome.PASSED
