"""What messages say: an occasion in, a letter out, in the language of a catalogue.

The first line says what and how long. There are several texts for a kind, because one that was seen lately works less
(Yancey & Settles 2020). None of them scolds: not answering is fine, and so is stopping.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from xblocks.base.problems import N_
from xblocks.base.sanitise import as_plain_text, clean_text
from xblocks.microquiz.questions import MultipleChoice, Question, ShortText, SingleChoice, TrueFalse
from xblocks.nudge.kinds import Kind

WIDTH = 72
"""Characters a line of the text part."""
NBSP = "\u00a0"
_LONGEST_NAME = 60
_LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Topic:
    """A course that a message is about, and how many of its questions it invites to."""

    course: str
    questions: int


@dataclass(frozen=True, slots=True)
class Note:
    """What another component wants to say, in its own words; blank lines part its paragraphs."""

    subject: str
    text: str
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why somebody is written to.

    Attributes:
        variant: which of the texts of its kind.
        questions: how many it invites to, over all topics.
        site: what people call the platform.
        asked: the text of one of the questions (`plain_question`); "" where it cannot be told in a mail.
        note: what an ANCHORED message says; others have none.
        rtl: the language is written from right to left.
    """

    kind: Kind
    variant: int = 0
    topics: tuple[Topic, ...] = ()
    questions: int = 0
    site: str = ""
    asked: str = ""
    note: Note | None = None
    rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message in words, plain text all of it; what is empty is left out.

    Attributes:
        preheader: what a list of mails shows behind the subject.
        lead: the first line: what, and how long.
        topics: one line a course, where there are several.
        asked_label, asked, answer: one of the questions, what introduces it, and the words of the link to it.
        why, choose: why this came, and the words of the link to fewer or none.
    """

    subject: str
    preheader: str
    lead: str
    paragraphs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    asked_label: str = ""
    asked: str = ""
    answer: str = ""
    button: str
    why: str
    choose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a letter's links lead; "" where there is no such page. `question` is "" when none is asked in it."""

    go: str
    stop: str
    question: str = ""


# --- The texts


@dataclass(frozen=True, slots=True)
class _Texts:
    """One way to say it: about one course, and about several."""

    subject: str
    subject_of_several: str
    text: str
    text_of_several: str
    button: str


_PRACTISE = N_("Practise now")
_CALM = N_("Recalling does more than rereading, even when you have to search for the answer.")
_QUIET = N_("Pick a quiet minute. Whatever you don't get to comes back by itself.")
_FINE = N_("It has been a while, and that is fine. Start with just this; the rest comes bit by bit.")
_NO_RUSH = N_("No catching up needed. We start with what is most worth your time, and a guess is fine too.")

_TEXTS: Mapping[Kind, tuple[_Texts, ...]] = {
    Kind.REVIEWS: (
        _Texts(
            N_("%(amount)s: %(course)s"),
            N_("%(amount)s: a short look back"),
            N_("From “%(course)s”, right when recalling it helps most."),
            N_("From your courses, right when recalling it helps most."),
            _PRACTISE,
        ),
        _Texts(
            N_("Do you still know this from “%(course)s”?"),
            N_("Do you still know this?"),
            N_("You have seen this before, in “%(course)s”. Even searching for the answer makes it stick."),
            N_("You have seen this before. Even searching for the answer makes it stick."),
            _PRACTISE,
        ),
        _Texts(
            N_("A quick look back at “%(course)s”"),
            N_("A quick look back at your courses"),
            N_("Every time you recall something from “%(course)s”, it stays with you a little longer."),
            N_("Every time you recall something, it stays with you a little longer."),
            _PRACTISE,
        ),
    ),
    Kind.DIGEST: (
        _Texts(
            N_("%(amount)s: your weekly look back"),
            N_("%(amount)s: your weekly look back"),
            N_("Once a week, as you asked: a short look back at “%(course)s”."),
            N_("Once a week, as you asked: a short look back at what you have learned."),
            _PRACTISE,
        ),
        _Texts(
            N_("Your weekly moment for “%(course)s”"),
            N_("Your weekly moment to look back"),
            _CALM,
            _CALM,
            _PRACTISE,
        ),
        _Texts(
            N_("This week: what do you still know of “%(course)s”?"),
            N_("This week: what do you still know?"),
            _QUIET,
            _QUIET,
            _PRACTISE,
        ),
    ),
    Kind.COMEBACK: (
        _Texts(
            N_("When you have a minute: %(course)s"),
            N_("When you have a minute"),
            _FINE,
            _FINE,
            N_("Start with this"),
        ),
        _Texts(
            N_("Pick up “%(course)s” where you left off"),
            N_("Pick up where you left off"),
            N_("You may know more of “%(course)s” than you think. One small step shows it."),
            N_("You may know more of it than you think. One small step shows it."),
            N_("Pick it up again"),
        ),
        _Texts(
            N_("A small step back into “%(course)s”"),
            N_("A small step back into your courses"),
            _NO_RUSH,
            _NO_RUSH,
            N_("Take a small step"),
        ),
    ),
}


