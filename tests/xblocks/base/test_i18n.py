"""Translations: read once a language; what was pulled by openedx-atlas comes before what lies in the package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import translation

from xblocks.base import i18n
from xblocks.base.numerals import numeral

ATLAS = Path("conf", "plugins-locale", "xblock.v1", "xblocks")
"""Where openedx-atlas puts the catalogues of an XBlock: below the platform's REPO_ROOT, by its root import name."""


@pytest.fixture(autouse=True)
def _read_anew(settings: Any) -> Iterator[None]:
    """Every test begins in a site without catalogues of its own, and leaves nothing behind."""
    settings.MICROUNITS_LOCALE_PATHS = ()
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


def put(folder: Path, locale: str, messages: dict[str, str]) -> Path:
    """A compiled catalogue in the layout of gettext."""
    catalogue = Catalog(locale="nl")
    for message, text in messages.items():
        catalogue.add(message, text)
    target = folder / locale / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return folder


def said(language: str | None, message: str = "Save") -> str:
    """A message in a language; None is what Django says when no language is active at all."""
    if language is None:
        with translation.override(None, deactivate=True):
            return i18n._(message)
    with translation.override(language):
        return i18n._(message)


@pytest.mark.parametrize("language", ["nl", "nl-be", "nl-nl", "nl_NL", "NL"])
def test_every_variant_of_dutch_is_dutch(language: str) -> None:
    assert said(language) == "Opslaan"


@pytest.mark.parametrize("language", ["en", "en-gb", "pt-br", "tlh", "zh-hans", "x" * 40, "../nl"])
def test_a_language_that_nobody_translated_is_english(language: str) -> None:
    assert said(language) == "Save"


def test_without_a_language_the_site_s_own_is_spoken(settings: Any) -> None:
    settings.LANGUAGE_CODE = "nl"
    assert said(None) == "Opslaan"


def test_numbers_choose_the_form() -> None:
    with translation.override("nl"):
        forms = [i18n.ngettext("%(number)d question", "%(number)d questions", number) for number in (0, 1, 2)]
    assert forms == ["%(number)d vragen", "%(number)d vraag", "%(number)d vragen"]


def test_one_word_in_two_places_can_be_two_words() -> None:
    with translation.override("nl"):
        words = i18n.translator()
    assert (words.gettext("Answer"), words.pgettext("button", "Answer")) == ("Antwoord", "Controleer")


def test_what_was_pulled_comes_first_and_the_package_fills_in_the_rest(settings: Any, tmp_path: Path) -> None:
    settings.REPO_ROOT = tmp_path
    put(tmp_path / ATLAS, "nl", {"Save": "Bewaren"})
    assert (said("nl"), said("nl-be")) == ("Bewaren", "Bewaren")
    assert said("nl", "Close") == "Sluiten"


def test_a_pulled_variant_comes_before_the_language_that_it_varies(settings: Any, tmp_path: Path) -> None:
    settings.REPO_ROOT = str(tmp_path)
    put(tmp_path / ATLAS, "pt", {"Save": "Guardar", "Close": "Fechar"})
    put(tmp_path / ATLAS, "pt_BR", {"Save": "Salvar"})
    assert (said("pt-br"), said("pt-br", "Close"), said("pt-pt")) == ("Salvar", "Fechar", "Guardar")


def test_a_platform_without_pulled_catalogues_has_those_of_the_package(settings: Any, tmp_path: Path) -> None:
    settings.REPO_ROOT = tmp_path
    assert said("nl") == "Opslaan"


def test_a_site_around_the_blocks_adds_its_own_messages_and_changes_none_of_theirs(
    settings: Any, tmp_path: Path
) -> None:
    settings.MICROUNITS_LOCALE_PATHS = (put(tmp_path, "nl", {"Save": "Wegschrijven", "Our own": "Van ons"}),)
    assert said("nl", "Our own") == "Van ons"
    assert said("nl") == "Opslaan"


def test_the_devstack_s_own_pages_have_a_catalogue_of_their_own(settings: Any) -> None:
    assert said("nl", "Look through the eyes of") == "Look through the eyes of"
    i18n._catalogue.cache_clear()
    from devstack.settings import MICROUNITS_LOCALE_PATHS

    settings.MICROUNITS_LOCALE_PATHS = MICROUNITS_LOCALE_PATHS
    assert said("nl", "Look through the eyes of") == "Kijk door de ogen van"


def test_a_catalogue_is_read_once_a_language(settings: Any, tmp_path: Path) -> None:
    settings.REPO_ROOT = tmp_path
    put(tmp_path / ATLAS, "nl", {"Save": "Bewaren"})
    with translation.override("nl"):
        first = i18n.translator()
        (tmp_path / ATLAS / "nl" / "LC_MESSAGES" / "django.mo").unlink()
        assert i18n.translator() is first
    assert said("nl") == "Bewaren"


@pytest.mark.parametrize(("language", "html"), [("nl", "nl"), ("nl-be", "nl-be"), ("en", "en"), ("rtl", "en")])
def test_a_page_names_a_language_that_there_is(language: str, html: str) -> None:
    with translation.override(language):
        assert i18n.html_language() == html


def test_a_page_without_a_language_names_the_site_s_own(settings: Any) -> None:
    settings.LANGUAGE_CODE = "nl"
    with translation.override(None, deactivate=True):
        assert i18n.html_language() == "nl"


def test_numbers_have_the_sign_of_the_language() -> None:
    with translation.override("nl"):
        assert numeral(3.5, i18n.translator()) == "3,5"
    with translation.override("en"):
        assert numeral(3.5, i18n.translator()) == "3.5"
