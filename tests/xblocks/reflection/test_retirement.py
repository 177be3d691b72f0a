"""Who leaves the platform is forgotten, with every text; nobody else is."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.dispatch import Signal

from tests.devstack.playing import view, who
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save
from xblocks.reflection import models, retirement

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_leaves_the_platform_is_forgotten_as_often_as_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    block = reflection()
    hand_in(block, "of ann")
    save(block, MARKER, "bob")
    lms: Any = ModuleType(retirement._SIGNALS)
    lms.USER_RETIRE_LMS_MISC = Signal()
    monkeypatch.setattr(retirement, "import_module", lambda name: {lms.__name__: lms}[name])
    retirement.connect()
    for _time in range(2):
        lms.USER_RETIRE_LMS_MISC.send(sender=object(), user=who("ann"))
    lms.USER_RETIRE_LMS_MISC.send(sender=object())
    assert [row.user_id for row in models.Reflection.objects.all()] == [who("bob").pk]
    assert not models.Version.objects.exists()
    assert MARKER in view(block, "bob")


def test_outside_of_an_lms_there_is_nothing_to_hear() -> None:
    retirement.connect()
    assert retirement._SIGNALS not in sys.modules
