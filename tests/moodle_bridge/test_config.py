"""moodle-bridge.toml: what it says, and how errors in it are told."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from moodle_bridge.config import Configuration, environment, installed_keyring
from moodle_bridge.config_reading import from_mapping, parsed, read
from moodle_bridge.errors import ConfigurationError, TokenMissingError
from moodle_bridge.matching import Match
from moodle_bridge.patience import Timeouts
from moodle_bridge.plan import Owner

TOKEN = "0123456789abcdef0123456789abcdef"
WHOLE = """
[sites.school]
url = "https://Moodle.School.example/learn/"
timeouts = { read = 300 }

[sites.other-site]
url = "http://127.0.0.1:8151"

[courses.phishing]
site = "school"
source = "exports/phishing.tar.gz"
course = 42
owners = { microquiz.timeopen = "moodle", question.tags = "openedx" }
"""
ONE = '[sites.school]\nurl = "https://a.example"\n'
OPENEDX = """
[openedx.academy]
studio = "https://Studio.Academy.example/"
lms = "https://learn.academy.example"
timeouts = { read = 5 }
"""
COURSE = ONE + '[courses.c]\nsource = "c"\ncourse = 2\n'


def wrong(text: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        parsed(text)
    assert str(raised.value).startswith("moodle-bridge.toml")
    return str(raised.value)


def site(line: str) -> str:
    return f"[sites.school]\n{line}\n"


# --- What it says


def test_the_whole_file_is_read() -> None:
    found = parsed(WHOLE)
    assert found.sites["school"].url == "https://moodle.school.example/learn"
    assert found.sites["school"].timeouts == Timeouts(read=300)
    assert found.sites["other-site"].timeouts == Timeouts()
    course = found.courses["phishing"]
    assert (course.site.name, course.source, course.course) == ("school", "exports/phishing.tar.gz", 42)
    assert course.owners == {"microquiz": {"timeopen": Owner.MOODLE}, "question": {"tags": Owner.OPENEDX}}


def test_a_course_goes_to_the_only_site_without_saying_so() -> None:
    assert parsed(COURSE).courses["c"].site.name == "school"
    assert parsed(COURSE + 'site = "school"').courses["c"].site.name == "school"


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ('url = "https://[2001:db8::1]:8443/m/"', "https://[2001:db8::1]:8443/m"),
        ('url = "http://localhost:8000"', "http://localhost:8000"),
        ('url = "http://intranet.example"\nallow_http = true', "http://intranet.example"),
    ],
)
def test_an_address_is_kept_in_one_form(line: str, url: str) -> None:
    assert parsed(site(line)).sites["school"].url == url


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    file = tmp_path / "moodle-bridge.toml"
    with pytest.raises(ConfigurationError, match=r"There is no .*moodle-bridge.toml. Write one .* --config"):
        read(file)
    file.mkdir()
    with pytest.raises(ConfigurationError, match=r"cannot be read: Is a directory. .* --config"):
        read(file)
    file.rmdir()
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="is not UTF-8"):
        read(file)
    file.write_text(ONE)
    assert read(file).sites["school"].url == "https://a.example"
    file.write_text("[sites]")
    with pytest.raises(ConfigurationError, match=r"moodle-bridge\.toml names no site"):
        read(file)


def test_an_open_edx_is_known_by_its_studio() -> None:
    found = parsed(ONE + OPENEDX)
    academy = found.openedx["academy"]
    assert (academy.studio, academy.lms) == ("https://studio.academy.example", "https://learn.academy.example")
    assert academy.timeouts == Timeouts(read=5, whole=3600)
    assert found.openedx_of("https://studio.academy.example") == academy
    other = found.openedx_of("https://studio.example.org")
    assert (other.name, other.lms, other.user_name) == ("", "", "openedx.studio.example.org")
    assert parsed(ONE).openedx == {}
    assert parsed(ONE + '[openedx.here]\nstudio = "http://localhost:8001"').openedx["here"].lms == ""
    for studio in ("http://studio.example.org", "nonsense"):
        with pytest.raises(ConfigurationError, match="Without https anybody on the way can read the token"):
            found.openedx_of(studio)


# --- What is wrong with it


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no site. Add [sites.school]"),
        ("[sites", "is no TOML (at end of document): mend it there."),
        ("[sites]\n=", "is no TOML (at line 2, column 1): mend it there."),
        ("sites = 5", "sites: this is a table: write [sites] and its keys below it."),
        ("[sites]\nschool = 1", "sites.school: this is a table: write [sites.school]"),
        ('[sites."my school"]\nurl = "https://a.example"', "sites.my school: a name has letters, digits, - and _"),
        (ONE + "[course.c]", "course: there is no such key here. Those that there are: sites, openedx, courses."),
        (site(""), 'sites.school.url: write a text here, as in url = "https://moodle.example.org".'),
        (site("url = 5"), "sites.school.url: write a text here"),
        (
            site('url = "moodle.example.org"'),
            "sites.school.url: this is no web address. Write it as your browser shows it",
        ),
        (site('url = "https://"'), "sites.school.url: this is no web address. Write it as your browser shows it"),
        (site('url = "https://a:b"'), "sites.school.url: this is no web address"),
        (site('url = "https://[a"'), "sites.school.url: this is no web address"),
        (site('url = "https://me:pass@a.example"'), "sites.school.url: only the address of the site"),
        (site('url = "https://a.example/?x=1"'), "sites.school.url: only the address of the site"),
        (site('url = "http://a.example"'), "anybody on the way can read the token. Write https://"),
        (site('url = "http://a.example"\nallow_http = 1'), "sites.school.allow_http: write true or false."),
        (ONE + "calendar = 1", "sites.school.calendar: write true or false."),
        (ONE + 'match = "name"', "sites.school.match: write one of email, idnumber, nothing."),
        (site('url = "https://a.example/webservice/rest/server.php"'), "without the path of a page behind it"),
        (site('url = "https://a.example/login/index.php"'), "without the path of a page behind it"),
        (site('url = "https://a.example"\nverify = false'), "sites.school.verify: there is no such key here"),
        (ONE + "timeouts = 5", "sites.school.timeouts: this is a table"),
        (
            ONE + "timeouts.reed = 5",
            "sites.school.timeouts.reed: there is no such key here. Those that there are: connect",
        ),
        (ONE + 'timeouts.read = "5"', "sites.school.timeouts.read: write a number of seconds, more than 0"),
        (ONE + "timeouts.read = true", "sites.school.timeouts.read: write a number of seconds"),
        (ONE + "timeouts.read = 0", "sites.school.timeouts.read: write a number of seconds"),
        (ONE + "timeouts.read = inf", "sites.school.timeouts.read: write a number of seconds"),
        (
            WHOLE.replace('"school"', '"skool"'),
            "courses.phishing.site: no site has this name. Those that have one: school",
        ),
        (WHOLE.replace('site = "school"\n', ""), 'courses.phishing.site: write a text here, as in site = "school"'),
        (COURSE.replace('source = "c"\n', ""), "courses.c.source: write a text here"),
        (
            COURSE.replace('"c"', '"https://a.example/courses"'),
            "courses.c.source: The address of a course in Studio ends",
        ),
        (COURSE.replace('"c"', '"https://me:x@a.example/course-v1:O+C+R"'), "courses.c.source: Only the address of"),
        (ONE + "[openedx.a]", "openedx.a.studio: write a text here"),
        (ONE + OPENEDX + 'url = "x"', "openedx.academy.url: there is no such key here"),
        (ONE + OPENEDX.replace("learn.academy.example", ""), "openedx.academy.lms: this is no web address"),
        (ONE + OPENEDX.replace("https://learn", "http://learn"), "openedx.academy.lms: without https anybody"),
        (
            ONE + '[openedx.a]\nstudio = "https://s.example/course/course-v1:O+C+R"',
            "openedx.a.studio: only the address at",
        ),
        (COURSE.replace("course = 2", "course = 1"), "courses.c.course: write the course's id in Moodle"),
        (COURSE.replace("course = 2", 'course = "2"'), "courses.c.course: write the course's id in Moodle"),
        (COURSE.replace("course = 2", "course = true"), "courses.c.course: write the course's id in Moodle"),
        (COURSE + 'reflections = "all"', "courses.c.reflections: write one of private, teachers"),
        (COURSE + "reflections = []", "courses.c.reflections: write one of private, teachers"),
        (COURSE + 'owners.microquiz = "moodle"', "courses.c.owners.microquiz: this is a table"),
        (COURSE + 'owners.microquiz.intro = "me"', "courses.c.owners.microquiz.intro: write who has the last word"),
        (COURSE + "owners.microquiz.intro = []", "courses.c.owners.microquiz.intro: write who has the last word"),
    ],
)
def test_an_error_names_the_file_the_key_and_how_to_mend_it(text: str, words: str) -> None:
    assert words in wrong(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ONE + f'token = "{TOKEN}"', "sites.school.token holds a token"),
        (ONE + 'wstoken = "short"', "sites.school.wstoken holds a token"),
        (site(f'url = "https://a.example/?wstoken={TOKEN}"'), "sites.school.url holds a token"),
        (site(f'url = "https://me:{TOKEN}@a.example"'), "sites.school.url holds a token"),
        (COURSE.replace('"c"', f'["{TOKEN}"]'), "courses.c.source[0] holds a token"),
        (f"[sites.{TOKEN}]", "a key holds a token"),
    ],
)
def test_a_token_in_the_file_is_noticed_and_not_repeated(text: str, place: str) -> None:
    said = wrong(text)
    assert place in said
    assert "make a new one in Moodle" in said
    assert TOKEN not in said
    assert "short" not in said


def test_a_line_that_is_no_toml_is_not_repeated_either() -> None:
    assert TOKEN not in wrong(f'token = "{TOKEN}')
    assert TOKEN not in wrong(f"{TOKEN} = = 5")


# --- Tokens


def token(text: str, variables: dict[str, str], keyring: dict[str, str] | None = None, name: str = "school") -> bytes:
    found: Configuration = parsed(text)
    secret = found.token(found.sites[name], variables.get, None if keyring is None else keyring.get)
    return bytes(secret.body(b""))


def test_a_token_comes_from_the_variable_of_its_site_or_the_one_without_a_name() -> None:
    assert (
        token(ONE, {"MOODLE_BRIDGE_TOKEN_SCHOOL": f" {TOKEN}\n", "MOODLE_BRIDGE_TOKEN": "x"})
        == f"wstoken={TOKEN}&".encode()
    )
    assert TOKEN.encode() in token(ONE, {"MOODLE_BRIDGE_TOKEN": TOKEN})
    assert TOKEN.encode() in token(WHOLE, {"MOODLE_BRIDGE_TOKEN_OTHER_SITE": TOKEN}, name="other-site")


def test_with_several_sites_a_token_without_a_name_goes_nowhere() -> None:
    with pytest.raises(TokenMissingError, match="There is no token for the site school"):
        token(WHOLE, {"MOODLE_BRIDGE_TOKEN": TOKEN, "MOODLE_BRIDGE_TOKEN_OTHER_SITE": TOKEN})


def test_a_token_comes_from_the_keyring_where_there_is_one() -> None:
    assert TOKEN.encode() in token(ONE, {}, {"school": TOKEN})
    with pytest.raises(TokenMissingError, match="keyring set moodle-bridge school"):
        token(ONE, {}, {})


@pytest.mark.parametrize("value", ["short", f"{TOKEN} {TOKEN}", f"wstoken={TOKEN}"])
def test_what_is_no_token_is_told_without_being_repeated(value: str) -> None:
    for variables, keyring, place in (
        ({"MOODLE_BRIDGE_TOKEN": value}, None, "MOODLE_BRIDGE_TOKEN"),
        ({}, {"school": value}, "keyring moodle-bridge school"),
    ):
        with pytest.raises(ConfigurationError) as raised:
            token(ONE, variables, keyring)
        assert f"What stands in {place} is no token" in str(raised.value)
        assert value not in str(raised.value)


def test_the_environment_and_the_keyring_are_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOODLE_BRIDGE_TOKEN", TOKEN)
    assert environment("MOODLE_BRIDGE_TOKEN") == TOKEN
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert installed_keyring() is None
    fake = types.ModuleType("keyring")
    fake.get_password = lambda service, name: f"{service}/{name}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", fake)
    found = installed_keyring()
    assert found
    assert found("school") == "moodle-bridge/school"


# --- What opens an Open edX


PAIR = "an-id:a-secret-0123456789"


def opening(text: str, studio: str, variables: dict[str, str], keyring: dict[str, str] | None = None) -> bytes:
    found = parsed(text)
    held = None if keyring is None else keyring.get
    return bytes(found.openedx_secret(found.openedx_of(studio), variables.get, held).form())


def test_what_opens_an_open_edx_comes_from_its_variable_or_the_one_without_a_name() -> None:
    academy = "https://studio.academy.example"
    text = ONE + OPENEDX
    for variables in (
        {"MOODLE_BRIDGE_OPENEDX_TOKEN_ACADEMY": PAIR, "MOODLE_BRIDGE_OPENEDX_TOKEN": "x"},
        {"MOODLE_BRIDGE_OPENEDX_TOKEN": f" {PAIR}\n"},
    ):
        assert b"client_secret=a-secret-0123456789" in opening(text, academy, variables)
    assert b"client_id=an-id" in opening(ONE, academy, {"MOODLE_BRIDGE_OPENEDX_TOKEN": PAIR})
    assert b"client_id=an-id" in opening(text, academy, {}, {"openedx.academy": PAIR})
    assert b"client_id=an-id" in opening(ONE, academy, {}, {"openedx.studio.academy.example": PAIR})


def test_a_token_without_a_name_does_not_go_to_another_open_edx_than_the_one_of_the_file() -> None:
    with pytest.raises(TokenMissingError, match=r"Give it a name in moodle-bridge.toml, as in \[openedx.academy\]"):
        opening(ONE + OPENEDX, "https://studio.example.org", {"MOODLE_BRIDGE_OPENEDX_TOKEN": PAIR})
    two = ONE + OPENEDX + '\n[openedx.other]\nstudio = "https://studio.example.org"\n'
    with pytest.raises(TokenMissingError, match="MOODLE_BRIDGE_OPENEDX_TOKEN_OTHER, or install the package keyring"):
        opening(two, "https://studio.example.org", {"MOODLE_BRIDGE_OPENEDX_TOKEN": PAIR}, {})


@pytest.mark.parametrize("value", ["short", "two words of it", "id:", ":secret-0123456789", f"{PAIR}:more:again"])
def test_what_opens_nothing_is_told_without_being_repeated(value: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        opening(ONE, "https://studio.example.org", {"MOODLE_BRIDGE_OPENEDX_TOKEN": value})
    assert "What stands in MOODLE_BRIDGE_OPENEDX_TOKEN is neither a token" in str(raised.value)
    assert value not in str(raised.value)


def test_how_learners_are_matched_and_whether_they_have_dates_belongs_to_a_site() -> None:
    school = parsed(ONE).sites["school"]
    assert (school.match, school.calendar) == (Match.EMAIL, True)
    school = parsed(ONE + 'match = "idnumber"\ncalendar = false').sites["school"]
    assert (school.match, school.calendar) == (Match.IDNUMBER, False)


def test_a_mapping_says_the_same_as_a_file() -> None:
    values = {"sites": {"school": {"url": "https://a.example"}}, "courses": {"c": {"source": "c", "course": 2}}}
    assert from_mapping(values, "MICROUNITS_MOODLE") == parsed(COURSE)
    with pytest.raises(ConfigurationError, match="MICROUNITS_MOODLE names no site"):
        from_mapping({}, "MICROUNITS_MOODLE")
