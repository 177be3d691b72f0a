"""What those who coach see, as markup; and what somebody wrote to a learner, as data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.microquiz.quizzes import text_of
from xblocks.base.problems import ContentError
from xblocks.reflection import remarks
from xblocks.reflection.coach_page import (
    CoachFrame,
    CoachView,
    Line,
    TextView,
    render_everybody,
    render_page,
    render_remarks,
    render_text,
)
from xblocks.reflection.handing_in import Handed, Part
from xblocks.reflection.remarks import Said, Sign
from xblocks.reflection.sharing import Role, Sharing, Visibility
from xblocks.reflection.sharing_page import (
    BuddyView,
    FromOthers,
    Privacy,
    RemarkView,
    readers,
    render_buddy,
    render_other,
    render_others,
    render_privacy,
    render_remark,
)
from xblocks.reflection.sharing_page import (
    render_remarks as render_to_learner,
)

WORDS = NullTranslations()
AT = datetime(2026, 11, 26, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>'
REMARK = RemarkView(pk=1, author=EVIL, role=Role.COACH, number=1, when=EVIL, text=EVIL, sign=Sign.THANKS)


def handed(commitment: str = "", on: date | None = None) -> Handed:
    return Handed(1, AT, 3, (Part("a", EVIL, EVIL), Part("b", "Empty", " ")), commitment, on)


def test_whatever_people_are_called_and_write_is_text() -> None:
    line = Line(name=EVIL, when=EVIL, url="/x?a=1&b=2", remarks=2)
    everybody = render_everybody(CoachView(new=[line], read=[line], kept=[line], missing=[line], group=EVIL), WORDS)
    text = render_text(
        TextView(note=EVIL, handed=handed(EVIL, AT.date()), remark_url=EVIL, remove_url=EVIL, next_url=EVIL), WORDS
    )
    other = FromOthers(key=1, name=EVIL, when=EVIL, role=Role.BUDDY)
    privacy = Privacy(
        sharing=Sharing(Visibility.GROUP, True), choices=list(Visibility), group=EVIL, buddy=EVIL, pair=EVIL
    )
    parts = [
        everybody,
        text,
        render_remarks([REMARK], [1], WORDS),
        render_page(CoachFrame(way=(EVIL, EVIL), site=EVIL, css=[EVIL], js=[EVIL], lang=EVIL, rtl=True), EVIL, ""),
        render_privacy(privacy, EVIL, WORDS),
        render_to_learner([REMARK], WORDS),
        render_others([other], WORDS),
        render_other(other, handed(EVIL), [REMARK], EVIL, WORDS),
        render_buddy(BuddyView(name=EVIL), EVIL, WORDS),
        render_buddy(BuddyView(is_offered=True, code=EVIL), EVIL, WORDS),
    ]
    assert not [part for part in parts if "<script>" in part]
    assert "written back 2 times" in text_of(everybody)
    assert "Empty" not in text_of(text)


def test_what_is_not_there_is_not_shown() -> None:
    everybody = text_of(render_everybody(CoachView(), WORDS))
    assert "Nothing new" in everybody
    assert "Not yet" not in everybody
    text = text_of(render_text(TextView(note="", handed=handed("Call first")), WORDS))
    assert "What they will do Call first" in " ".join(text.split())
    assert "The next one to read" not in text
    assert "Nothing yet." in render_remarks([], [], WORDS)
    assert "Remove" not in render_remarks([REMARK], [], WORDS)
    assert render_to_learner([], WORDS) == render_others([], WORDS) == render_buddy(BuddyView(), "x", WORDS) == ""
    assert "mr-choose" not in render_privacy(Privacy(), "x", WORDS)
    fellow = FromOthers(key=1, name="Ann", when="today", role=Role.FELLOW)
    assert "your buddy" not in render_others([fellow], WORDS)
    assert "textarea" not in render_other(fellow, handed(), [], "x", WORDS)
    assert "New" not in text_of(render_remark(REMARK, WORDS))


def test_who_can_read_a_version_is_said_for_each_level() -> None:
    said = {
        (level, buddy): readers(level, with_buddy=buddy, words=WORDS) for level in Visibility for buddy in (True, False)
    }
    assert len(set(said.values())) == 6
    assert said[Visibility.PRIVATE, False] == "Only you can read it."


@given(st.text(max_size=40), st.sampled_from(Sign))
def test_what_somebody_says_is_kept_as_they_said_it(text: str, sign: Sign) -> None:
    try:
        said = remarks.read({"text": text, "sign": str(sign)})
    except ContentError:
        assert not sign
        return
    assert remarks.decode(remarks.encode(said)) == said
    assert said.text == said.text.strip()


@pytest.mark.parametrize(
    "raw", [{}, {"text": None}, {"text": "x" * 5_001}, {"sign": "shrug"}, {"text": "", "sign": []}]
)
def test_what_says_nothing_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ContentError):
        remarks.read(raw)


def test_what_somebody_said_is_not_printed() -> None:
    assert "secret" not in repr(Said("secret"))
