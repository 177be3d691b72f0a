"""What has to be done and what was done, in words; which form is given out; pictures drawn as PNG."""

from __future__ import annotations

from gettext import NullTranslations
from io import BytesIO
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.xblocks.badges.strategies import criteria
from xblocks.badges import picture_png, reading
from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    Attended,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)
from xblocks.badges.criteria_words import blocks_in, in_words, said
from xblocks.badges.definition import Badge, encode
from xblocks.badges.evidence_words import what_was_done
from xblocks.badges.negotiation import HTML, JSON, JWT, chosen
from xblocks.badges.picture import Design, Shape, corners
from xblocks.badges.public_frame import GOOD, Frame, render_page
from xblocks.badges.public_page import (
    AchievementView,
    CredentialView,
    asked_list,
    render_achievement,
    render_credential,
    render_issuer,
    render_notice,
)

WORDS = NullTranslations()
TITLES = {"q@a": "Mail", "q@b": "Links"}


@pytest.mark.parametrize(
    ("criterion", "sentence"),
    [
        (Completed(("q@a", "q@b")), "Complete “Mail”, “Links”."),
        (Completed(("q@a", "gone", "gone2")), "Complete “Mail”, 2 units."),
        (ScoreAtLeast(("q@a",), 0.8), "Reach at least 80% in “Mail”."),
        (ScoreAtLeast(("q@a", "q@b"), 1.0), "Reach at least 100% in each of: “Mail”, “Links”."),
        (FirstTry(1), "Answer 1 question right at the first try."),
        (FirstTry(3, ("q@a",)), "Answer 3 questions right at the first try, in “Mail”."),
        (CameBack(2), "Come back to 2 questions that went wrong, and answer them right."),
        (Reviews(20, 7), "Repeat 20 questions within 7 days."),
        (WeeksInARow(4), "Practise in 4 weeks in a row."),
        (WeeksInARow(4, rest=1), "Practise in 4 weeks in a row. 1 week of rest in between is fine."),
        (FinishedWithin(("q@a", "q@b"), 3), "Complete “Mail”, “Links” within 3 days."),
        (Reflected(("q@a",)), "Hand in a reflection in “Mail”."),
        (Prepared(("q@a",)), "Come prepared to “Mail”."),
        (Attended(("q@a",)), "Take part in “Mail”."),
        (AllOf((Completed(("q@a",)),)), "Complete “Mail”."),
    ],
)
def test_a_criterion_is_said_in_a_sentence(criterion: Criterion, sentence: str) -> None:
    assert in_words(criterion, TITLES, WORDS) == sentence


def test_a_group_is_said_as_a_list_however_deep() -> None:
    criterion = AllOf((FirstTry(1), AnyOf((Reviews(2, 3), SomeOf(2, (CameBack(1), FirstTry(2), WeeksInARow(2)))))))
    assert in_words(criterion, TITLES, WORDS).splitlines() == [
        "All of this:",
        "",
        "- Answer 1 question right at the first try.",
        "- One of these:",
        "    - Repeat 2 questions within 3 days.",
        "    - 2 of these:",
        "        - Come back to 1 question that went wrong, and answer it right.",
        "        - Answer 2 questions right at the first try.",
        "        - Practise in 2 weeks in a row.",
    ]
    html = asked_list(said(criterion, TITLES, WORDS))
    assert html.count("<ul>") == html.count("</ul>") == 3


@given(criteria())
def test_every_criterion_can_be_said_and_its_blocks_are_known(criterion: Criterion) -> None:
    assert in_words(criterion, TITLES, WORDS)
    assert all(blocks_in(criterion))


@pytest.mark.parametrize(
    ("kind", "block", "number", "sentence"),
    [
        ("completed", "q@a", 0, "Mail"),
        ("score", "gone", 0, "A unit of the course"),
        ("reflected", "q@a", 0, "Reflection: Mail"),
        ("prepared", "q@a", 0, "Prepared for: Mail"),
        ("attended", "q@a", 0, "Took part in: Mail"),
        ("within", "", 0, "All units done in time"),
        ("first_try", "", 1, "One question right at the first try"),
        ("first_try", "", 5, "5 questions right at the first try"),
        ("came_back", "", 2, "2 questions tried again and known now"),
        ("reviews", "", 20, "20 questions repeated"),
        ("weeks", "", 4, "Practised 4 weeks in a row"),
        ("of another release", "", 4, "What the badge asks for"),
    ],
)
def test_what_was_done_is_said_in_a_few_words(kind: str, block: str, number: int, sentence: str) -> None:
    assert what_was_done(kind, block, number, TITLES, WORDS) == sentence


