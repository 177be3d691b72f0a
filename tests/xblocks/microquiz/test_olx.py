"""OLX: what is written can be read again, also after the platform has had it in its hands; diffs are small."""

from __future__ import annotations

import dataclasses
import difflib
import textwrap
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st
from lxml import etree

from tests.xblocks.microquiz import strategies
from xblocks.base.problems import ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.microquiz import olx
from xblocks.microquiz import questions as q
from xblocks.microquiz.content import id_from_content
from xblocks.microquiz.olx_layout import LAYOUTS, Leaf
from xblocks.microquiz.settings import Presentation, QuizSettings

# The names of the platform's inherited settings and of what its own XML attributes hold.
PLATFORM_ATTRIBUTES = (
    "url_name slug org course course_edit_method name source_file filename xblock-family parent_url parent_sequential "
    "index_in_children_list start due due_num_weeks graceperiod graded format visible_to_staff_only hide_from_toc "
    "group_access user_partitions showanswer show_correctness show_reset_button rerandomize max_attempts "
    "days_early_for_beta static_asset_path use_latex_compiler matlab_api_key giturl xqa_hash "
    "annotation_token_secret in_entrance_exam self_paced edxnotes edxnotes_visibility video_auto_advance "
    "hide_after_due copied_from_block upstream "
    "upstream_version upstream_display_name downstream_customized relative_weeks_due published_by subtree_edited_on "
    "tags-v1 editor markdown chrome default_tab is_entrance_exam submission_wait_seconds text_customization"
).split()

# Whole quizzes take a while to make up on a busy machine; that says nothing about what is tested.
patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SETTINGS = QuizSettings(display_name="Senders", attempts_allowed=2)
CHOICES = (q.Choice(id="a", text="The address", right=True), q.Choice(id="b", text="The <em>logo</em>"))
SINGLE = q.SingleChoice(id="q1", text="What do you check?", choices=CHOICES)


def platform_round_trip(node: etree._Element) -> etree._Element:
    """What a course export and import do with a node: indent, write, and read with these very options."""
    parser = etree.XMLParser(
        dtd_validation=False, load_dtd=False, remove_blank_text=True, remove_comments=True, encoding="utf-8"
    )
    vertical = etree.Element("vertical")
    vertical.append(node)
    text = etree.tostring(vertical, pretty_print=True, encoding="utf-8")
    return etree.fromstring(text, parser)[0]


def written(*questions: q.Question, settings: QuizSettings = SETTINGS) -> etree._Element:
    node = etree.Element("microquiz", url_name="senders")
    olx.write(node, settings, questions)
    return node


def pretty(node: etree._Element) -> str:
    return etree.tostring(node, pretty_print=True, encoding="unicode")


def read(text: str) -> tuple[QuizSettings, tuple[q.Question, ...]]:
    return olx.read(olx.parse(text))


def own_attributes(node: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in node.items()]


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ContentError) as caught:
        read(text)
    return [(problem.path, problem.sentence()) for problem in caught.value.problems]


def quiz(inner: str) -> str:
    return f"<microquiz>{inner}</microquiz>"


def single(inner: str = "", attributes: str = 'id="q1"') -> str:
    choices = '<choice right="true">Yes</choice><choice>No</choice>'
    return quiz(f"<single {attributes}><text>Why?</text>{choices}{inner}</single>")


