"""The catalogues: up to date with the sources, whole in Dutch, and the same compiled as written."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "xblocks" / "conf" / "locale"
WRITTEN = ("en", "nl")
PSEUDO = "rtl"

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")


def read(path: Path, locale: str | None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def catalogue(locale: str) -> Catalog:
    return read(LOCALES / locale / "LC_MESSAGES" / "django.po", None if locale == PSEUDO else locale)


def messages(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def name_of(message: Message) -> str:
    return forms(message.id)[0]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the command in setup.cfg finds in the sources now."""
    template = tmp_path_factory.mktemp("messages") / "django.pot"
    command = [sys.executable, "-W", "ignore", "-c", "import setuptools; setuptools.setup()", "--quiet"]
    subprocess.run([*command, "extract_messages", "--output-file", str(template)], cwd=ROOT, check=True)
    return read(template, None)


def test_there_are_messages(sources: Catalog) -> None:
    assert len(messages(sources)) > 50


@pytest.mark.parametrize("locale", [*WRITTEN, PSEUDO])
def test_catalogues_have_exactly_the_messages_of_the_sources(sources: Catalog, locale: str) -> None:
    in_sources = {message.id for message in messages(sources)}
    in_catalogue = {message.id for message in messages(catalogue(locale))}
    assert in_catalogue == in_sources, "make translations brings the catalogues up to date"


def test_dutch_is_complete_and_certain() -> None:
    waiting = [name_of(m) for m in messages(catalogue("nl")) if m.fuzzy or not all(forms(m.string))]
    assert not waiting


def test_english_says_what_stands_in_the_sources() -> None:
    other = [name_of(m) for m in messages(catalogue("en")) if any(forms(m.string)) and forms(m.string) != forms(m.id)]
    assert not other


@pytest.mark.parametrize("locale", ["nl", PSEUDO])
def test_translations_keep_placeholders_and_markup(locale: str) -> None:
    broken = [name_of(message) for message in messages(catalogue(locale)) if not keeps_its_parts(message)]
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
def test_what_is_compiled_is_what_is_written(locale: str) -> None:
    with (LOCALES / locale / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(catalogue(locale)):
        strings = forms(message.string)
        if not all(strings):
            continue
        if isinstance(message.id, (tuple, list)):
            assert [compiled.ngettext(*message.id, number) for number in (1, 2)] == list(strings)
        else:
            assert compiled.gettext(message.id) == strings[0]


def test_the_pseudo_locale_has_no_latin_letter_left_in_a_sentence() -> None:
    for message in messages(catalogue(PSEUDO)):
        for string in forms(message.string):
            rest = MARKUP.sub("", PLACEHOLDER.sub("", string))
            assert not re.search(r"[A-Za-z]", re.sub(r"&#?\w+;|https?:\S*|/static/\S*", "", rest)), string
