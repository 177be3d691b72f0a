"""A course team's member at work in Studio's editor, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Lab, Shot, Visit
from tests.xblocks.microquiz.quizzes import one_of_each

pytestmark = pytest.mark.needs("chromium")

NOTHING = '<microquiz display_name="Empty"/>'
THREE = """
<microquiz display_name="Three">
  <truefalse id="one" right="true"><text>One holds.</text></truefalse>
  <truefalse id="two" right="true"><text>Two holds.</text></truefalse>
  <truefalse id="three" right="true"><text>Three holds.</text></truefalse>
</microquiz>
"""
TYPES = ["single", "multiple", "truefalse", "shorttext", "number", "ordering", "matching", "cloze", "flashcard"]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 640}}
DESKTOP = {"viewport": {"width": 1600, "height": 900}}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


class Editor:
    """The editor of the last quiz of a unit."""

    def __init__(self, visit: Visit, lab: Lab, beside: Page | None = None, **options: Any) -> None:
        studio, block = lab.placed[-1]
        self.page = visit(f"{studio}?block={block}", as_="team", beside=beside, **options)
        self.ready()

    def ready(self) -> None:
        """Wait until the editor stands."""
        expect(self.page.locator(".mue-tabs")).to_be_visible()

    @property
    def cards(self) -> Locator:
        """The questions."""
        return self.page.locator(".mue-card")

    @property
    def titles(self) -> list[str]:
        """What stands on the cards."""
        return self.page.locator(".mue-card-title").all_inner_texts()

    @property
    def name(self) -> Locator:
        """The field for the quiz's name."""
        return self.page.get_by_label("Name of the quiz")

    @property
    def saver(self) -> Locator:
        """The button that saves."""
        return self.page.locator(".mue-foot").get_by_role("button", name="Save")

    def save(self) -> None:
        """Save, and wait until Studio has opened the editor again."""
        with self.page.expect_navigation():
            self.saver.click()
        self.ready()

    def open(self, number: int) -> Locator:
        """Unfold a card."""
        card = self.cards.nth(number - 1)
        card.locator(".mue-card-toggle").click()
        return card

    def add(self, kind: str) -> Locator:
        """Add a question of a type; its card."""
        self.page.get_by_role("button", name=re.compile("Add a question|Write my own")).locator("visible=true").click()
        self.page.locator(f'.mue-type[data-type="{kind}"]').click()
        return self.cards.last

    def stored(self) -> Any:
        """What is saved, as the editor's page says."""
        return json.loads(self.page.locator(".mue-editor-data").inner_text())


@pytest.fixture
def empty(visit: Visit, lab: Lab) -> Iterator[Editor]:
    lab.put(NOTHING)
    return Editor(visit, lab)


@pytest.fixture
def three(visit: Visit, lab: Lab) -> Editor:
    lab.put(THREE)
    return Editor(visit, lab)


def test_an_empty_quiz_offers_an_example_that_can_be_kept(empty: Editor, shot: Shot) -> None:
    expect(empty.page.get_by_role("heading", name="What should they still know next week?")).to_be_visible()
    shot(empty.page, "empty")
    empty.page.get_by_role("button", name="Start with the example").click()
    expect(empty.page.locator(".mue-state")).to_have_text("Complete")
    empty.save()
    assert empty.titles == ["A message asks you to pay an invoice today. What do you do first?"]


def test_a_quiz_of_every_type_is_written_from_nothing_and_played(empty: Editor, visit: Visit, shot: Shot) -> None:
    empty.name.fill("From nothing")
    for kind in TYPES:
        card = empty.add(kind)
        text = card.locator(".mue-rich").first
        expect(text).to_be_focused()
        if kind != "cloze":
            # What is in the way is selected, so that typing writes over it.
            empty.page.keyboard.type(f"My own {kind}")
        expect(card.locator(".mue-state")).to_have_text("Complete")
    shot(empty.page, "all-types")
    empty.save()
    assert [question["form"]["type"] for question in empty.stored()["questions"]] == TYPES
    assert empty.titles[:2] == ["My own single", "My own multiple"]
    unit = empty.page.get_by_role("link", name="See it as a learner").get_attribute("href")
    assert unit
    learner = visit(unit)
    expect(learner.get_by_text("My own single")).to_be_visible()