class TestRoundTrip:
    @patiently
    @given(strategies.quiz_settings(), strategies.quizzes())
    def test_what_is_written_is_read_again(self, settings: QuizSettings, questions: tuple[q.Question, ...]) -> None:
        assert olx.read(written(*questions, settings=settings)) == (settings, questions)

    @patiently
    @given(strategies.quiz_settings(), strategies.quizzes())
    def test_an_export_and_import_by_the_platform_change_nothing(
        self, settings: QuizSettings, questions: tuple[q.Question, ...]
    ) -> None:
        node = platform_round_trip(written(*questions, settings=settings))
        assert olx.read(node) == (settings, questions)
        assert olx.read(platform_round_trip(node)) == (settings, questions)

    @patiently
    @given(strategies.quizzes())
    def test_writing_again_what_was_read_gives_the_same_file(self, questions: tuple[q.Question, ...]) -> None:
        first = written(*questions)
        settings, again = olx.read(platform_round_trip(written(*questions)))
        assert pretty(written(*again, settings=settings)) == pretty(first)

    @pytest.mark.parametrize("text", ["  ", "\n", " a", "a ", "\n a\n\n b \n", "a\tb", "]]&gt;", "&lt;&amp;", "\u2028"])
    def test_blanks_at_both_ends_survive_in_elements_and_attributes(self, text: str) -> None:
        card = q.Flashcard(id="q1", text="Front", back="Back", title=text, hints=(text,), tags=(f"{text}x",))
        answers = (q.TextAnswer(pattern=f"{text}x{text}"), q.TextAnswer(pattern="y", feedback=text))
        short = q.ShortText(id="q2", text=f"x{text}", answers=answers)
        assert olx.read(platform_round_trip(written(card, short)))[1] == (card, short)

    def test_decimals_keep_their_digits(self) -> None:
        answer = q.NumberAnswer(value=Decimal("12.50"), tolerance=Decimal("0.050"), relative=True)
        _, (number,) = olx.read(written(q.Number(id="q1", text="How much?", answers=(answer,))))
        assert isinstance(number, q.Number)
        assert (str(number.answers[0].value), str(number.answers[0].tolerance)) == ("12.50", "0.050")

    @pytest.mark.parametrize("cls", LAYOUTS, ids=lambda cls: cls.__name__)
    def test_every_field_has_a_place(self, cls: type) -> None:
        layout = LAYOUTS[cls]
        places = {c.path[0] if isinstance(c, Leaf) else c.field for c in layout.children} | {
            *layout.attributes.values()
        }
        assert {field.name for field in dataclasses.fields(cls)} <= places | {"kind"}

    def test_control_characters_never_stop_an_export(self) -> None:
        node = written(q.Flashcard(id="q1", text="Fr\x00ont", back="Back", title="\x0c\x1f"))
        assert olx.read(node)[1] == (q.Flashcard(id="q1", text="Front", back="Back"),)


class TestReadable:
    def test_it_looks_as_documented(self) -> None:
        assert olx.__doc__ is not None
        begin, end = olx.__doc__.index("    <microquiz"), olx.__doc__.index("</microquiz>")
        example = textwrap.dedent(olx.__doc__[begin:end]) + "</microquiz>\n"
        node = etree.Element("microquiz", url_name="sender")
        olx.write(node, *read(example))
        assert pretty(node) == example

    def test_a_choice_without_feedback_is_one_line(self) -> None:
        assert '<choice id="a" right="true">The address</choice>' in pretty(written(SINGLE))

    def test_markup_is_cdata_and_plain_text_is_not(self) -> None:
        text = pretty(written(SINGLE))
        assert '<choice id="b"><![CDATA[The <em>logo</em>]]></choice>' in text
        assert "<text>What do you check?</text>" in text

    def test_defaults_are_left_out(self) -> None:
        assert pretty(written(settings=QuizSettings())) == '<microquiz url_name="senders"/>\n'

    def test_whether_a_statement_is_true_is_always_said(self) -> None:
        assert '<truefalse id="q1" right="true">' in pretty(written(q.TrueFalse(id="q1", text="Water is wet.")))

    def test_changing_one_choice_changes_only_its_line(self) -> None:
        other = q.Flashcard(id="q2", text="Front", back="Back")
        changed = dataclasses.replace(SINGLE, choices=(dataclasses.replace(CHOICES[0], text="The domain"), CHOICES[1]))
        before, after = (pretty(written(question, other)).splitlines() for question in (SINGLE, changed))
        diff = [line.strip() for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[0] in "+-"][2:]
        assert [" ".join(line.split()) for line in diff] == [
            '- <choice id="a" right="true">The address</choice>',
            '+ <choice id="a" right="true">The domain</choice>',
        ]

    def test_a_new_hint_adds_one_line(self) -> None:
        hinted = dataclasses.replace(SINGLE, hints=("Look closely.",))
        before, after = (pretty(written(question)).splitlines() for question in (SINGLE, hinted))
        assert [line for line in after if line not in before] == ["    <hint>Look closely.</hint>"]
        assert [line for line in before if line not in after] == []


