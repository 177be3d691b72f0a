"""The picture of the quiz in the README. It is taken anew where MICROUNITS_SHOTS is set."""

from __future__ import annotations

import os
import struct

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Devstack, Visit

PICTURE = ROOT / "docs" / "images" / "quiz.png"


@pytest.mark.needs("chromium")
def test_the_quiz_sits_for_its_picture(devstack: Devstack, visit: Visit) -> None:
    page = visit(devstack.unit("sender"), as_="coach", viewport={"width": 760, "height": 1100}, device_scale_factor=1.5)
    page.locator("[data-current] .mu-choice", has_text="The logo and the colours").click()
    page.locator("[data-current] .mu-go").click()
    expect(page.locator("[data-current] .mu-feedback")).to_be_focused()
    page.mouse.move(0, 0)
    page.locator(".mu-bar i").evaluate("it => Promise.all(it.getAnimations().map((one) => one.finished))")
    taken = page.locator(".block").first.screenshot()
    if os.environ.get("MICROUNITS_SHOTS"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(taken)
    width, height = struct.unpack(">II", taken[16:24])
    assert (width, height) > (700, 700)


def test_the_picture_in_the_readme_is_there_and_light_enough_to_load() -> None:
    content = PICTURE.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert 600 <= width <= 2000
    assert 600 <= height <= 2400
    assert 20_000 < len(content) < 400_000
