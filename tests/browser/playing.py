"""A learner who knows the right answers, with a keyboard (`Keyboard`) or with a finger (`Finger`).

Both read what to do from the same questions and the same page; neither knows a word of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz import olx
from xblocks.microquiz import questions as q
from xblocks.microquiz.content import GAP

COURSE = Path(__file__).parents[2] / "devstack" / "course"


def demo(language: str, file: str) -> tuple[q.Question, ...]:
    """The questions of a unit of the demo course."""
    (quiz,) = olx.parse((COURSE / language / file).read_bytes())
    return olx.read(quiz)[1]


def squeezed(text: str) -> str:
    """A text without white space, to compare what a page shows with what an author wrote."""
    return re.sub(r"\s+", "", text)


def shown(item: Locator, questions: Sequence[q.Question]) -> q.Question:
    """Which of the questions an item of the page shows."""
    text = squeezed(item.locator(".mu-text").text_content() or "")
    kind = item.get_attribute("data-type")
    (found,) = (
        question
        for question in questions
        if question.type == kind and text.startswith(squeezed(as_plain_text(GAP.split(question.text)[0])))
    )
    return found


def pattern(answers: Iterable[q.TextAnswer]) -> str:
    """Something that the first right pattern takes."""
    return next(answer.pattern for answer in answers if answer.score == 1).replace("*", "")


def choice_texts(question: q.Question, right: bool) -> list[str]:
    """The texts of the choices to take, for a right or for a wrong answer."""
    assert isinstance(question, q.SingleChoice | q.MultipleChoice)
    texts = [as_plain_text(choice.text) for choice in question.choices if choice.right is right]
    return texts if right else texts[:1]


class Hand:
    """What keyboard and finger have in common: what to give as an answer, type by type."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # --- How it is done, with a keyboard or with a finger

    def press(self, target: Locator) -> None:
        """Press a button."""
        raise NotImplementedError

    def choose(self, group: Locator, label: Locator) -> None:
        """Choose one of a group of radio buttons by its label."""
        raise NotImplementedError

    def set_box(self, label: Locator, wanted: bool) -> None:
        """Tick or clear a box by its label."""
        raise NotImplementedError

    def write(self, target: Locator, text: str) -> None:
        """Write into a field in place of what is there."""
        raise NotImplementedError

    def pick(self, target: Locator, index: int) -> None:
        """Pick an option of a list by its index."""
        raise NotImplementedError

    def order(self, lines: Locator, texts: Sequence[str]) -> None:
        """Bring lines into the order of these texts."""
        raise NotImplementedError

    def leave(self, item: Locator) -> None:
        """Leave the field that was written in."""
        raise NotImplementedError

    # --- What is done

    def current(self) -> Locator:
        """The question in front of the learner, where there is one at a time."""
        return self.page.locator(".mu-q[data-current]")

    def fill_in(self, item: Locator, question: q.Question, right: bool = True) -> None:
        """Give an answer to a question, without handing it in."""
        match question:
            case q.SingleChoice():
                self.choose(item.locator(".mu-in"), self._label(item, choice_texts(question, right)[0]))
            case q.MultipleChoice():
                for text, wanted in _boxes(question, right):
                    self.set_box(self._label(item, text), wanted)
            case q.TrueFalse():
                value = "true" if question.right is right else "false"
                self.choose(item.locator(".mu-in"), item.locator(".mu-choice").filter(has=_valued(self.page, value)))
            case q.ShortText():
                self.write(item.locator("[name=t]"), pattern(question.answers) if right else "zzz")
            case q.Number():
                value = next(answer.value for answer in question.answers if answer.score == 1)
                self.write(item.locator("[name=t]"), str(value if right else value + 987654))
            case q.Ordering():
                texts = [as_plain_text(one.text) for one in question.items]
                self.order(item.locator(".mu-order > li"), texts if right else texts[::-1])
            case q.Matching():
                self._match(item, question, right)
            case q.Cloze():
                self._fill_gaps(item, question, right)

    def be_sure(self, item: Locator) -> None:
        """Say how sure one is."""
        self.choose(item.locator(".mu-sure"), item.locator(".mu-sure label").last)

    def answer(self, item: Locator, question: q.Question, right: bool = True) -> None:
        """Give an answer and hand it in."""
        if isinstance(question, q.Flashcard):
            self.press(item.locator("[data-do=turn]"))
            expect(item.locator(".mu-back")).to_be_focused()
            self.press(item.locator(f"[name=r][value={'good' if right else 'again'}]"))
            return
        self.fill_in(item, question, right)
        if item.locator(".mu-sure").count():
            self.be_sure(item)
        self.press(item.locator(".mu-go"))

    def go_on(self) -> None:
        """Go to the next question, or to the summary after the last."""
        self.press(self.page.locator(".mu [data-go='1']"))

    def _label(self, item: Locator, text: str) -> Locator:
        wanted = squeezed(text)
        labels = item.locator(".mu-choice")
        texts = labels.locator("> span:first-of-type").all_text_contents()
        return labels.nth([squeezed(one) for one in texts].index(wanted))

    def _match(self, item: Locator, question: q.Matching, right: bool) -> None:
        for place, pair in enumerate(question.pairs):
            field = item.locator("select").nth(place)
            wanted = pair.right if right else question.pairs[place - 1].right
            self.pick(field, _option(field, wanted))

    def _fill_gaps(self, item: Locator, question: q.Cloze, right: bool) -> None:
        for place, gap in enumerate(question.gaps):
            field = item.locator(".mu-gap").nth(place)
            if isinstance(gap, q.PickedGap):
                self.pick(field, _option(field, next(one.text for one in gap.options if one.right is right)))
            else:
                self.write(field, pattern(gap.answers) if right else "zzz")


