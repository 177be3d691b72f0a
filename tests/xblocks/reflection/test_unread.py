"""OLX that could not be read is kept, and the course team reads what to mend."""

from __future__ import annotations

from gettext import NullTranslations

import pytest

from tests.devstack.playing import add_block, export, view
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.reflection.writing import MARKER, hand_in
from xblocks.reflection.unread import problems_of, render_unread

BROKEN = '<reflection url_name="broken" display_name="Mine" framework="tarot"><prompt id="a">Why?</prompt></reflection>'


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_read_is_kept_and_said_and_learners_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    from devstack.runtime import StudioRuntime

    noted: list[str] = []
    monkeypatch.setattr(StudioRuntime, "error_tracker", staticmethod(noted.append), raising=False)
    block = add_block(BROKEN)
    assert "framework" in noted[0]
    team = text_of(view(block, "team", "author_view", studio=True))
    assert "This reflection could not be read when it was imported." in team
    assert "framework=&quot;tarot&quot;" in team
    assert hand_in(block).json["ok"]
    assert MARKER in view(block)
    kept = export(block)
    assert 'framework="tarot"' in kept
    assert '<prompt id="a">Why?</prompt>' in kept
    assert 'display_name="Mine"' in kept


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_read_is_refused_where_somebody_hears_of_it() -> None:
    with pytest.raises(ValueError, match="framework"):
        add_block(BROKEN)


def test_what_can_be_read_by_now_has_no_problems() -> None:
    assert problems_of('<reflection framework="starr" url_name="x" xblock-family="xblock.v1"/>') == ()


def test_each_problem_is_told_with_its_place() -> None:
    html = render_unread("Mine & yours", BROKEN, NullTranslations())
    assert "<code>framework" in html
    assert "Mine &amp; yours" in html
    assert "&lt;prompt" in html