def variants(kind: Kind) -> int:
    """How many texts there are for a kind; `Occasion.variant` is below that."""
    return len(_TEXTS.get(kind, ((),)))


def letter(occasion: Occasion, words: NullTranslations) -> Letter:
    """The message for an occasion.

    Raises:
        ValueError: an ANCHORED message without its note.
    """
    if occasion.kind is Kind.GOODBYE:
        return _goodbye(occasion, words)
    if occasion.kind is Kind.ANCHORED:
        return _anchored(occasion, words)
    return _invitation(occasion, words)


# --- Kinds


def _invitation(occasion: Occasion, words: NullTranslations) -> Letter:
    texts = _TEXTS[occasion.kind][occasion.variant % variants(occasion.kind)]
    is_one = len(occasion.topics) == 1
    course = occasion.topics[0].course if is_one else ""
    amount = _amount(occasion.questions, words)
    subject = words.gettext(texts.subject if is_one else texts.subject_of_several)
    text = words.gettext(texts.text if is_one else texts.text_of_several) % {"course": _name(course, occasion.rtl)}
    asked = _isolated(occasion.asked, occasion.rtl)
    which = words.gettext("The question:") if occasion.questions == 1 else words.gettext("One of them:")
    return Letter(
        subject=_one_line(subject % {"course": _cut(course), "amount": amount}),
        preheader=f"{asked or text}" if "%(amount)s" in subject else f"{amount}. {asked or text}",
        lead=amount,
        paragraphs=(text,),
        topics=() if is_one else tuple(_topic(one, occasion.rtl, words) for one in occasion.topics),
        asked_label=which if asked else "",
        asked=asked,
        answer=words.gettext("Answer it right away, without signing in") if asked else "",
        button=words.gettext(texts.button),
        why=_why(occasion, words),
        choose=_choose(words),
    )


def _anchored(occasion: Occasion, words: NullTranslations) -> Letter:
    if occasion.note is None:
        raise ValueError("an anchored message has a note to say")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", clean_text(occasion.note.text))]
    subject = _one_line(occasion.note.subject)
    return Letter(
        subject=subject,
        preheader=paragraphs[0],
        lead=subject,
        paragraphs=tuple(part for part in paragraphs if part),
        button=_one_line(occasion.note.button),
        why=_why(occasion, words),
        choose=_choose(words),
    )


def _goodbye(occasion: Occasion, words: NullTranslations) -> Letter:
    return Letter(
        subject=words.gettext("We stop writing for now"),
        preheader=words.gettext("You don't need to do anything."),
        lead=words.gettext("This is our last message for now"),
        paragraphs=(
            words.gettext(
                "Messages are only good when they are welcome, so we stop here. Everything else stays as it is."
            ),
            words.gettext("Would you like them back? Practise once, whenever you like, and we will write again."),
        ),
        button=words.gettext("Practise again"),
        why=_why(occasion, words),
        choose=_choose(words),
    )


# --- Parts


def _amount(questions: int, words: NullTranslations) -> str:
    """What and how long: half a minute a question."""
    if questions == 1:
        return words.gettext("One question, half a minute")
    if questions == 2:
        return words.gettext("Two questions, one minute")
    if questions == 3:
        return words.gettext("Three questions, about two minutes")
    minutes = (questions + 1) // 2
    time = words.ngettext("about %(number)d minute", "about %(number)d minutes", minutes) % {"number": minutes}
    return f"{_questions(questions, words)}, {time}"