class TestWrittenByHand:
    def test_ids_may_be_left_out(self) -> None:
        _, (question,) = read(single(attributes=""))
        assert isinstance(question, q.SingleChoice)
        assert [choice.id for choice in question.choices] == ["a", "b"]
        assert question.id == id_from_content(question)

    def test_an_id_from_the_content_stays_when_questions_are_moved(self) -> None:
        card = "<flashcard><text>Front</text><back>Back</back></flashcard>"
        other = "<flashcard><text>Other</text><back>Back</back></flashcard>"
        assert read(quiz(card + other))[1] == read(quiz(other + card))[1][::-1]

    def test_all_kinds_of_parts_get_letters(self) -> None:
        gap = '<gap kind="picked"><option right="true">x</option><option>y</option></gap>'
        _, (cloze, ordering) = read(
            quiz(
                f"<cloze><text>One [[a]].</text>{gap}</cloze>"
                f"<ordering><text>Sort.</text>{''.join(f'<item>{i}</item>' for i in range(28))}</ordering>"
            )
        )
        assert isinstance(cloze, q.Cloze)
        assert isinstance(ordering, q.Ordering)
        assert cloze.gaps[0].id == "a"
        assert [item.id for item in ordering.items][24:] == ["y", "z", "aa", "ab"]

    def test_comments_are_for_the_file_only(self) -> None:
        _, (card,) = read(quiz("<!-- x --><flashcard><text>Fr<!-- y -->ont</text><back>Back</back></flashcard>"))
        assert card.text == "Front"

    def test_a_choice_may_hold_its_text_in_an_element(self) -> None:
        _, (question,) = read(single("<choice><text>Perhaps</text></choice>"))
        assert isinstance(question, q.SingleChoice)
        assert question.choices[2].text == "Perhaps"

    def test_yes_and_no_and_numbers_are_read_kindly(self) -> None:
        settings, _ = read('<microquiz ungraded=" True " weight="2,5" attempts_allowed="3"/>')
        assert (settings.ungraded, settings.weight, settings.attempts_allowed) == (True, 2.5, 3)

    def test_what_the_platform_handles_is_left_alone(self) -> None:
        text = (
            '<microquiz url_name="x" xblock-family="xblock.v1" slug="x" start="2026-01-01T00:00:00Z" graded="true" '
            'due="&quot;2026-02-01&quot;" graceperiod="1 day" format="Quiz" showanswer="always" max_attempts="2" '
            'visible_to_staff_only="true" group_access="{}" display_name="X" presentation="all_on_a_page">'
            '<o:group_access xmlns:o="http://code.edx.org/xblock/option">{}</o:group_access></microquiz>'
        )
        node = olx.parse(text)
        before = own_attributes(node)
        assert olx.read(node) == (QuizSettings(display_name="X", presentation=Presentation.ALL_ON_A_PAGE), ())
        assert own_attributes(node) == before


