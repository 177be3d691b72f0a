"""What a learner sees of the badges of a course, whatever there is of them."""

from __future__ import annotations

from gettext import NullTranslations

from xblocks.badges.badges_page import BadgeAhead, BadgesView, EarnedBadge, render, render_body

WORDS = NullTranslations()


def test_where_there_are_no_pages_nothing_leads_there() -> None:
    view = BadgesView(title="Mine", earned=[EarnedBadge(uid="u", name="<One>", picture="", when="today")])
    body = render_body(view, WORDS)
    assert "<a" not in body
    assert "&lt;One&gt;" in body
    assert "data-own" not in render(view, body)


def test_what_is_not_one_s_own_has_neither_bars_nor_a_next_step() -> None:
    ahead = BadgeAhead(name="One", picture="", said="To do", url="/there", step="There")
    body = render_body(BadgesView(title="Mine", ahead=[ahead], warnings=["Mend <this>."]), WORDS)
    assert "mu-bar" not in body
    assert "mb-next" not in body
    assert "Mend &lt;this&gt;." in body


def test_the_next_step_is_said_once() -> None:
    ahead = [
        BadgeAhead(name=name, picture="", said="Half", share=0.5, url=f"/{name}", step=name) for name in ("a", "b")
    ]
    body = render_body(BadgesView(title="Mine", ahead=ahead), WORDS)
    assert body.count('href="/a"') == body.count('href="/b"') == 1
    practice = BadgeAhead(name="p", picture="", said="Some", share=0.1, url="/p", is_practice=True)
    body = render_body(BadgesView(title="Mine", ahead=[ahead[0], practice]), WORDS)
    assert 'aria-label="Practise, for “p”"' in body