@pytest.mark.parametrize("beside", [True, False])
def test_the_preview_follows_what_is_typed(three: Editor, beside: bool) -> None:
    card = three.open(2)
    card.get_by_role("textbox", name="Question").fill("Something new")
    if not beside:
        three.page.set_viewport_size({"width": 700, "height": 800})
        three.page.get_by_role("tab", name="Preview").click()
    frame = three.page.frame_locator(".mue-frame")
    expect(frame.get_by_text("Something new")).to_be_visible()
    expect(three.page.get_by_text("Question 2 of 3")).to_be_visible()
    three.page.get_by_role("button", name="Next question").click()
    expect(frame.get_by_text("Three holds.")).to_be_visible()
    frame.get_by_label("True").check()


# --- The list


def test_questions_are_moved_by_buttons_keys_and_pointer(three: Editor) -> None:
    three.cards.nth(0).get_by_role("button", name="Move down").click()
    assert three.titles == ["Two holds.", "One holds.", "Three holds."]
    three.page.get_by_role("button", name="Move question 3").press("ArrowUp")
    assert three.titles == ["Two holds.", "Three holds.", "One holds."]
    expect(three.page.get_by_role("button", name="Move question 2")).to_be_focused()
    expect(three.page.locator("[aria-live=polite]")).to_have_text("Three holds. is now number 2 of 3.")
    three.open(1)
    start = three.page.get_by_role("button", name="Move question 1").bounding_box()
    assert start
    three.page.mouse.move(start["x"] + 8, start["y"] + 8)
    three.page.mouse.down()
    # The open card folds up, so the others are where they are now.
    last = three.cards.nth(2).bounding_box()
    assert last
    three.page.mouse.move(start["x"] + 8, last["y"] + 60, steps=8)
    three.page.mouse.up()
    assert three.titles == ["Three holds.", "One holds.", "Two holds."]
    three.save()
    assert three.titles == ["Three holds.", "One holds.", "Two holds."]


def test_a_drag_that_is_broken_off_moves_nothing(three: Editor) -> None:
    start = three.page.get_by_role("button", name="Move question 1").bounding_box()
    last = three.cards.nth(2).bounding_box()
    assert start
    assert last
    three.page.mouse.move(start["x"] + 8, start["y"] + 8)
    three.page.mouse.down()
    three.page.mouse.move(start["x"] + 8, last["y"] + 60, steps=8)
    three.page.keyboard.press("Escape")
    three.page.mouse.up()
    assert three.titles == ["One holds.", "Two holds.", "Three holds."]


def test_a_copy_has_an_id_of_its_own(three: Editor) -> None:
    three.cards.nth(0).get_by_role("button", name="Duplicate").click()
    three.save()
    ids = [question["form"]["id"] for question in three.stored()["questions"]]
    assert (len(set(ids)), ids[0], ids[2:]) == (4, "one", ["two", "three"])
    assert three.titles[:2] == ["One holds.", "One holds."]


def test_what_was_deleted_comes_back_where_it_was(three: Editor) -> None:
    three.open(2).get_by_role("textbox", name="Question").fill("Two, rewritten.")
    three.cards.nth(1).get_by_role("button", name="Delete").click()
    undo = three.page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    assert three.titles == ["One holds.", "Three holds."]
    undo.press("Enter")
    assert three.titles == ["One holds.", "Two, rewritten.", "Three holds."]
    three.cards.nth(0).get_by_role("button", name="Delete").click()
    three.save()
    assert three.titles == ["Two, rewritten.", "Three holds."]


# --- What each type needs


def test_enter_writes_one_choice_after_the_other(empty: Editor) -> None:
    card = empty.add("single")
    card.get_by_role("button", name="Add a choice").click()
    empty.page.keyboard.type("Fourth")
    empty.page.keyboard.press("Enter")
    empty.page.keyboard.type("Fifth")
    card.get_by_role("group", name="Choice 5").get_by_role("radio", name="This is right").check()
    card.get_by_role("button", name="Remove: Choice 1").click()
    empty.save()
    choices = empty.stored()["questions"][0]["form"]["choices"]
    assert [choice["text"] for choice in choices][-2:] == ["Fourth", "Fifth"]
    assert [choice["right"] for choice in choices] == [False, False, False, True]
    assert len({choice["id"] for choice in choices}) == 4


