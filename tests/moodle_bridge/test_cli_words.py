"""The command line in the language of whoever reads it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from moodle_bridge import cli
from tests.moodle_bridge.double import Double
from tests.moodle_bridge.test_cli import QUIZ, Terminal, edited, terminal

__all__ = ["terminal"]


@pytest.fixture
def dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")


@pytest.mark.usefixtures("dutch")
def test_people_are_spoken_to_in_the_language_of_their_environment(
    terminal: Terminal, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal("plan", "phishing") == cli.OK
    assert "+ Who is writing? (quiz, 2 vragen): nieuw" in terminal.said
    assert "Anders in Moodle, of daar niet:" in terminal.said
    left_out = "De brug neemt microquizzen, teksten, reflecties, workshops en badges mee"
    said = terminal.said.replace("block-v1:Org+PHISH+2026+type@video+block@", "")
    assert f"weggelaten: video v: {left_out}" in said
    assert terminal("status", "phishing") == cli.OK
    assert terminal.said.startswith("Hier is nog niets.")
    assert terminal("sync", "phishing") == cli.OK
    assert terminal.said.endswith("3 nieuw\n")
    assert terminal("status", "phishing") == cli.OK
    assert terminal.said.startswith("1 quiz, 2 pagina's, 2 vragen, 2 secties\n")
    double.edit(terminal.course, QUIZ, "name", "Our own name")
    assert terminal("plan", "phishing") == cli.OK
    assert "name: bewerkt in Moodle, blijft zo" in terminal.said
    assert terminal("doctor") == cli.OK
    assert "Het token is geldig" in terminal.said
    assert terminal("plan", "physics") == cli.UNUSABLE
    assert "(daar: phishing)" in terminal.complained
    assert terminal("plan") == cli.UNUSABLE
    assert terminal("plan", "--help") == cli.OK
    told = capsys.readouterr()
    assert "deze argumenten zijn nodig: COURSE" in told.err
    assert "zeg wat synchroniseren zou doen, en doe niets" in told.out
    assert "toon deze hulp en stop" in told.out


@pytest.mark.usefixtures("dutch")
def test_scripts_are_spoken_to_in_none(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(language: str) -> list[Any]:
        monkeypatch.setenv("LC_ALL", language)
        findings = terminal.json("doctor")["findings"]
        found = [one for one in findings if one["name"] != "clock"]  # which may be a second further
        return [found, terminal.json("plan", "phishing"), terminal.json("status", "phishing")]

    before = told("nl_NL.UTF-8")
    assert told("C") == before
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert terminal.json("sync", "phishing")["summary"] == "3 new"


@pytest.mark.usefixtures("dutch")
def test_an_export_that_is_none_is_told_in_that_language_too(terminal: Terminal) -> None:
    terminal.export["course.xml"] = "<course"
    assert terminal("plan", "phishing") == cli.UNUSABLE
    assert terminal.complained.startswith("moodle-bridge: ")
    terminal.export["course.xml"] = '<course url_name="2026" org="Org" course="PHISH"/>'
    terminal.export["course/2026.xml"] = "<course"
    assert terminal("plan", "phishing") == cli.UNUSABLE
    assert "course/2026.xml" in terminal.complained
    assert "is niet te lezen" in terminal.complained


def test_a_language_without_a_catalogue_is_english(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "tlh_QO.UTF-8")
    assert terminal("status", "phishing") == cli.OK
    assert terminal.said.startswith("Nothing is held here yet.")


def test_letting_go_of_everything_is_asked_in_their_language(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal("sync", "phishing")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    monkeypatch.setattr("sys.stdin", type("Tty", (io.StringIO,), {"isatty": lambda self: True})(""))
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "ja")
    assert terminal("unlink", "phishing") == cli.OK
    assert asked == [f"Alles in cursus {terminal.course} loslaten? Typ ja: "]


def test_what_moodle_did_otherwise_is_told_in_our_words(
    terminal: Terminal, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal("sync", "phishing")
    learner = double.learner(terminal.course, "anna")
    double.attempt(terminal.course, QUIZ, learner.id, {})
    edited("<truefalse", "<!-- --><truefalse")(terminal)
    quiz = terminal.export["vertical/v1.xml"]
    assert isinstance(quiz, str)
    first, second = quiz.index("<single"), quiz.index("<!-- -->")
    end = quiz.index("</microquiz>")
    terminal.export["vertical/v1.xml"] = quiz[:first] + quiz[second:end] + quiz[first:second] + quiz[end:]
    assert terminal("sync", "phishing") == cli.OK
    assert terminal.said.startswith(
        "Who is writing?: Learners have attempted it, so its questions and their order stay"
    )
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert terminal("sync", "phishing") == cli.OK
    assert terminal.said.startswith("Who is writing?: Er zijn al pogingen gedaan")
    (result,) = terminal.json("sync", "phishing")["results"]
    assert [(one["code"], one["path"]) for one in result["warnings"]] == [("structure_kept", "fields.order")]
