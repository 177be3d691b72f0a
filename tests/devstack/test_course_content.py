"""The demo course is whole: every file is understood, both languages agree, every picture is there."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from devstack import workshops
from xblocks.badges import olx as badges_olx
from xblocks.badges.criteria import blocks_of
from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz import olx
from xblocks.microquiz import questions as q
from xblocks.microquiz.content import GAP
from xblocks.microquiz.grading import grade
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings
from xblocks.reflection import olx as reflection_olx
from xblocks.reflection.definition import Design
from xblocks.workshop import olx as workshop_olx
from xblocks.workshop.plan import Fixed, ItemKind, Plan

COURSE = Path(__file__).parents[2] / "devstack" / "course"
LANGUAGES = ("en", "nl")
TODAY = date(2026, 11, 26)
SVG = "{http://www.w3.org/2000/svg}"

# Where a course team may send a learner for more: public bodies whose addresses stay.
SOURCES = {
    "en": ("https://www.ncsc.gov.uk/", "https://www.cisa.gov/", "https://consumer.ftc.gov/"),
    "nl": (
        "https://www.ncsc.nl/",
        "https://veiliginternetten.nl/",
        "https://www.fraudehelpdesk.nl/",
        "https://www.checkjelinkje.nl/",
        "https://www.politie.nl/",
    ),
}


@dataclass(frozen=True)
class Unit:
    slug: str
    title: str
    minutes: int
    file: Path
    settings: QuizSettings
    questions: tuple[q.Question, ...]


@functools.cache
def course(language: str) -> dict[str, Any]:
    return tomllib.loads((COURSE / language / "course.toml").read_text(encoding="utf-8"))


@functools.cache
def units(language: str) -> tuple[Unit, ...]:
    found = []
    for entry in course(language)["unit"]:
        file = COURSE / language / entry["file"]
        if b"<microquiz" not in file.read_bytes() or b"<workshop" in file.read_bytes():
            continue
        (quiz,) = olx.parse(file.read_bytes())
        settings, questions = olx.read(quiz)
        assert quiz.get("url_name") == entry["slug"]
        found.append(Unit(entry["slug"], entry["title"], entry["minutes"], file, settings, questions))
    return tuple(found)


@functools.cache
def questions(language: str) -> tuple[q.Question, ...]:
    _root, _plan, to_prepare, _design = workshop(language)
    return (*(question for unit in units(language) for question in unit.questions), *to_prepare)


@functools.cache
def workshop(language: str) -> tuple[Any, Plan, tuple[q.Question, ...], Design]:
    """The unit of the workshop: its root, the plan as of today, the quiz to prepare, the reflection afterwards."""
    text = workshops.dated((COURSE / language / "7-workshop.xml").read_text(encoding="utf-8"), TODAY)
    root = etree.fromstring(text)
    day, quiz, after = root
    return root, workshop_olx.read(day), olx.read(quiz)[1], reflection_olx.read(after)


def parts(question: q.Question) -> list[str]:
    """The ids of all parts of a question, in order."""
    names = ("choices", "items", "pairs", "gaps")
    own = [part for name in names for part in getattr(question, name, ())]
    return [part.id for one in own for part in (one, *getattr(one, "options", ()))]


def pictures() -> list[Path]:
    return sorted((COURSE / "static").iterdir())


all_questions = pytest.mark.parametrize(
    ("language", "question"),
    [pytest.param(language, one, id=f"{language}-{one.id}") for language in LANGUAGES for one in questions(language)],
)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@in_each_language
class TestACourse:
    def test_says_what_it_is(self, language: str) -> None:
        assert course(language)["title"]
        assert course(language)["description"]
        assert course(language)["key"] == f"course-v1:Microunits+PHISH-{language.upper()}+2026"

    def test_every_file_is_a_unit_of_it(self, language: str) -> None:
        files = [COURSE / language / entry["file"] for entry in course(language)["unit"]]
        assert files == sorted((COURSE / language).glob("*.xml"))

    @pytest.mark.parametrize(("place", "tag"), [(-2, "nudge"), (-1, "badges")])
    def test_ends_with_a_place_to_practise_and_one_for_badges(self, language: str, place: int, tag: str) -> None:
        entry = course(language)["unit"][place]
        (block,) = etree.parse(COURSE / language / entry["file"]).getroot()
        assert (block.tag, block.get("url_name")) == (tag, entry["slug"])
        assert block.get("display_name") == entry["title"]

    def test_each_badge_asks_for_what_is_in_the_course(self, language: str) -> None:
        (block,) = etree.parse(COURSE / language / "9-badges.xml").getroot()
        badges = badges_olx.read(block)
        quizzes = {f"microquiz@{unit.slug}" for unit in units(language)}
        assert len(badges) == 5
        assert all(blocks_of(badge.criterion) <= quizzes for badge in badges)
        root = etree.Element("unit")
        written = etree.SubElement(root, "badges", url_name="badges", display_name=str(block.get("display_name")))
        badges_olx.write(written, badges)
        file = (COURSE / language / "9-badges.xml").read_text(encoding="utf-8")
        assert etree.tostring(root, pretty_print=True, encoding="unicode") == file

    def test_each_unit_is_micro(self, language: str) -> None:
        assert len(units(language)) >= 5
        assert all(3 <= len(unit.questions) <= 5 and 1 <= unit.minutes <= 5 for unit in units(language))

    def test_each_quiz_is_named_as_its_unit(self, language: str) -> None:
        assert all(unit.settings.display_name == unit.title and unit.settings.introduction for unit in units(language))

    def test_an_export_changes_nothing_in_the_files(self, language: str) -> None:
        for unit in units(language):
            root = etree.Element("unit")
            olx.write(etree.SubElement(root, "microquiz", url_name=unit.slug), unit.settings, unit.questions)
            assert etree.tostring(root, pretty_print=True, encoding="unicode") == unit.file.read_text(encoding="utf-8")

    def test_every_type_occurs(self, language: str) -> None:
        assert {question.type for question in questions(language)} == set(q.TYPES)

    def test_every_scoring_of_multiple_choice_occurs(self, language: str) -> None:
        found = {question.scoring for question in questions(language) if isinstance(question, q.MultipleChoice)}
        assert found == set(q.Scoring)

    def test_both_tolerances_occur(self, language: str) -> None:
        numbers = [answer for one in questions(language) if isinstance(one, q.Number) for answer in one.answers]
        assert {answer.relative for answer in numbers if answer.tolerance} == {True, False}

    def test_both_kinds_of_gaps_occur(self, language: str) -> None:
        clozes = [question for question in questions(language) if isinstance(question, q.Cloze)]
        assert {gap.kind for cloze in clozes for gap in cloze.gaps} == {"typed", "picked"}

    def test_the_units_show_what_the_settings_can_do(self, language: str) -> None:
        settings = [unit.settings for unit in units(language)]
        assert {one.presentation for one in settings} == set(Presentation)
        assert {one.feedback_timing for one in settings} == set(FeedbackTiming)
        for name in ("ask_confidence", "attempts_allowed", "shuffle_questions", "ungraded"):
            assert {bool(getattr(one, name)) for one in settings} == {True, False}, name

    def test_ids_are_used_once_in_the_whole_course(self, language: str) -> None:
        own = [question.id for question in questions(language)]
        assert len(set(own)) == len(own)


@in_each_language
class TestTheWorkshop:
    def test_is_prepared_for_with_a_quiz_and_looked_back_at_in_the_same_unit(self, language: str) -> None:
        root, plan, to_prepare, _design = workshop(language)
        named = {f"{block.tag}@{block.get('url_name')}" for block in root}
        assert plan.reflection in named
        assert {item.block for item in plan.items if item.kind is ItemKind.QUIZ} <= named
        assert {item.kind for item in plan.items} == set(ItemKind)
        assert len(to_prepare) == 3
        assert next(block.get("display_name") for block in root) == course(language)["unit"][-3]["title"]

    def test_is_on_a_working_day_that_is_to_come(self, language: str) -> None:
        for session in workshop(language)[1].sessions:
            assert isinstance(session.when, Fixed)
            assert session.when.starts.date() > TODAY
            assert session.when.starts.weekday() < 5

    def test_learners_prepare_what_is_asked(self, language: str) -> None:
        plan = workshop(language)[1]
        for learner in course(language)["unit"][-3]["learner"]:
            assert learner["session"] in {session.id for session in plan.sessions}
            assert {*learner["done"], *learner["answers"]} <= {item.id for item in plan.items}

    def test_says_the_same_in_the_other_language(self, language: str) -> None:
        plan, (_root, other, _quiz, design) = workshop(language)[1], workshop("en")
        assert [(one.id, one.when, one.zone) for one in plan.sessions] == [
            (one.id, one.when, one.zone) for one in other.sessions
        ]
        assert [replace(one, title="", about="", url="") for one in plan.items] == [
            replace(one, title="", about="", url="") for one in other.items
        ]
        assert replace(workshop(language)[3], introduction="") == replace(design, introduction="")


class TestBothLanguages:
    def test_units_and_their_settings_agree(self) -> None:
        def shape(language: str) -> list[tuple[object, ...]]:
            rows: list[tuple[object, ...]] = []
            for unit in units(language):
                own = unit.settings
                rows.append((unit.slug, unit.file.name, unit.minutes, own.presentation, own.feedback_timing))
                rows.append((own.attempts_allowed, own.show_answer, own.ask_confidence, own.ungraded, own.weight))
            return rows

        assert shape("en") == shape("nl")

    def test_ids_agree_down_to_the_choices(self) -> None:
        def shape(language: str) -> list[tuple[object, ...]]:
            return [
                (one.id, one.type, one.points, getattr(one, "scoring", None), parts(one)) for one in questions(language)
            ]

        assert shape("en") == shape("nl")

    def test_what_is_right_agrees(self) -> None:
        def rights(language: str) -> list[tuple[str, list[object]]]:
            return [
                (one.id, [choice.right for choice in one.choices])
                for one in questions(language)
                if isinstance(one, q.SingleChoice | q.MultipleChoice)
            ]

        assert rights("en") == rights("nl")

    def test_no_text_was_left_untranslated(self) -> None:
        pairs = zip(questions("en"), questions("nl"), strict=True)
        assert [en.id for en, nl in pairs if en.text == nl.text or en.explanation == nl.explanation] == []

    def test_dutch_says_je(self) -> None:
        files = [*(unit.file for unit in units("nl")), COURSE / "nl" / "7-workshop.xml"]
        spoken = " ".join(as_plain_text(file.read_text(encoding="utf-8")) for file in files)
        assert re.findall(r"\b(?:uw|gelieve|dient te)\b", spoken, re.IGNORECASE) == []
        assert re.search(r"\bje\b", spoken)


@all_questions
class TestAQuestion:
    def test_explains_itself(self, language: str, question: q.Question) -> None:
        assert as_plain_text(question.explanation.text)
        assert question.explanation.source_title
        assert question.explanation.source_url.startswith(SOURCES[language])

    def test_has_a_title_and_tags(self, language: str, question: q.Question) -> None:
        assert question.title
        assert question.tags

    def test_each_wrong_choice_hears_why(self, language: str, question: q.Question) -> None:
        choices = getattr(question, "choices", ())
        options = [option for gap in getattr(question, "gaps", ()) for option in getattr(gap, "options", ())]
        wrong = [part for part in (*choices, *options) if not part.right]
        assert [part.id for part in wrong if not as_plain_text(part.feedback)] == []

    def test_a_picture_is_there_and_says_what_is_on_it(self, language: str, question: q.Question) -> None:
        if not question.image.src:
            assert not question.image.alt
            return
        assert question.image.src.startswith("/static/")
        assert question.image.src.endswith(f"-{language}.svg")
        assert COURSE / "static" / question.image.src.removeprefix("/static/") in pictures()
        assert len(question.image.alt) > 60

    def test_names_no_real_site_outside_the_sources(self, language: str, question: q.Question) -> None:
        written = etree.Element("microquiz")
        olx.write(written, QuizSettings(), (question,))
        text = " ".join(map(str, written.itertext())) + question.image.alt
        links = re.findall(r"https?://([^\s/<]+)", text) + re.findall(r"@([\w.-]+\w)", text)
        assert [name for name in links if not name.endswith((".example", "phishing.gov.uk", "fraudehelpdesk.nl"))] == []


class TestPictures:
    def test_each_is_used(self) -> None:
        used = {Path(one.image.src).name for language in LANGUAGES for one in questions(language) if one.image.src}
        assert used == {path.name for path in pictures()}

    @pytest.mark.parametrize("path", pictures(), ids=lambda path: path.name)
    def test_each_is_a_drawing_and_nothing_else(self, path: Path) -> None:
        root = olx.parse(path.read_bytes())
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert root.tag == f"{SVG}svg"
        assert tags <= {"svg", "title", "style", "rect", "circle", "path", "text", "g"}
        assert not [name for element in root.iter() for name in element.attrib if str(name).startswith("on")]
        assert "url(" not in path.read_text(encoding="utf-8")
        assert path.stat().st_size < 8_000

    @pytest.mark.parametrize("path", pictures(), ids=lambda path: path.name)
    def test_each_can_be_read_on_a_phone_in_light_and_dark(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        root = olx.parse(text)
        assert root.get("viewBox", "").startswith("0 0 360 ")
        assert min(map(int, re.findall(r"font-size: (\d+)px", text))) >= 14
        assert "prefers-color-scheme: dark" in text

    @pytest.mark.parametrize("path", pictures(), ids=lambda path: path.name)
    def test_the_words_on_it_are_in_its_alternative_text(self, path: Path) -> None:
        (alt,) = {
            one.image.alt for lang in LANGUAGES for one in questions(lang) if Path(one.image.src).name == path.name
        }
        drawn = " ".join(str(line) for line in olx.parse(path.read_bytes()).itertext(f"{SVG}text"))
        addresses = re.findall(r"[\w.-]+@[\w.-]+\.example", drawn)
        assert [address for address in addresses if address not in alt] == []
        words = set(re.findall(r"\w{5,}", drawn.casefold()))
        told = set(re.findall(r"\w{5,}", alt.casefold()))
        assert len(words & told) >= len(words) * 0.5


class TestAnswers:
    """A few answers as people give them."""

    @staticmethod
    def score(language: str, own: str, response: dict[str, Any]) -> float:
        (question,) = (one for one in questions(language) if one.id == own)
        return grade(question, response).score

    @in_each_language
    @pytest.mark.parametrize(("typed", "score"), [("5", 1), ("4", 1), ("6", 1), ("3", 0.5), ("8", 0), ("0", 0)])
    def test_counting_tricks_is_not_taken_too_strictly(self, language: str, typed: str, score: float) -> None:
        assert self.score(language, "count-tricks", {"text": typed}) == score

    @pytest.mark.parametrize(
        ("language", "typed", "score"),
        [
            ("en", "20,000", 1),
            ("en", "20000 euros", 1),
            ("en", "20500", 1),
            ("en", "50", 0.5),
            ("nl", "20.000", 1),
            ("nl", "20000 euro", 1),
            ("nl", "200.000", 0),
        ],
    )
    def test_what_a_campaign_earns(self, language: str, typed: str, score: float) -> None:
        assert self.score(language, "what-it-earns", {"text": typed}) == score

    @pytest.mark.parametrize(
        ("language", "typed", "score"),
        [
            ("en", "Track-Pay.example", 1),
            ("en", "parcelpoint.example.track-pay.example", 0.5),
            ("en", "https://parcelpoint.example.track-pay.example/login", 0.5),
            ("en", "parcelpoint.example", 0),
            ("nl", "volg-en-betaal.example", 1),
            ("nl", "pakketpunt.example.volg-en-betaal.example/inloggen", 0.5),
            ("nl", "PakketPunt", 0),
        ],
    )
    def test_whose_site_it_is(self, language: str, typed: str, score: float) -> None:
        assert self.score(language, "owner-of-site", {"text": typed}) == score

    @pytest.mark.parametrize(
        ("language", "typed"),
        [
            ("en", "two-factor authentication"),
            ("en", "Two step verification"),
            ("en", "2FA"),
            ("en", "multi-factor authentication"),
            ("nl", "tweestapsverificatie"),
            ("nl", "Twee-factor-authenticatie"),
            ("nl", "twee stappen verificatie"),
            ("nl", "MFA"),
        ],
    )
    def test_the_second_step_has_many_names(self, language: str, typed: str) -> None:
        assert self.score(language, "second-step", {"text": typed}) == 1

    @in_each_language
    def test_every_cloze_can_be_read_as_a_sentence(self, language: str) -> None:
        clozes = [question for question in questions(language) if isinstance(question, q.Cloze)]
        assert [GAP.findall(cloze.text) for cloze in clozes] == [[gap.id for gap in cloze.gaps] for cloze in clozes]