# --- Pages with little on them


BARE = AchievementView(
    name="Bare <b>",
    picture="/p.svg",
    issuer="We",
    issuer_url="/us",
    course="",
    description="",
    narrative="",
    asked=said(FirstTry(1), TITLES, WORDS),
)


def test_a_badge_with_nothing_but_a_name_has_a_page_without_empty_parts() -> None:
    html = render_achievement(BARE, WORDS)
    assert "Bare &lt;b&gt;" in html
    assert "Details" not in html
    assert "mb-lead" not in html


def test_a_credential_of_which_nothing_is_known_has_a_page_without_empty_parts() -> None:
    view = CredentialView(
        badge=BARE, state=(GOOD, "Valid."), reason="", by_hand=False, done=(), dates=(), verify_url="/v", files=()
    )
    html = render_credential(view, WORDS)
    assert "What was done for it" not in html
    assert "Valid." in html
    assert "Reason" not in html


def test_an_issuer_without_a_logo_has_none() -> None:
    assert "<img" not in render_issuer("We", "https://we.example", "", "", (), WORDS)
    assert "<a " not in render_notice("Title", "Text", None)
    assert "<footer>" not in render_page(Frame(title="t", site="s", site_url="/", css=(), lang="en", rtl=False), "")


def test_definitions_are_read_once_and_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 1)
    monkeypatch.setattr(reading, "_READ", {})
    rows = [SimpleNamespace(definition=encode(one), content_hash=one.id) for one in (_badge("a"), _badge("b"))]
    assert [reading.read(row).id for row in rows] == ["a", "b"]
    assert reading.read(rows[1]) is reading.read(rows[1])
    assert set(reading._READ) == {"b"}


def _badge(name: str) -> Badge:
    return Badge(id=name, name=name, criterion=FirstTry(1))


# --- Forms


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        (",,;q=1", JSON),
        ("text/html", HTML),
        ("application/jwt;q=0.5, text/*;q=0.4", JWT),
        ("text/*, application/ld+json;q=0.5", JWT),
        ("text/plain, application/json, */*", JWT),
        ("application/json, text/plain, */*", JSON),
        ("*/*, text/html", HTML),
        ("application/*;q=0.2, text/html;q=0.3", HTML),
        ("text/html;q=nonsense, application/json;q=0.1", JSON),
        ("text/html;level=1;q=0.5, application/jwt;q=9", JWT),
        ("TEXT/HTML", HTML),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept: str, form: str) -> None:
    assert chosen(accept, (JSON, JWT, HTML)) == form


@given(st.text(max_size=200))
def test_whatever_is_asked_for_something_is_given(accept: str) -> None:
    assert chosen(accept, (JSON, HTML)) in (JSON, HTML)


# --- Pictures


def drawn(design: Design) -> Image.Image:
    return Image.open(BytesIO(picture_png.draw(design)))


@pytest.mark.parametrize("shape", list(Shape))
def test_a_design_is_drawn_as_a_png_in_its_colours_on_nothing(shape: Shape) -> None:
    picture = drawn(Design(shape, "AB", "#0f766e", "#ffffff"))
    assert picture.size == (picture_png.WIDTH, picture_png.WIDTH)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert picture.getpixel((picture_png.WIDTH // 2, 400)) == (0x0F, 0x76, 0x6E, 255)
    assert (255, 255, 255, 255) in {colour for _count, colour in picture.getcolors(1 << 20) or ()}


def test_letters_that_cannot_be_drawn_are_a_tick_and_marks_on_letters_are_left_out() -> None:
    tick = picture_png.draw(Design())
    assert picture_png.draw(Design(letters="字")) == tick
    assert picture_png.draw(Design(letters="É")) == picture_png.draw(Design(letters="E")) != tick


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=3))
def test_whatever_the_letters_a_picture_is_drawn(letters: str) -> None:
    assert drawn(Design(letters=letters)).size == (picture_png.WIDTH, picture_png.WIDTH)


def test_a_round_shape_has_no_corners() -> None:
    with pytest.raises(ValueError, match="circle"):
        corners(Shape.CIRCLE, 10, 5)
