"""Blocks of our own for the devstack's tests, beside those that are installed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from xblock import plugin
from xblock.core import XBlock

from tests.devstack.blocks import BLOCKS


@pytest.fixture(autouse=True)
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of `tests.devstack.blocks` as installed ones."""
    entries = [
        (name, SimpleNamespace(name=name, group="xblock.v1", dist=None, load=lambda cls=cls: cls))
        for name, cls in BLOCKS.items()
    ]
    monkeypatch.setattr(XBlock, "extra_entry_points", [*XBlock.extra_entry_points, *entries])
    monkeypatch.setattr(plugin, "PLUGIN_CACHE", {})
