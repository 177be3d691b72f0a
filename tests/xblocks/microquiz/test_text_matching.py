"""What somebody types is compared as they meant it: phones, accents and case do not cost a point."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xblocks.base.sanitise import clean_text
from xblocks.microquiz.text_matching import fold, matches

typed = st.text(max_size=30).map(clean_text)
literals = typed.map(lambda text: text.replace("*", "").replace("\\", ""))


# --- What a keyboard makes of it


@pytest.mark.parametrize(
    ("meant", "arrived"),
    [
        ("it's", "it\u2019s"),
        ("it's", "it\u2018s"),
        ("it's", "it\u00b4s"),
        ("it's", "it`s"),
        ("it's", "it\u02bcs"),
        ("5'", "5\u2032"),
        ('5"', "5\u2033"),
        ('say "no"', "say \u201cno\u201d"),
        ('say "no"', "say \u201eno\u201c"),
        ('say "no"', "say «no»"),
        ("say 'no'", "say ‹no›"),
        ("well-known", "well\u2011known"),
        ("well-known", "well\u2013known"),
        ("well-known", "well\ufe58known"),
        ("-3", "\u22123"),
        ("wait...", "wait\u2026"),
        ("password", "pass\u00adword"),
        ("password", "\u200epassword\u200f"),
        ("password", "\u202apassword\u202c"),
        ("password", "\u2067password\u2069"),
        ("password", "\ufeffpass\u200bword"),
        ("❤", "❤\ufe0f"),
        ("café", "cafe\u200d\u0301"),
        ("two words", "two\u00a0words"),
        ("two words", "  two \t\n words "),
        ("ABC", "ＡＢＣ"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_a_phone_puts_in_place_is_no_mistake_however_strict_the_question(
    meant: str, arrived: str, strict: bool
) -> None:
    assert matches(meant, arrived, fold_case=not strict, fold_accents=not strict)
    assert matches(arrived, meant, fold_case=not strict, fold_accents=not strict)


# --- Case and accents


@pytest.mark.parametrize(
    ("one", "other"), [("Paris", "pARIS"), ("STRASSE", "straße"), ("ΟΔΟΣ", "οδος"), ("İ", "i\u0307"), ("ẞ", "ß")]
)
def test_case_counts_only_when_it_is_asked_for(one: str, other: str) -> None:
    assert matches(one, other, fold_case=True, fold_accents=False)
    assert not matches(one, other, fold_case=False, fold_accents=False)


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("één", "een"),
        ("Ångström", "Angstrom"),
        ("żółw", "zolw"),
        ("smørrebrød", "smorrebrod"),
        ("Łódź", "Lodz"),
        ("Đặng", "Dang"),
        ("Għawdex", "Ghawdex"),
        ("ðat", "dat"),
        ("œuvre", "oeuvre"),
        ("Ærø", "AEro"),
        ("Straße", "Strasse"),
        ("STRAẞE", "STRASSE"),
        ("Þór", "THor"),
        ("ısı", "isi"),
        ("Αθήνα", "Αθηνα"),
        ("шёл", "шел"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_accents_count_only_when_they_are_asked_for(accented: str, plain: str) -> None:
    assert matches(accented, plain, fold_case=False, fold_accents=True)
    assert matches(plain, accented, fold_case=False, fold_accents=True)
    assert not matches(accented, plain, fold_case=False, fold_accents=False)
    assert not matches(plain, accented, fold_case=False, fold_accents=False)


@pytest.mark.parametrize(("one", "other"), [("かき", "かぎ"), ("กิน", "กน"), ("कु", "क"), ("ज़", "ज"), ("क्षमा", "कषमा")])
def test_a_mark_that_makes_another_letter_is_no_accent(one: str, other: str) -> None:
    assert not matches(one, other)
    assert matches(one, one)


def test_an_accent_is_the_same_however_unicode_writes_it() -> None:
    assert matches("café", "cafe\u0301", fold_case=False, fold_accents=False)
    assert matches("한국", "한국", fold_case=False, fold_accents=False)


def test_another_word_stays_another_word() -> None:
    assert not matches("phishing", "fishing")
    assert not matches("one two", "onetwo")


# --- Patterns


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("phish*", ["phish", "phishing", "phishing mail"], ["a phish", "fish"]),
        ("*mail", ["mail", "e-mail"], ["mailbox"]),
        ("*mail*", ["mail", "e-mails", "mailbox"], ["post"]),
        ("a*c*e", ["ace", "abcde", "a c c e e"], ["ac", "aec", "abcd"]),
        ("ab*ab", ["abab", "ab ab"], ["ab", "aab", "aba"]),
        ("a**b", ["ab", "a-b"], ["a"]),
        ("*", ["", "anything"], []),
        ("Café*", ["cafes", "CAFÉ"], ["caf"]),
        ("two  *words", ["two words", "two long words"], ["twowords"]),
    ],
)
def test_a_star_stands_for_any_run_of_characters(pattern: str, fitting: list[str], other: list[str]) -> None:
    assert [text for text in fitting if not matches(pattern, text)] == []
    assert [text for text in other if matches(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("5 \\* 3", ["5 * 3"], ["5 x 3", "5 3", "5 \\* 3"]),
        ("\\**", ["*", "*bold*"], ["bold", "\\*"]),
        ("*\\*", ["*", "note*"], ["note", "note* see below"]),
        ("\\*\\*", ["**"], ["*", "***"]),
        ("C:\\temp", ["C:\\temp", "c:\\TEMP"], ["C:temp"]),
    ],
)
def test_a_star_after_a_backslash_is_a_star(pattern: str, fitting: list[str], other: list[str]) -> None:
    assert [text for text in fitting if not matches(pattern, text)] == []
    assert [text for text in other if matches(pattern, text)] == []


def test_a_space_beside_a_star_asks_for_another_word() -> None:
    assert matches("audit *", "audit trail")
    assert not matches("audit *", "auditor")
    assert not matches("audit *", "audit")
    assert matches("* trail", "audit trail")
    assert not matches("* trail", "trail")
    assert matches("an * trail", "an audit trail")
    assert not matches("an * trail", "an trail")


@given(literals, typed, st.booleans(), st.booleans())
@example("ﬁne", "FINE", True, True)
def test_without_a_star_a_pattern_is_equality_of_what_is_folded(
    pattern: str, text: str, case: bool, accents: bool
) -> None:
    same = fold(pattern, case=case, accents=accents) == fold(text, case=case, accents=accents)
    assert matches(pattern, text, fold_case=case, fold_accents=accents) == same
    assert matches(pattern, pattern, fold_case=case, fold_accents=accents)


@given(st.lists(literals, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_a_text_made_from_a_pattern_fits_it(parts: list[str], case: bool, accents: bool) -> None:
    assert matches("*".join(parts), "0".join(parts), fold_case=case, fold_accents=accents)


@given(typed, st.booleans(), st.booleans())
def test_a_text_with_its_stars_escaped_fits_itself(text: str, case: bool, accents: bool) -> None:
    # A backslash right before a star cannot be written in a pattern; nobody types it either.
    plain = text.replace("\\", "")
    assert matches(plain.replace("*", "\\*"), plain, fold_case=case, fold_accents=accents)


@given(typed, typed)
def test_what_fits_strictly_fits_leniently(pattern: str, text: str) -> None:
    if "*" not in pattern and matches(pattern, text, fold_case=False, fold_accents=False):
        assert matches(pattern, text)


# --- Strangers


def test_a_hostile_pattern_is_answered_all_the_same() -> None:
    # Whoever goes back to try each star elsewhere never comes to an end here.
    assert not matches("*a" * 1000 + "*b", "a" * 100_000)
    assert not matches("*".join(["aa"] * 1000) + "b", "a" * 100_000)
    assert matches("*a" * 1000, "a" * 100_000)


def test_folding_leaves_one_space_between_words_and_none_around() -> None:
    assert fold("  a \n\u2003 b  ", case=False, accents=False) == "a b"