def test_a_tolerance_is_written_as_people_say_it(empty: Editor) -> None:
    card = empty.add("number")
    card.get_by_role("textbox", name="Number", exact=True).fill("3,14")
    card.get_by_label("How exact").select_option("Give or take a percentage")
    card.get_by_label("How far off is still right").fill("2,5")
    empty.save()
    (answer,) = empty.stored()["questions"][0]["form"]["answers"]
    assert (answer["value"], answer["tolerance"], answer["relative"]) == ("3.14", "0.025", True)
    assert empty.open(1).get_by_label("How far off is still right").input_value() == "2.5"


def test_a_selected_word_becomes_a_gap(empty: Editor) -> None:
    card = empty.add("cloze")
    text = card.get_by_role("textbox", name="Text with gaps")
    text.fill("Never share your password.")
    text.press("End")
    text.press("ArrowLeft")
    for _letter in "password":
        text.press("Shift+ArrowLeft")
    card.get_by_role("button", name="Make a gap").click()
    for old in ("g1", "g2"):
        card.get_by_role("button", name=f"Remove the gap [[{old}]]").click()
    expect(text).to_have_text("Never share your [[g3]].")
    group = card.get_by_role("group", name="Gap [[g3]]")
    expect(group.get_by_role("textbox", name="Answer")).to_have_value("password")
    group.get_by_role("radio", name="pick from a list").check()
    group.get_by_role("textbox", name="Option").nth(1).fill("lunch")
    empty.save()
    form = empty.stored()["questions"][0]["form"]
    assert form["text"] == "Never share your [[g3]]."
    assert [(option["text"], option["right"]) for option in form["gaps"][0]["options"]] == [
        ("password", True),
        ("lunch", False),
    ]


def test_text_is_formatted_by_keyboard(empty: Editor) -> None:
    card = empty.add("flashcard")
    back = card.get_by_role("textbox", name="Back of the card")
    back.fill("bold plain")
    back.press("Home")
    back.press("Control+Shift+ArrowRight")
    back.press("Control+b")
    back.press("End")
    back.press("Alt+F10")
    expect(card.get_by_role("button", name="Bold")).to_be_focused()
    empty.page.keyboard.press("ArrowRight")
    empty.page.keyboard.press("Enter")
    expect(back).to_be_focused()
    empty.page.keyboard.type(" slanted")
    back.press("Control+k")
    empty.page.get_by_role("dialog").get_by_label("Web address").fill("https://example.org/")
    empty.page.keyboard.press("Enter")
    expect(back.locator("a")).to_have_text("https://example.org/")
    empty.save()
    markup = empty.stored()["questions"][0]["form"]["back"]
    assert re.sub(r"\s+", " ", re.sub(r"</?(b|i|a)\b[^>]*>", "", markup)) == "bold plain slantedhttps://example.org/"
    assert markup.startswith("<b>bold")
    assert "<i> slanted" in markup
    assert 'href="https://example.org/"' in markup


