"""Hypothesis strategies for questions: every type, every field, valid by `content.check`, with hostile texts.

Whatever these make survives `decode(encode(question)) == question`: texts are clean already (no control characters,
markup that sanitising leaves as it is), ids fit, every question has what its type needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from xblocks.base.sanitise import as_plain_text, clean_html, clean_text
from xblocks.microquiz.questions import (
    Choice,
    Cloze,
    Explanation,
    Feedback,
    Flashcard,
    Gap,
    GapOption,
    Image,
    Item,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    Pair,
    PickedGap,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings, ShowAnswer
from xblocks.microquiz.text_matching import fold

HOSTILE = (
    "a < b & c > d",
    "]]>",
    "<![CDATA[x]]>",
    "&amp;",
    "&lt;b&gt;",
    "&nbsp;",
    "&#0;",
    "\"quoted\" and 'quoted'",
    "<b>bold</b>",
    "<p>One.</p>\n<p>Two.</p>",
    "<ul><li>one</li></ul>",
    '<img src="/static/a.png" alt="a">',
    '<a href="https://example.org/?a=1&amp;b=2">source</a>',
    "<script>alert(1)</script>",
    "<!-- comment -->",
    "<?xml version='1.0'?>",
    "line\nline",
    "line\n\nline",
    "\n",
    "\t",
    "  ",
    "\\n",
    "\\",
    "\\\\",
    "*",
    "\\*",
    "{",
    "}",
    "{=right ~wrong}",
    "~%50%",
    "%",
    "=",
    "#",
    "####",
    "->",
    "//",
    "// microunits: {}",
    "::",
    "$CATEGORY: x",
    "[html]",
    "[markdown]",
    "{1:SHORTANSWER:=a~b}",
    "@@PLUGINFILE@@/x.png",
    "%(name)s",
    "T",
    "1..5",
    "3:2",
    "=cmd|' /C calc'!A0",
    "שלום",
    "\u200f\u202eabc\u202c",
    "\ufeff",
    "\u2028",
    "\x85",
    "\xa0",
    "e\u0301",
    "İ",
    "🙂‍↔️",
    "ß",
)

WORDS = ("apple", "Pear", "café", "1,5", "phishing", "A", "été", "two words", "日本")


@cache
def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Plain text, clean, perhaps empty, often hostile."""
    pieces = st.sampled_from((*WORDS, *HOSTILE))
    joined = st.lists(pieces, max_size=3).map("".join)
    return st.one_of(st.just(""), pieces, joined, st.text(max_size=8)).map(lambda text: clean_text(text)[:max_size])


@cache
def visible_texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Plain text with something to see in it, also for a reader that takes it for markup."""
    return texts(max_size).map(_made_visible)


def _made_visible(text: str) -> str:
    return text if as_plain_text(text) else f"x {text}"


@cache
def htmls() -> st.SearchStrategy[str]:
    """Markup that sanitising leaves as it is, perhaps empty."""
    return texts(max_size=120).map(_settled)


@cache
def visible_htmls() -> st.SearchStrategy[str]:
    """Markup with text to see in it."""
    return htmls().map(_made_visible).map(_settled)


def _settled(markup: str) -> str:
    """What is left of markup when sanitising has nothing more to do."""
    while (cleaned := clean_html(markup)) != markup:
        markup = cleaned
    return markup


@cache
def ids() -> st.SearchStrategy[str]:
    """An id of a question or of a part of one."""
    return st.text("abcXYZ019-_", min_size=1, max_size=64)


@cache
def different_ids(least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Ids of the parts of one question."""
    plain = st.integers(least, most).map(lambda number: tuple("abcdefgh"[:number]))
    return st.one_of(plain, st.lists(ids(), min_size=least, max_size=most, unique=True).map(tuple))


def told_apart(drawn: Iterable[str], seen: Callable[[str], str]) -> tuple[str, ...]:
    """Texts that differ in what `seen` makes of them."""
    bodies = tuple(drawn)
    same = len({seen(body) for body in bodies}) < len(bodies)
    return tuple(f"{index} {body}" for index, body in enumerate(bodies)) if same else bodies


@cache
def points() -> st.SearchStrategy[float]:
    """What a question weighs."""
    return st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, 1000.0]), st.floats(0, 1000))


@cache
def scores() -> st.SearchStrategy[float]:
    """The score (0..1) of one foreseen answer."""
    return st.one_of(st.sampled_from([0.0, 0.25, 0.33333, 0.5, 1.0]), st.floats(0, 1))


@cache
def decimals() -> st.SearchStrategy[Decimal]:
    """A value that a number question may hold."""
    exact = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
    return st.one_of(st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("-3.50"), Decimal("1E+5")]), exact)