def _boxes(question: q.MultipleChoice, right: bool) -> list[tuple[str, bool]]:
    return [(as_plain_text(choice.text), choice.right is right) for choice in question.choices]


def _valued(page: Page, value: str) -> Locator:
    return page.locator(f"[value={value}]")


def _option(field: Locator, text: str) -> int:
    return [squeezed(one) for one in field.locator("option").all_text_contents()].index(squeezed(text))


# --- With a keyboard


class Keyboard(Hand):
    """Only keys. Every stop on the way must be seen: in the window, on top, and with a ring around it."""

    MOST_STOPS = 80

    def tab_to(self, target: Locator) -> None:
        """Go to something, or into a group, with Tab; with Shift and Tab when it lies behind."""
        for _ in range(self.MOST_STOPS):
            where = target.evaluate(_WHERE)
            if where == "here":
                self.must_see_focus()
                return
            self.page.keyboard.press("Tab" if where == "ahead" else "Shift+Tab")
        raise AssertionError(f"Tab never comes to {target}")

    def must_see_focus(self) -> None:
        """What has the focus can be seen."""
        seen: dict[str, Any] = self.page.evaluate(_SEEN)
        assert seen["ring"], f"no ring around {seen['what']}"
        assert seen["inside"], f"out of the window: {seen['what']}"
        assert seen["on_top"], f"behind something else: {seen['what']}"

    def press(self, target: Locator) -> None:
        self.tab_to(target)
        self.page.keyboard.press("Enter")

    def choose(self, group: Locator, label: Locator) -> None:
        wanted = label.locator("[type=radio]")
        self.tab_to(group)
        self.page.keyboard.press("Space")
        for _ in range(group.locator("[type=radio]").count()):
            if wanted.is_checked():
                self.must_see_focus()
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never come to {label}")

    def set_box(self, label: Locator, wanted: bool) -> None:
        box = label.locator("[type=checkbox]")
        if box.is_checked() is not wanted:
            self.tab_to(box)
            self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        self.tab_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def pick(self, target: Locator, index: int) -> None:
        self.tab_to(target)
        here = int(target.evaluate("it => it.selectedIndex"))
        for _ in range(abs(index - here)):
            self.page.keyboard.press("ArrowDown" if index > here else "ArrowUp")

    def leave(self, item: Locator) -> None:
        self.page.keyboard.press("Tab")

    def order(self, lines: Locator, texts: Sequence[str]) -> None:
        for place, text in enumerate(texts):
            here = _lines(lines).index(squeezed(text))
            if here > place:
                button = lines.nth(here).locator("[data-move='-1']")
                self.tab_to(button)
                for _ in range(here - place):
                    self.page.keyboard.press("Enter")
                    self.must_see_focus()


def _lines(lines: Locator) -> list[str]:
    return [squeezed(text) for text in lines.locator("> span:first-of-type").all_text_contents()]


_WHERE = """it => it.contains(document.activeElement) ? 'here'
  : it.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING ? 'behind' : 'ahead'"""

_SEEN = """() => {
  const it = document.activeElement;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.y + Math.min(box.height / 2, 20), 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return {
    what: it.outerHTML.slice(0, 200),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.top < innerHeight && box.bottom > 0 && box.left >= 0 && box.right <= innerWidth,
    on_top: it.contains(top) || Boolean(top && top.contains(it)),
  };
}"""


# --- With a finger


@dataclass(frozen=True)
class Touches:
    """A finger on the glass: real touch events, through the browser's debugging protocol."""

    page: Page

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Put a finger down, move it and lift it."""
        session = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            session.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
            )

        touch("touchStart", start)
        for step in range(1, steps + 1):
            part = step / steps
            touch("touchMove", (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
        touch("touchEnd")
        session.detach()


class Finger(Hand):
    """Only taps and drags."""

    def press(self, target: Locator) -> None:
        target.tap()

    def choose(self, group: Locator, label: Locator) -> None:
        label.tap()
        expect(label.locator("[type=radio]")).to_be_checked()

    def set_box(self, label: Locator, wanted: bool) -> None:
        if label.locator("[type=checkbox]").is_checked() is not wanted:
            label.tap()

    def write(self, target: Locator, text: str) -> None:
        target.tap()
        expect(target).to_be_focused()
        target.fill(text)

    def pick(self, target: Locator, index: int) -> None:
        # The list that opens belongs to the phone, not to the page, so no tap can be sent to it.
        target.select_option(index=index)

    def leave(self, item: Locator) -> None:
        item.locator(".mu-text").tap()

    def order(self, lines: Locator, texts: Sequence[str]) -> None:
        lines.first.evaluate("it => it.parentNode.scrollIntoView({ block: 'center' })")
        for place, text in enumerate(texts):
            here = _lines(lines).index(squeezed(text))
            if here != place:
                self._drag(lines.nth(here).locator(".mu-grip"), lines.nth(place))
            assert _lines(lines)[place] == squeezed(text)

    def _drag(self, grip: Locator, onto: Locator) -> None:
        start, end = grip.bounding_box(), onto.bounding_box()
        assert start
        assert end
        x = start["x"] + start["width"] / 2
        Touches(self.page).drag((x, start["y"] + start["height"] / 2), (x, end["y"] + 4))
