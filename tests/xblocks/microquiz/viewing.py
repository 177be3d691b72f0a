"""Questions as a learner sees them at any point of their play, and the page as a browser reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from gettext import NullTranslations
from typing import Any

import html5lib

from xblocks.base.sanitise import ATTRIBUTES, TAGS
from xblocks.microquiz.grading import grade
from xblocks.microquiz.play import Answer, Played, replay, rules_for
from xblocks.microquiz.prepared import Prepared
from xblocks.microquiz.question_page import render_question
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import Question
from xblocks.microquiz.responses import Response
from xblocks.microquiz.settings import FeedbackTiming, QuizSettings

ENGLISH = NullTranslations()
SECRET = b"a secret of this installation"


def played(question: Question, given: Sequence[Response]) -> Played:
    """What is known of a question after these answers."""
    log = (
        Answer(
            seq=number,
            question_id=question.id,
            content_hash="hash",
            attempt=number,
            response=response,
            score=grade(question, response).score,
            answered_at=datetime(2025, 6, 2, 12, tzinfo=UTC),
        )
        for number, response in enumerate(given, 1)
    )
    return replay(log).of(question.id)


def view_of(
    question: Question,
    *given: Response,
    settings: QuizSettings = QuizSettings(),  # noqa: B008 - a frozen value
    closed: bool = False,
    saved: Response | None = None,
    learner: str = "ann",
    **more: Any,
) -> QuestionView:
    """The view of a question after these answers, made as the block makes it."""
    prepared = Prepared(SECRET, "block", (question,), ())
    known = played(question, given)
    rules = rules_for(settings, known, closed=closed, saved=saved is not None)
    own: dict[str, Any] = {
        "name": prepared.names[question.id],
        "place": 1,
        "tokens": prepared.tokens(question),
        "order": prepared.order(question, learner),
        "response": saved if saved is not None else known.last,
        "mark": grade(question, given[-1]) if given and saved is None else None,
        "turned": rules.answer,
        "ask_confidence": settings.ask_confidence,
        "hand_in": settings.feedback_timing is FeedbackTiming.END,
    }
    return QuestionView(question=question, rules=rules, **{**own, **more})


def shown(question: Question, *given: Response, **more: Any) -> str:
    """The HTML of that view."""
    return render_question(view_of(question, *given, **more), ENGLISH)


# --- As a browser reads it

HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(html: str) -> Any:
    """The page as a browser would build it, as lxml elements without namespaces."""
    return html5lib.parse(f"<!DOCTYPE html><body>{html}", treebuilder="lxml", namespaceHTMLElements=False)


def elements(html: str) -> Iterator[Any]:
    """Every element of the page's body."""
    (body,) = parsed(html).xpath("/html/body")
    return (one for one in body.iterdescendants() if isinstance(one.tag, str))


def find(html: str, selector: str) -> list[Any]:
    """The elements that an XPath finds."""
    return list(parsed(html).xpath(selector))


def text_of(element: Any) -> str:
    """What an element says, on one line."""
    return " ".join("".join(element.itertext()).split())


def texts(html: str, selector: str) -> list[str]:
    """What each element that an XPath finds says."""
    return [text_of(one) for one in find(html, selector)]


def name_of(control: Any) -> str:
    """The name of a control for a screen reader (accname 1.2, in short)."""
    root = control.getroottree()
    if by := control.get("aria-labelledby"):
        return " ".join(text_of(one) for each in by.split() for one in root.xpath("//*[@id=$name]", name=each))
    if label := control.get("aria-label"):
        return str(label).strip()
    if control.tag == "button":
        return text_of(control)
    return " ".join(text_of(label) for label in control.iterancestors("label"))


# --- What may be on it

OURS: dict[str, set[str]] = {
    "li": {"class", "id", "data-q", "data-type", "data-standing", "data-try", "data-current", "data-item"},
    "form": {"method"},
    "p": {"class", "role", "aria-live"},
    "div": {"class", "id", "tabindex"},
    "img": {"class", "src", "alt", "loading"},
    "fieldset": {"class", "role", "aria-labelledby", "disabled"},
    "legend": set(),
    "span": {"class", "data-right"},
    "i": {"class", "aria-hidden"},
    "b": set(),
    "label": {"class"},
    "input": {
        *("type", "name", "value", "checked", "maxlength", "autocomplete", "aria-labelledby", "inputmode"),
        *("placeholder", "class", "aria-label", "autocapitalize", "disabled"),
    },
    "select": {"name", "class", "aria-label", "disabled"},
    "option": {"value", "selected"},
    "button": {"type", "class", "data-do", "data-move", "aria-label", "name", "value", "aria-pressed"},
    "ol": {"class"},
    "ul": {"class", "aria-live"},
    "small": set(),
    "mark": set(),
    "a": {"href", "target", "rel"},
}


def foreign(html: str) -> list[str]:
    """Elements and attributes that neither we nor an author may put on the page."""
    found = []
    for one in elements(html):
        if one.tag not in TAGS and one.tag not in OURS:
            found.append(one.tag)
        authors = ATTRIBUTES["*"] | ATTRIBUTES.get(one.tag, set()) | ({"rel"} if one.tag == "a" else set())
        found += [f"{one.tag} {name}" for name in one.attrib if name not in authors | OURS.get(one.tag, set())]
        address = one.get("href") or one.get("src") or ""
        scheme = address.partition(":")[0].lower()
        if ":" in address and scheme not in ("http", "https", "mailto", "tel") and "/" not in scheme:
            found.append(f"{one.tag} {address}")
    return found
