"""Sentences that are said in a language when somebody reads them."""

from __future__ import annotations

from moodle_bridge.errors import BridgeError, ConfigurationError, ConnectionFailedError
from moodle_bridge.findings import Finding, Level
from moodle_bridge.saying import Said
from moodle_bridge.words import catalogue

DUTCH = catalogue("nl").gettext


def test_a_sentence_is_english_until_somebody_says_it() -> None:
    said = Said("Course %(id)d is %(title)s.", {"id": 5, "title": "PH"})
    assert str(said) == "Course 5 is PH."
    assert said.sentence(DUTCH) == "Cursus 5 is PH."
    assert str(Said("100 % sure")) == "100 % sure"
    assert Said("").sentence(DUTCH) == "", "not the head of the catalogue"


def test_pieces_and_lists_are_said_in_the_same_language() -> None:
    said = Said(
        "The token's user lacks %(names)s %(where)s.", {"names": ["a:b", Said("numbers")], "where": Said("on the site")}
    )
    assert said.sentence(DUTCH) == "De gebruiker van het token mist a:b, getallen op de site."


def test_an_error_says_what_happened_and_what_to_do_in_a_language() -> None:
    error = ConnectionFailedError("There is no connection to %(url)s: nobody answers there.", url="http://a.example")
    assert str(error).startswith("There is no connection to http://a.example: nobody answers there. See whether")
    assert error.sentence(DUTCH).startswith("Er is geen verbinding met http://a.example: daar antwoordt niemand. Kijk")
    wrong = ConfigurationError("write true or false.", where="a.toml: sites.b.allow_http")
    assert wrong.sentence(DUTCH) == "a.toml: sites.b.allow_http: schrijf true of false."
    assert BridgeError("Just so.").sentence(DUTCH) == "Just so."


def test_a_finding_is_told_in_a_language() -> None:
    found = Finding("clock", Level.WARNING, Said("Moodle's cron has never run."), Said("Upgrade the plugin."))
    assert (
        found.line(DUTCH) == "let op   klok          De cron van Moodle heeft nog nooit gedraaid. Werk de plugin bij."
    )