@cache
def tolerances() -> st.SearchStrategy[Decimal]:
    """How far off a number may be."""
    return decimals().map(abs)


@cache
def tags() -> st.SearchStrategy[str]:
    """A tag: something to see, no comma."""
    return visible_texts(max_size=20).map(lambda text: text.replace(",", " ") + "t")


@cache
def urls() -> st.SearchStrategy[str]:
    """An address that may stand in a question, or none."""
    return st.sampled_from(
        ["", "https://example.org/a?b=1&c=%22", "/static/plan & map.png", "http://example.org/é#=~{}"]
    )


@st.composite
def images(draw: st.DrawFn) -> Image:
    """A picture with or without a text, or none."""
    src = draw(urls())
    return Image(src=src, alt=draw(texts()) if src else "")


@cache
def feedbacks() -> st.SearchStrategy[Feedback]:
    """General feedback."""
    return st.builds(Feedback, right=htmls(), partly=htmls(), wrong=htmls())


@cache
def explanations() -> st.SearchStrategy[Explanation]:
    """An explanation with or without a source."""
    return st.builds(Explanation, text=htmls(), source_url=urls(), source_title=texts())


@cache
def _common() -> dict[str, st.SearchStrategy[object]]:
    """The fields that all types have."""
    return {
        "id": ids(),
        "text": visible_htmls(),
        "title": texts(),
        "points": points(),
        "image": images(),
        "hints": st.lists(htmls(), max_size=3).map(tuple),
        "feedback": feedbacks(),
        "explanation": explanations(),
        "tags": st.lists(tags(), max_size=3).map(tuple),
    }


@cache
def text_answers() -> st.SearchStrategy[tuple[TextAnswer, ...]]:
    """Foreseen answers, at least one of them right."""
    patterns = texts().map(lambda text: text if fold(text.replace("*", ""), case=False, accents=False) else f"{text}x")
    right = st.builds(TextAnswer, pattern=patterns, score=st.just(1.0), feedback=htmls())
    other = st.builds(TextAnswer, pattern=patterns, score=scores(), feedback=htmls())
    rest = st.builds(TextAnswer, pattern=st.just("*"), score=st.just(0.0), feedback=htmls())
    others = st.lists(st.one_of(other, rest), max_size=2).map(tuple)
    return st.builds(lambda before, one, after: (*before, one, *after), others, right, others)


@cache
def number_answers() -> st.SearchStrategy[tuple[NumberAnswer, ...]]:
    """Foreseen numbers, at least one of them right."""

    def answer(score: st.SearchStrategy[float]) -> st.SearchStrategy[NumberAnswer]:
        return st.builds(
            NumberAnswer,
            value=decimals(),
            tolerance=tolerances(),
            relative=st.booleans(),
            score=score,
            feedback=htmls(),
        )

    others = st.lists(answer(scores()), max_size=2).map(tuple)
    return st.builds(lambda before, one, after: (*before, one, *after), others, answer(st.just(1.0)), others)


@st.composite
def choices(draw: st.DrawFn, rights: Callable[[int, int], Sequence[bool]]) -> tuple[Choice, ...]:
    """Choices, of which those are right that `rights` says for their number and any number."""
    own = draw(different_ids(2, 5))
    right = rights(len(own), draw(st.integers(0, 2**16)))
    return tuple(
        Choice(id=id_, text=draw(visible_htmls()), right=is_right, feedback=draw(htmls()))
        for id_, is_right in zip(own, right, strict=True)
    )


def _exactly_one(number: int, any_number: int) -> Sequence[bool]:
    return [index == any_number % number for index in range(number)]


def _at_least_one(number: int, any_number: int) -> Sequence[bool]:
    bits = any_number % (2**number - 1) + 1
    return [bool(bits >> index & 1) for index in range(number)]


def single_choices() -> st.SearchStrategy[SingleChoice]:
    """One of several."""
    return st.builds(SingleChoice, **_common(), choices=choices(_exactly_one), shuffle=st.booleans())


def multiple_choices() -> st.SearchStrategy[MultipleChoice]:
    """Any number of several."""
    return st.builds(
        MultipleChoice,
        **_common(),
        choices=choices(_at_least_one),
        shuffle=st.booleans(),
        scoring=st.sampled_from(Scoring),
    )


def true_falses() -> st.SearchStrategy[TrueFalse]:
    """A statement."""
    return st.builds(TrueFalse, **_common(), right=st.booleans(), feedback_true=htmls(), feedback_false=htmls())