def test_pasted_markup_keeps_its_words_and_loses_its_dangers(empty: Editor) -> None:
    text = empty.add("truefalse").get_by_role("textbox", name="Question")
    text.evaluate(
        """(area) => {
          getSelection().selectAllChildren(area);
          const data = new DataTransfer();
          data.setData('text/html', '<div style="color:red">One <b>two</b>'
            + '<img src="data:," onerror="window.hit = 1"></div>'
            + '<script>window.hit = 1</script><a href="javascript:hit()">three</a>');
          data.setData('text/plain', 'One two three');
          area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(text).to_have_text(re.compile(r"One two\s*three"))
    assert empty.page.evaluate("window.hit") is None
    assert not re.search("onerror|javascript|script|style", text.inner_html())


# --- Problems, and nothing lost


def test_a_problem_stands_beside_its_field_and_goes_when_it_is_mended(three: Editor, shot: Shot) -> None:
    question = three.open(2).get_by_role("textbox", name="Question")
    question.fill("")
    three.name.fill("")
    three.saver.click()
    expect(three.name).to_be_focused()
    expect(three.name).to_have_attribute("aria-invalid", "true")
    expect(three.page.get_by_role("alert")).to_contain_text("To mend first: 2")
    shot(three.page, "problems")
    three.name.fill("Named")
    three.page.get_by_role("button", name="Question 2: Write the question.").click()
    expect(question).to_be_focused()
    described = (question.get_attribute("aria-describedby") or "").split()
    assert "Write the question." in [three.page.locator(f"#{name}").inner_text() for name in described]
    question.fill("Now there is one.")
    expect(question).not_to_have_attribute("aria-invalid", "true")
    three.save()
    assert three.stored()["settings"]["display_name"] == "Named"


def test_without_a_connection_the_text_stays_and_is_offered_again(three: Editor) -> None:
    three.page.context.set_offline(True)
    three.name.fill("Written in a tunnel")
    three.saver.click()
    expect(three.page.get_by_role("alert")).to_contain_text("There is no connection.")
    expect(three.name).to_have_value("Written in a tunnel")
    three.page.context.set_offline(False)
    three.page.reload()
    three.ready()
    expect(three.name).to_have_value("Three")
    three.page.get_by_role("button", name="Bring it back").click()
    expect(three.name).to_have_value("Written in a tunnel")
    three.save()
    expect(three.page.locator(".mue-notice")).to_have_count(0)
    assert three.stored()["settings"]["display_name"] == "Written in a tunnel"


def test_who_was_signed_out_is_told_what_to_do(three: Editor) -> None:
    cookies = three.page.context.cookies()
    three.name.fill("Not lost")
    three.page.context.clear_cookies()
    three.saver.click()
    expect(three.page.get_by_role("alert")).to_contain_text("You seem to be signed out.")
    three.page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what is read may be set
    three.save()
    assert three.stored()["settings"]["display_name"] == "Not lost"


@pytest.mark.parametrize("choice", ["Save mine", "Load theirs"])
def test_two_who_edit_at_once_both_keep_what_they_wrote(
    three: Editor, visit: Visit, lab: Lab, choice: str, shot: Shot
) -> None:
    other = Editor(visit, lab)
    other.name.fill("Theirs")
    other.save()
    three.name.fill("Mine")
    three.saver.click()
    dialog = three.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else saved")
    shot(three.page, "conflict")
    dialog.get_by_role("button", name=choice).click()
    if choice == "Save mine":
        expect(three.page.locator("#studio-status")).to_have_text(re.compile("saved", re.IGNORECASE))
        three.ready()
        assert three.stored()["settings"]["display_name"] == "Mine"
    first, second = ("Mine", "Theirs") if choice == "Save mine" else ("Theirs", "Mine")
    expect(three.name).to_have_value(first)
    three.page.get_by_role("button", name="Switch to that version").click()
    expect(three.name).to_have_value(second)
    three.page.get_by_role("button", name="Switch to that version").click()
    expect(three.name).to_have_value(first)


# --- Pasting and downloading


def test_questions_are_pasted_and_what_was_not_understood_is_shown_by_line(empty: Editor, shot: Shot) -> None:
    empty.page.get_by_role("button", name="Paste questions").first.click()
    dialog = empty.page.get_by_role("dialog")
    box = dialog.get_by_label("Your questions")
    pasted = "Is it flat? {FALSE}\n\n2 + 2 = {=4 ~3}\n\nbroken {="
    box.fill(pasted)
    dialog.get_by_role("button", name="Read the questions").click()
    expect(dialog.get_by_text("Questions understood: 2")).to_be_visible()
    shot(empty.page, "pasted")
    dialog.get_by_role("button", name="Line 5").click()
    assert box.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)") == "broken {="
    expect(box).to_have_value(pasted)
    dialog.get_by_role("button", name="Add the questions (2)").click()
    assert empty.titles == ["Is it flat?", "2 + 2 ="]
    empty.save()
    assert len(empty.stored()["questions"]) == 2


def test_a_file_is_read_as_well_as_a_text(empty: Editor, tmp_path: Path) -> None:
    file = tmp_path / "questions.gift"
    file.write_text("Is it flat? {FALSE}")
    empty.page.get_by_role("button", name="Paste questions").first.click()
    empty.page.get_by_label("Or choose a file").set_input_files(file)
    expect(empty.page.get_by_text("Questions understood: 1")).to_be_visible()


def test_what_is_on_the_screen_is_downloaded_unsaved(three: Editor) -> None:
    three.open(1).get_by_role("textbox", name="Question").fill("Not saved, but here.")
    with three.page.expect_download() as download:
        three.page.get_by_role("button", name="Download as GIFT").click()
    assert download.value.suggested_filename == "three.gift.txt"
    assert "Not saved, but here." in download.value.path().read_text()


# --- For everybody


SMALL = """() => {
  const targets = ':is(button, select, summary, .mue-input, .mue-rich, label:has(.mue-tick))';
  return [...document.querySelectorAll(`.mue-editor ${targets}`)]
    .filter((it) => it.offsetParent && !it.disabled && it.getBoundingClientRect().height < 44)
    .map((it) => it.outerHTML.slice(0, 120));
}"""


def states(editor: Editor) -> Iterator[str]:
    """Every state of the editor, one after the other."""
    page = editor.page
    yield "list"
    page.evaluate(
        """() => {
          document.querySelectorAll('.mue-card-toggle').forEach((toggle) => toggle.click());
          document.querySelectorAll('.mue-fold').forEach((fold) => { fold.open = true; });
        }"""
    )
    yield "questions"
    page.get_by_role("tab", name="Settings").click()
    yield "settings"
    if page.get_by_role("tab", name="Preview").is_visible():
        page.get_by_role("tab", name="Preview").click()
        yield "preview"
    page.get_by_role("tab", name="Questions").click()
    page.get_by_role("button", name="Add a question").click()
    yield "types"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Paste questions").locator("visible=true").click()
    page.get_by_label("Your questions").fill("Is it flat? {FALSE}\n\nbroken {=")
    page.get_by_role("button", name="Read the questions").click()
    expect(page.get_by_text("Questions understood: 1")).to_be_visible()
    yield "pasting"
    page.keyboard.press("Escape")
    editor.cards.last.get_by_role("button", name="Delete").click()
    editor.name.fill("")
    editor.saver.click()
    expect(editor.name).to_be_focused()
    yield "problems"


@pytest.fixture
def full(lab: Lab) -> None:
    """A quiz with a question of every type."""
    lab.put(one_of_each())


@pytest.mark.parametrize(("screen", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
def test_axe_finds_nothing(full: None, visit: Visit, lab: Lab, screen: dict[str, Any], scheme: str, shot: Shot) -> None:
    editor = Editor(visit, lab, color_scheme=scheme, reduced_motion="reduce", **screen)
    # What stays in place while one scrolls covers a part of something else, and axe measures what is left of that.
    editor.page.add_style_tag(content=".mue-editor :is(.mue-foot, .mue-toolbar) { position: static !important; }")
    for state in states(editor):
        found = Axe().run(editor.page, context=".mue-editor", options=RULES).response["violations"]
        shot(editor.page, state)
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]][:3]) for rule in found] == [], state


def test_nothing_is_cut_off_on_the_narrowest_screen(full: None, visit: Visit, lab: Lab, shot: Shot) -> None:
    editor = Editor(visit, lab, **NARROW)
    for state in states(editor):
        shot(editor.page, state)
        assert editor.page.evaluate("document.documentElement.scrollWidth") <= 320, state


def test_targets_are_large_enough_for_a_thumb(full: None, visit: Visit, lab: Lab) -> None:
    editor = Editor(visit, lab, **PHONE)
    for state in states(editor):
        assert editor.page.evaluate(SMALL) == [], state


def test_from_right_to_left_everything_is_mirrored(full: None, visit: Visit, lab: Lab, shot: Shot) -> None:
    editor = Editor(visit, lab, language="rtl", **DESKTOP)
    expect(editor.page.locator(".mue-editor")).to_have_attribute("dir", "rtl")
    handle = editor.page.locator(".mue-handle").first.bounding_box()
    tools = editor.page.locator(".mue-card-tools").first.bounding_box()
    assert handle
    assert tools
    assert handle["x"] > tools["x"]
    editor.open(1)
    shot(editor.page, "questions")


def test_everything_can_be_reached_and_done_by_keyboard(empty: Editor) -> None:
    """From the first field to a saved quiz, with no pointer."""
    page = empty.page
    empty.name.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start with the example")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".mue-type").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("By keyboard alone")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    empty.ready()
    (question,) = empty.stored()["questions"]
    assert (question["form"]["text"], question["form"]["type"]) == ("By keyboard alone", "truefalse")
    assert question["form"]["right"] is True
