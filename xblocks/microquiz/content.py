"""Questions as plain data, and back: the form in the block's field, in the editor and in the store of contents.

`decode` never guesses: whatever is not understood becomes a `Problem` with its path. Defaults are left out when
encoding, so that stored content stays small and readable and a new field needs no migration.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import as_plain_text, clean_url
from xblocks.microquiz.codec import encode_fields, read_dataclass
from xblocks.microquiz.questions import (
    TYPES,
    Choice,
    Cloze,
    Flashcard,
    GapOption,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    PickedGap,
    Question,
    ShortText,
    SingleChoice,
    TextAnswer,
    TypedGap,
)
from xblocks.microquiz.text_matching import fold

MAX_QUESTIONS = 100

ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
GAP = re.compile(r"\[\[([A-Za-z0-9_-]{1,64})\]\]")

Raw = Mapping[str, Any]


# --- Encoding


def encode(question: Question) -> dict[str, Any]:
    """A question as JSON-ready data, defaults left out; `decode` gives back an equal question."""
    return {"type": question.type, **encode_fields(question)}


def content_hash(question: Question) -> str:
    """SHA-256 (hex) over everything but the id: the same content has the same hash wherever it stands."""
    data = encode(question)
    del data["id"]
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# --- Decoding


def decode_all(raw: Any) -> tuple[Question, ...]:
    """A quiz's questions.

    Raises:
        ContentError: with every problem found, each with its path ("questions/2/choices/0/text").
    """
    questions, problems = read_all(raw)
    if problems:
        raise ContentError(tuple(problems))
    return questions


def read_all(raw: Any) -> tuple[tuple[Question, ...], list[Problem]]:
    """The questions that could be read, and the problems of the whole (a question with a problem is left out)."""
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return (), [Problem("questions", N_("This should be a list of questions."))]
    problems: list[Problem] = []
    if len(raw) > MAX_QUESTIONS:
        problems.append(
            Problem(
                "questions",
                N_("A quiz has at most %(most)d questions; a micro-quiz is at its best with 3 to 5."),
                {"most": MAX_QUESTIONS},
            )
        )
        raw = raw[:MAX_QUESTIONS]
    questions: list[Question] = []
    seen: set[str] = set()
    for index, item in enumerate(raw):
        question, found = read(item)
        if question is not None and question.id in seen:
            found.append(
                Problem("id", N_("Two questions have the id %(id)s; give one of them another."), {"id": question.id})
            )
        problems.extend(problem.under(f"questions/{index}") for problem in found)
        if question is not None and not found:
            questions.append(question)
            seen.add(question.id)
    return tuple(questions), problems


def decode(raw: Any) -> Question:
    """One question.

    Raises:
        ContentError: with every problem found.
    """
    question, problems = read(raw)
    if problems or question is None:
        raise ContentError(tuple(problems))
    return question


def read(raw: Any) -> tuple[Question | None, list[Problem]]:
    """One question and its problems; the question is None when its shape could not be read at all."""
    if not isinstance(raw, Mapping):
        return None, [Problem("", N_("This should be a question."))]
    cls = TYPES.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    if cls is None:
        return None, [Problem("type", N_("Choose what kind of question this is."))]
    problems: list[Problem] = []
    data = {key: value for key, value in raw.items() if key != "type"}
    question = read_dataclass(cls, data, "", problems)
    if question is not None:
        problems.extend(check(question))
    return question, problems


# --- Checking


def check(question: Question) -> list[Problem]:
    """What a course team should still mend in a question whose shape is right."""
    problems = list(_check_common(question))
    match question:
        case SingleChoice():
            problems.extend(_check_choices(question.choices))
            right = sum(choice.right for choice in question.choices)
            if question.choices and right != 1:
                problems.append(Problem("choices", N_("Mark exactly one choice as right.")))
        case MultipleChoice():
            problems.extend(_check_choices(question.choices))
            if question.choices and not any(choice.right for choice in question.choices):
                problems.append(Problem("choices", N_("Mark at least one choice as right.")))
        case ShortText():
            problems.extend(_check_text_answers(question.answers))
        case Number():
            problems.extend(_check_number_answers(question.answers))
        case Ordering():
            problems.extend(_check_parts("items", question.items, 2, N_("Give at least two things to put in order.")))
            problems.extend(_check_texts("items", "text", question.items))
            problems.extend(_check_different("items", [as_plain_text(item.text) for item in question.items]))
        case Matching():
            problems.extend(_check_matching(question))
        case Cloze():
            problems.extend(_check_cloze(question))
        case Flashcard():
            if not as_plain_text(question.back) and "<img" not in question.back:
                problems.append(Problem("back", N_("Write what stands on the back of the card.")))
    return problems


def _check_common(question: Question) -> Iterable[Problem]:
    if not ID.match(question.id):
        yield Problem("id", N_("An id has letters, digits, - and _ only, at most 64."))
    if not as_plain_text(question.text) and not question.image.src and "<img" not in question.text:
        yield Problem("text", N_("Write the question."))
    if not 0 <= question.points <= 1000:
        yield Problem("points", N_("Points go from 0 to 1000."))
    if question.image.src and not clean_url(question.image.src):
        yield Problem("image/src", N_("Use a web address (https://…) or a file of this course (/static/…)."))
    if question.image.alt and not question.image.src:
        yield Problem("image/src", N_("There is a description but no picture; add the picture's address."))
    if question.explanation.source_url and not clean_url(question.explanation.source_url):
        yield Problem("explanation/source_url", N_("Use a web address that begins with https://."))
    for index, tag in enumerate(question.tags):
        if not tag.strip() or "," in tag:
            yield Problem(f"tags/{index}", N_("A tag is a word or a few, without a comma."))


def _check_parts(path: str, parts: Sequence[Any], least: int, too_few: str) -> Iterable[Problem]:
    if len(parts) < least:
        yield Problem(path, too_few)
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if not ID.match(part.id):
            yield Problem(f"{path}/{index}/id", N_("An id has letters, digits, - and _ only, at most 64."))
        elif part.id in seen:
            yield Problem(f"{path}/{index}/id", N_("The id %(id)s is used twice; give one another."), {"id": part.id})
        seen.add(part.id)


def _check_texts(path: str, name: str, parts: Sequence[Any]) -> Iterable[Problem]:
    for index, part in enumerate(parts):
        text = getattr(part, name)
        if not as_plain_text(text) and "<img" not in text:
            yield Problem(f"{path}/{index}/{name}", N_("Write a text here, or remove the line."))


def _check_different(path: str, texts: Sequence[str]) -> Iterable[Problem]:
    seen: set[str] = set()
    for index, text in enumerate(texts):
        if text and text in seen:
            yield Problem(f"{path}/{index}", N_("The same text stands here twice; learners could not tell them apart."))
        seen.add(text)


def _check_choices(choices: tuple[Choice, ...]) -> Iterable[Problem]:
    yield from _check_parts("choices", choices, 2, N_("Give at least two choices."))
    yield from _check_texts("choices", "text", choices)


def _check_score(path: str, score: float) -> Iterable[Problem]:
    if not 0 <= score <= 1:
        yield Problem(f"{path}/score", N_("A score goes from 0 (wrong) to 1 (right)."))


def _check_text_answers(answers: tuple[TextAnswer, ...], path: str = "answers") -> Iterable[Problem]:
    if not any(answer.score == 1 for answer in answers):
        yield Problem(path, N_("Give at least one answer that is right."))
    for index, answer in enumerate(answers):
        if not fold(answer.pattern, case=False, accents=False):
            yield Problem(f"{path}/{index}/pattern", N_("Write an answer here, or remove the line."))
        elif not fold(answer.pattern.replace("*", ""), case=False, accents=False) and answer.score > 0:
            yield Problem(
                f"{path}/{index}/pattern", N_("A * alone would make every answer right; write more than that.")
            )
        yield from _check_score(f"{path}/{index}", answer.score)


def _check_number_answers(answers: tuple[NumberAnswer, ...]) -> Iterable[Problem]:
    if not any(answer.score == 1 for answer in answers):
        yield Problem("answers", N_("Give at least one answer that is right."))
    for index, answer in enumerate(answers):
        if answer.tolerance < 0:
            yield Problem(f"answers/{index}/tolerance", N_("A tolerance is 0 or more."))
        yield from _check_score(f"answers/{index}", answer.score)


def _check_matching(question: Matching) -> Iterable[Problem]:
    yield from _check_parts("pairs", question.pairs, 2, N_("Give at least two pairs."))
    yield from _check_texts("pairs", "left", question.pairs)
    yield from _check_texts("pairs", "right", question.pairs)
    yield from _check_different("pairs", [as_plain_text(pair.left) for pair in question.pairs])
    rights = {pair.right.strip() for pair in question.pairs}
    for index, text in enumerate(question.distractors):
        if not text.strip():
            yield Problem(f"distractors/{index}", N_("Write a text here, or remove the line."))
        elif text.strip() in rights:
            yield Problem(f"distractors/{index}", N_("This also stands in a pair, so it is not an extra one."))


def _check_cloze(question: Cloze) -> Iterable[Problem]:
    yield from _check_parts("gaps", question.gaps, 1, N_("Make at least one gap."))
    # In the text itself: a gap in an attribute (a title, an address) could not be filled.
    placed = GAP.findall(as_plain_text(question.text))
    for index, gap in enumerate(question.gaps):
        path = f"gaps/{index}"
        if placed.count(gap.id) != 1:
            yield Problem(path, N_("Put [[%(id)s]] into the text once, where this gap should stand."), {"id": gap.id})
        if isinstance(gap, TypedGap):
            yield from _check_text_answers(gap.answers, f"{path}/answers")
        else:
            yield from _check_options(gap, path)
    for name in placed:
        if name not in {gap.id for gap in question.gaps}:
            yield Problem("text", N_("The text has a gap [[%(id)s]] that is not described below."), {"id": name})


def _check_options(gap: PickedGap, path: str) -> Iterable[Problem]:
    def text(option: GapOption) -> str:
        return option.text.strip()

    for problem in _check_parts("options", gap.options, 2, N_("Give at least two options to pick from.")):
        yield problem.under(path)
    for index, option in enumerate(gap.options):
        if not text(option):
            yield Problem(f"{path}/options/{index}/text", N_("Write a text here, or remove the line."))
    for problem in _check_different("options", [text(option) for option in gap.options]):
        yield problem.under(path)
    if sum(option.right for option in gap.options) != 1:
        yield Problem(f"{path}/options", N_("Mark exactly one option as right."))


# --- Ids


def with_fresh_ids(
    questions: Iterable[Question], taken: Iterable[str], new_id: Callable[[], str]
) -> tuple[Question, ...]:
    """The questions, each whose id is taken (or empty, or used before among them) given a new one.

    This is the rule for copies: a question that is pasted or duplicated within a quiz is another question, with a
    history of its own; its choices keep their ids, which are only looked at within the question.
    """
    used = set(taken)
    out = []
    for question in questions:
        own = question.id
        while not ID.match(own) or own in used:
            own = new_id()
        used.add(own)
        out.append(dataclasses.replace(question, id=own))
    return tuple(out)


def id_from_content(question: Question) -> str:
    """An id for a question that was written without one (by hand, in OLX): the same content gives the same id."""
    return "q" + content_hash(dataclasses.replace(question, id="q"))[:10]