def short_texts() -> st.SearchStrategy[ShortText]:
    """A word or a few, typed."""
    return st.builds(
        ShortText, **_common(), answers=text_answers(), fold_case=st.booleans(), fold_accents=st.booleans()
    )


def numbers() -> st.SearchStrategy[Number]:
    """A number, typed."""
    return st.builds(Number, **_common(), answers=number_answers(), unit=texts(max_size=10))


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Things to put in order, told apart by what one sees."""
    own = draw(different_ids(2, 5))
    bodies = told_apart((draw(visible_htmls()) for _ in own), as_plain_text)
    return tuple(Item(id=id_, text=body) for id_, body in zip(own, bodies, strict=True))


def orderings() -> st.SearchStrategy[Ordering]:
    """Things to put in order."""
    return st.builds(Ordering, **_common(), items=items(), scoring=st.sampled_from(Scoring))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Pair, ...]:
    """Pairs whose left-hand sides differ; right-hand sides may be the same."""
    own = draw(different_ids(2, 5))
    lefts = told_apart((draw(visible_htmls()) for _ in own), as_plain_text)
    return tuple(Pair(id=id_, left=left, right=draw(visible_texts())) for id_, left in zip(own, lefts, strict=True))


def matchings() -> st.SearchStrategy[Matching]:
    """Things that belong together, and some that belong nowhere."""
    return st.builds(
        Matching,
        **_common(),
        pairs=pairs(),
        distractors=st.lists(visible_texts().map(lambda text: f"extra {text}"), max_size=3).map(tuple),
        scoring=st.sampled_from(Scoring),
    )


@st.composite
def options(draw: st.DrawFn) -> tuple[GapOption, ...]:
    """Options of a gap, exactly one of them right, all different."""
    own = draw(different_ids(2, 4))
    bodies = told_apart((draw(visible_texts()) for _ in own), str.strip)
    right = draw(st.integers(0, len(own) - 1))
    return tuple(
        GapOption(id=id_, text=body, right=index == right, feedback=draw(htmls()))
        for index, (id_, body) in enumerate(zip(own, bodies, strict=True))
    )


@cache
def gaps() -> st.SearchStrategy[Gap]:
    """One gap, typed or picked."""
    typed = st.builds(
        TypedGap, id=st.just("g"), answers=text_answers(), fold_case=st.booleans(), fold_accents=st.booleans()
    )
    return st.one_of(typed, st.builds(PickedGap, id=st.just("g"), options=options()))


@cache
def _clozes_without_gaps() -> st.SearchStrategy[Cloze]:
    return st.builds(Cloze, **_common(), scoring=st.sampled_from(Scoring))


@st.composite
def clozes(draw: st.DrawFn) -> Cloze:
    """A text with gaps, each placed once, not always in the order in which they are described."""
    own = draw(different_ids(1, 4))
    text = draw(htmls()).replace("[[", "[")
    for gap in reversed(own) if draw(st.booleans()) else own:
        text = f"{text} [[{gap}]] {draw(htmls()).replace('[[', '[')}"
    found = tuple(replace(draw(gaps()), id=gap) for gap in own)
    return replace(draw(_clozes_without_gaps()), text=_settled(text), gaps=found)


def flashcards() -> st.SearchStrategy[Flashcard]:
    """A card with a front and a back."""
    return st.builds(Flashcard, **_common(), back=visible_htmls())


def questions() -> st.SearchStrategy[Question]:
    """A question of any type."""
    return st.one_of(
        single_choices(),
        multiple_choices(),
        true_falses(),
        short_texts(),
        numbers(),
        orderings(),
        matchings(),
        clozes(),
        flashcards(),
    )


def quizzes(max_size: int = 4) -> st.SearchStrategy[tuple[Question, ...]]:
    """The questions of one quiz: ids differ."""
    return st.lists(questions(), max_size=max_size).map(_with_different_ids)


def _with_different_ids(drawn: Sequence[Question]) -> tuple[Question, ...]:
    same = len({question.id for question in drawn}) < len(drawn)
    return tuple(replace(question, id=f"q{index}") if same else question for index, question in enumerate(drawn))


def quiz_settings() -> st.SearchStrategy[QuizSettings]:
    """Valid settings of a quiz."""
    return st.builds(
        QuizSettings,
        display_name=visible_texts(),
        introduction=htmls(),
        presentation=st.sampled_from(Presentation),
        feedback_timing=st.sampled_from(FeedbackTiming),
        show_answer=st.sampled_from(ShowAnswer),
        attempts_allowed=st.integers(0, 1000),
        retry_penalty=st.floats(0, 1),
        shuffle_questions=st.booleans(),
        ask_confidence=st.booleans(),
        ungraded=st.booleans(),
        weight=st.floats(0, 1000),
    )
