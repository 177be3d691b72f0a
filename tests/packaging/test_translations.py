"""The catalogues, the suite's and the devstack's: up to date with the sources, whole in Dutch, compiled as written."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tools.python_messages import extract

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ("en", "nl")
PSEUDO = "rtl"

# What a sentence is filled in with, a gap of a text, and what stands in braces in GIFT.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd%]|\[\[(?:%\(\w+\)s|\w+)\]\]|\{[^\s{}]*\}|\{=[^{}]*\}")
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")


def read(path: Path, locale: str | None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def folder(part: str, locale: str) -> Path:
    return ROOT / part / "conf" / "locale" / locale / "LC_MESSAGES"


def catalogue(part: str, locale: str) -> Catalog:
    return read(folder(part, locale) / "django.po", None if locale == PSEUDO else locale)


def messages(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def name_of(message: Message) -> str:
    return forms(message.id)[0]


def key_of(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return message.context, forms(message.id)


@pytest.fixture(scope="module", params=["xblocks", "devstack"])
def part(request: pytest.FixtureRequest) -> str:
    """A folder with a catalogue of its own."""
    return str(request.param)


@pytest.fixture(scope="module")
def sources(part: str, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the command in setup.cfg finds in the sources now."""
    template = tmp_path_factory.mktemp("messages") / "django.pot"
    command = [sys.executable, "-W", "ignore", "-c", "import setuptools; setuptools.setup()", "--quiet"]
    # What the bridge says, it says in the words of the suite.
    folders = {"xblocks": "xblocks,moodle_bridge"}.get(part, part)
    options = ["--input-paths", folders, "--output-file", str(template)]
    subprocess.run([*command, "extract_messages", *options], cwd=ROOT, check=True)
    return read(template, None)


def test_there_are_messages(sources: Catalog) -> None:
    assert len(messages(sources)) > 50


def test_messages_inside_of_f_strings_and_with_a_context_are_found() -> None:
    source = """
# Translators: a colour
N_("orange")
page = f"<p>{words.gettext('Choose…')} {words.pgettext('button', 'Answer')}</p>"
text = ngettext("%(number)d question", "%(number)d " "questions", number)
_(name), other("no message")
"""
    keywords = {"_", "N_", "gettext", "ngettext", "pgettext"}
    found = {
        name: (texts, comments)
        for _line, name, texts, comments in extract(BytesIO(source.encode()), keywords, ["Translators:"], {})
    }
    assert found == {
        "N_": (("orange",), ["Translators: a colour"]),
        "gettext": (("Choose…",), []),
        "pgettext": (("button", "Answer"), []),
        "ngettext": (("%(number)d question", "%(number)d questions", None), []),
        "_": ((None,), []),
    }


@pytest.mark.parametrize("locale", [*WRITTEN, PSEUDO])
def test_catalogues_have_exactly_the_messages_of_the_sources(part: str, sources: Catalog, locale: str) -> None:
    in_sources = {key_of(message) for message in messages(sources)}
    in_catalogue = {key_of(message) for message in messages(catalogue(part, locale))}
    assert in_catalogue == in_sources, "make translations brings the catalogues up to date"


def test_dutch_is_complete_and_certain(part: str) -> None:
    waiting = [name_of(m) for m in messages(catalogue(part, "nl")) if m.fuzzy or not all(forms(m.string))]
    assert not waiting


def test_english_says_what_stands_in_the_sources(part: str) -> None:
    english = messages(catalogue(part, "en"))
    other = [name_of(m) for m in english if any(forms(m.string)) and forms(m.string) != forms(m.id)]
    assert not other


@pytest.mark.parametrize("locale", ["nl", PSEUDO])
def test_translations_keep_placeholders_and_markup(part: str, locale: str) -> None:
    broken = [name_of(message) for message in messages(catalogue(part, locale)) if not keeps_its_parts(message)]
    assert not broken


def keeps_its_parts(message: Message) -> bool:
    ids, strings = forms(message.id), forms(message.string)
    return all(
        sorted(pattern.findall(string)) == sorted(pattern.findall(ids[min(index, len(ids) - 1)]))
        for pattern in (PLACEHOLDER, MARKUP)
        for index, string in enumerate(strings)
        if string
    )


@pytest.mark.parametrize("locale", [*WRITTEN, PSEUDO])
def test_what_is_compiled_is_what_is_written(part: str, locale: str) -> None:
    with (folder(part, locale) / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(catalogue(part, locale)):
        strings = forms(message.string)
        if not all(strings):
            continue
        if message.context:
            assert compiled.pgettext(message.context, name_of(message)) == strings[0]
            continue
        if isinstance(message.id, (tuple, list)):
            assert [compiled.ngettext(*message.id, number) for number in (1, 2)] == list(strings)
        else:
            assert compiled.gettext(message.id) == strings[0]


def test_the_pseudo_locale_has_no_latin_letter_left_in_a_sentence(part: str) -> None:
    for message in messages(catalogue(part, PSEUDO)):
        for string in forms(message.string):
            rest = MARKUP.sub("", PLACEHOLDER.sub("", string))
            assert not re.search(r"[A-Za-z]", re.sub(r"&#?\w+;|https?:\S*|/static/\S*", "", rest)), string


def test_dutch_says_the_same_in_both_catalogues() -> None:
    suite, devstack = (
        {key_of(message): message.string for message in messages(catalogue(part, "nl"))}
        for part in ("xblocks", "devstack")
    )
    assert {key: suite[key] for key in suite.keys() & devstack} == {
        key: devstack[key] for key in suite.keys() & devstack
    }