def _questions(number: int, words: NullTranslations) -> str:
    return words.ngettext("%(number)d question", "%(number)d questions", number) % {"number": number}


def _topic(topic: Topic, rtl: bool, words: NullTranslations) -> str:
    # The number and its word stay on one line.
    return f"{_name(topic.course, rtl)}: {_questions(topic.questions, words).replace(' ', NBSP)}"


def _why(occasion: Occasion, words: NullTranslations) -> str:
    names = {"site": _one_line(occasion.site)}
    if occasion.kind is Kind.DIGEST:
        return words.gettext("You get this once a week, because you chose that on %(site)s.") % names
    if len(occasion.topics) == 1:
        names["course"] = _name(occasion.topics[0].course, occasion.rtl)
        return words.gettext("You get this because you are taking “%(course)s” on %(site)s.") % names
    return words.gettext("You get this because you are taking courses on %(site)s.") % names


def _choose(words: NullTranslations) -> str:
    return words.gettext("Get fewer messages, take a break, or stop them")


# --- A question in the mail itself

_PLAIN = (SingleChoice, MultipleChoice, TrueFalse, ShortText)
_EMPHASIS = re.compile(r"</?(?:a|abbr|b|cite|dfn|em|i|ins|kbd|mark|q|small|span|strong|u|var)\b[^<>]*>")
# What says something that its text alone does not, and formulas.
_NOT_PLAIN = re.compile(r"<(?:img|table|pre|code|sub|sup|ruby|ol|ul|del|s)\b|\\\(|\\\[|\$\$")


def plain_question(question: Question, words: NullTranslations) -> str:
    """What a question asks, as a mail can say it; "" when that takes a picture, a table, or a page of text.

    Never its choices: which are right is for the page, after an answer.
    """
    text = _one_line(as_plain_text(_EMPHASIS.sub("", question.text)))
    is_plain = isinstance(question, _PLAIN) and not question.image.src and not _NOT_PLAIN.search(question.text)
    if not is_plain or not 0 < len(text) <= _LONGEST_QUESTION:
        return ""
    return f"{words.gettext('True or false?')} {text}" if isinstance(question, TrueFalse) else text


# --- As text


def as_text(letter: Letter, addresses: Addresses, width: int = WIDTH) -> str:
    """The text part: everything that the letter says, complete on its own; an address has a line to itself.

    What would lead to a page that there is not is left out.
    """
    parts = [_wrapped(letter.lead, width), *(_wrapped(text, width) for text in letter.paragraphs)]
    if letter.topics:
        parts.append("\n".join(_wrapped(line, width, "- ", "  ") for line in letter.topics))
    if letter.asked:
        parts.append(f"{_wrapped(letter.asked_label, width)}\n{_wrapped(letter.asked, width, '  ', '  ')}")
        if addresses.question:
            parts.append(_way(letter.answer, addresses.question, width))
    if addresses.go:
        parts.append(_way(letter.button, addresses.go, width))
    last = [_wrapped(letter.why, width)]
    if addresses.stop:
        last.append(_way(letter.choose, addresses.stop, width))
    parts.append("\n".join(["-" * 8, *last]))
    return "\n\n".join(parts) + "\n"


def _way(words: str, address: str, width: int) -> str:
    return f"{_wrapped(words, width)}:\n{address}"


def _wrapped(text: str, width: int, first: str = "", further: str = "") -> str:
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


# --- Names that others chose

# Marks that turn the direction of the text behind them.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _one_line(text: str) -> str:
    """Text that can stand in a subject."""
    return " ".join(_TURNING.sub("", clean_text(text)).split())


def _cut(name: str) -> str:
    line = _one_line(name)
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def _name(name: str, rtl: bool) -> str:
    return _isolated(_one_line(name), rtl)


def _isolated(text: str, rtl: bool) -> str:
    """Text that keeps its own direction within a sentence of the other one; only then with marks around it."""
    strong = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), None)
    return f"\u2068{text}\u2069" if strong is not None and (strong != "L") != rtl else text