class TestProblems:
    @pytest.mark.parametrize(
        ("text", "path", "part"),
        [
            (single("<chioce>x</chioce>"), "microquiz/single/chioce:1", "<chioce> does not belong here"),
            (single("<feedback>x</feedback>"), "microquiz/single/feedback/@when:1", "right, partly, wrong"),
            (single('<choice when="x">x</choice>'), "microquiz/single/choice[3]/@when:1", "when"),
            (single('<hint><b>x</b></hint>'), "microquiz/single/hint/b:1", "CDATA"),
            (single('<hint lang="nl">x</hint>'), "microquiz/single/hint/@lang:1", "lang"),
            (single("loose"), "microquiz/single:1", "beside elements"),
            (single("<text>x</text>"), "microquiz/single/text[2]:1", "already"),
            (single('<image src="/a.png"/><image src="/b.png"/>'), "microquiz/single/image[2]:1", "already"),
            (single('<image src="javascript:x" alt="x"/>'), "microquiz/single/image/@src:1", "web address"),
            (single(attributes='points="many"'), "microquiz/single/@points:1", "a number"),
            (single(attributes='shuffle="maybe"'), "microquiz/single/@shuffle:1", "yes or no"),
            (single(attributes='id="a b"'), "microquiz/single/@id:1", "letters, digits"),
            (single(attributes='colour="red"'), "microquiz/single/@colour:1", "colour"),
            (single('<choice right="true">x</choice>'), "microquiz/single:1", "exactly one"),
            (quiz("<essay/>"), "microquiz/essay:1", "<essay>"),
            (quiz("<b>x</b>"), "microquiz/b:1", "CDATA"),
            (quiz("loose"), "microquiz:1", "beside elements"),
            ('<microquiz weight="-1"/>', "microquiz/@weight:1", "weight"),
            ('<microquiz presentation="sideways"/>', "microquiz/@presentation:1", "one_at_a_time"),
            ('<microquiz atempts_allowed="2"/>', "microquiz/@atempts_allowed:1", "attempts_allowed"),
        ],
    )  # fmt: skip
    def test_each_says_where_it_is_and_what_to_do(self, text: str, path: str, part: str) -> None:
        assert [sentence for where, sentence in problems(text) if where == path and part in sentence]

    def test_the_line_is_that_of_the_element(self) -> None:
        (problem,) = problems(
            "<microquiz>\n\n<flashcard id='x'>\n<text>Front</text>\n<bakc/><back>B</back></flashcard></microquiz>"
        )
        assert problem[0] == "microquiz/flashcard/bakc:5"

    def test_all_are_reported_not_only_the_first(self) -> None:
        found = problems(quiz('<single colour="red"/><flashcard><text>x</text></flashcard><matching/>'))
        assert {where.split("/")[1].partition(":")[0] for where, _ in found} == {"single", "flashcard", "matching"}

    def test_two_questions_with_one_id(self) -> None:
        card = '<flashcard id="x"><text>Front</text><back>Back</back></flashcard>'
        assert problems(quiz(card + card)) == [
            ("microquiz/flashcard[2]/@id:1", "Two questions have the id x; give one of them another.")
        ]

    def test_the_same_question_twice_without_an_id(self) -> None:
        card = "<flashcard><text>Front</text><back>Back</back></flashcard>"
        (problem,) = problems(quiz(card + card))
        assert problem[0] == "microquiz/flashcard[2]:1"

    def test_a_gap_says_whether_it_is_typed_or_picked(self) -> None:
        (problem,) = problems(quiz("<cloze><text>[[a]]</text><gap><answer>x</answer></gap></cloze>"))
        assert problem == ("microquiz/cloze/gap:1", "Choose whether this gap is typed or picked.")

    def test_too_many_questions(self) -> None:
        card = "<flashcard><text>%d</text><back>Back</back></flashcard>"
        assert "at most 100" in problems(quiz("".join(card % number for number in range(101))))[0][1]

    def test_a_place_is_told_within_the_quiz_wherever_it_stands(self) -> None:
        course = olx.parse(f"<vertical><html/>{quiz('')}{quiz('<essay/>')}</vertical>")
        with pytest.raises(ContentError) as caught:
            olx.read(course[2])
        assert [problem.path for problem in caught.value.problems] == ["microquiz[2]/essay:1"]

    def test_a_quiz_may_have_another_name(self) -> None:
        with pytest.raises(ContentError) as caught:
            olx.read(olx.parse("<unit><other><essay/></other></unit>")[0])
        assert [problem.path for problem in caught.value.problems] == ["unit/other/essay:1"]

    def test_a_node_made_by_a_program_has_no_lines(self) -> None:
        node = etree.Element("microquiz")
        etree.SubElement(node, "essay")
        with pytest.raises(ContentError) as caught:
            olx.read(node)
        assert [problem.path for problem in caught.value.problems] == ["microquiz/essay"]

    @pytest.mark.parametrize("name", PLATFORM_ATTRIBUTES)
    def test_no_attribute_of_the_platform_is_taken_for_a_misspelling(self, name: str) -> None:
        assert olx.read(etree.Element("microquiz", {name: "x"})) == (QuizSettings(), ())


class TestHostile:
    def test_too_deep(self) -> None:
        assert "nested too deeply" in problems(quiz("<a>" * 20 + "</a>" * 20))[0][1]

    def test_an_entity_left_by_another_parser(self) -> None:
        parser = etree.XMLParser(resolve_entities=False)
        text = '<!DOCTYPE x [<!ENTITY e "boom">]><microquiz><flashcard><text>&e;</text></flashcard></microquiz>'
        with pytest.raises(ContentError, match="entities"):
            olx.read(etree.fromstring(text, parser))

    def test_a_processing_instruction(self) -> None:
        assert "Processing instructions" in problems(quiz("<?php x ?>"))[0][1]

    @patiently
    @given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=4), max_leaves=20), st.data())
    def test_any_tree_gives_a_quiz_or_problems_with_a_place(self, tree: object, data: st.DataObject) -> None:
        layouts = list(LAYOUTS.values())
        tags = sorted({"b", "x", *q.TYPES, *(child.tag for layout in layouts for child in layout.children)})
        names = sorted({"when", "x", *(name for layout in layouts for name in layout.attributes)})

        def grow(node: etree._Element, branch: object) -> None:
            for name in data.draw(st.lists(st.sampled_from(names), max_size=3)):
                node.set(name, data.draw(st.sampled_from(["", "a", "true", "1", "1e999", "typed", "picked", "right"])))
            if isinstance(branch, str):
                node.text = clean_text(branch)
            elif isinstance(branch, list):
                for twig in branch:
                    grow(etree.SubElement(node, data.draw(st.sampled_from(tags))), twig)

        node = etree.Element("microquiz")
        grow(node, tree)
        found: tuple[Problem, ...] = ()
        try:
            olx.read(node)
        except ContentError as error:
            found = error.problems
        assert all(problem.path.startswith("microquiz") and problem.sentence() for problem in found)
