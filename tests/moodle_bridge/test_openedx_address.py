"""The address of a course in a running Open edX: what is one, and where its token may go."""

from __future__ import annotations

import pytest

from moodle_bridge.errors import ConfigurationError
from moodle_bridge.openedx_address import course_address, is_address, is_lms_of
from moodle_bridge.web_address import is_safe, origin, parts_of

KEY = "course-v1:Org+Course+Run"


@pytest.mark.parametrize(
    ("source", "studio"),
    [
        (f"https://studio.example.org/{KEY}", "https://studio.example.org"),
        (f"HTTPS://Studio.Example.org:8443/course/{KEY}/", "https://studio.example.org:8443"),
        (f"https://studio.example.org/export/{KEY}", "https://studio.example.org"),
        ("https://studio.example.org/course/course-v1%3AOrg%2BCourse%2BRun", "https://studio.example.org"),
        (f"http://127.0.0.1:8001/{KEY}", "http://127.0.0.1:8001"),
        (f"https://[2001:db8::1]/learn/studio/{KEY}", "https://[2001:db8::1]/learn/studio"),
    ],
)
def test_what_a_browser_shows_in_studio_is_a_course(source: str, studio: str) -> None:
    found = course_address(source)
    assert (found.studio, found.key, found.quoted_key) == (studio, KEY, KEY)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("https://", "This is no web address"),
        (f"https://a:b/{KEY}", "This is no web address"),
        (f"ftp://studio.example.org/{KEY}", "This is no web address"),
        (f"https://me:pass@studio.example.org/{KEY}", "nothing before an @"),
        (f"https://studio.example.org/{KEY}?token=pass", "nothing after a ? or #"),
        ("https://studio.example.org/", "ends in the course's key"),
        ("https://studio.example.org/Org/Course/Run", "ends in the course's key"),
        (f"https://apps.example.org/authoring/course/{KEY}", "the pages for authors"),
        (f"https://apps.example.org/course-authoring/course/{KEY}/outline", "ends in the course's key"),
    ],
)
def test_what_is_none_is_said_without_being_repeated(source: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        course_address(source)
    assert words in str(raised.value)
    assert "https://studio.example.org/course-v1:Org+Course+Run" in str(raised.value)
    assert "pass" not in str(raised.value)


def test_a_path_is_no_address() -> None:
    assert [
        is_address(source) for source in ("https://a.example/x", "HTTP:/a", "exports/a.tar.gz", "C:/a", "https")
    ] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("lms", "studio", "is_one"),
    [
        ("https://academy.example", "https://studio.academy.example", True),
        ("http://127.0.0.1:8000", "http://localhost:8001", True),
        ("http://academy.example", "https://studio.academy.example", False),
        ("https://learn.academy.example", "https://studio.academy.example", False),
        ("https://academy.example", "https://deep.studio.academy.example", False),
        ("https://academy.example", "https://studio-academy.example", False),
        ("https://evil.example", "https://studio", False),
        ("https://", "https://studio.academy.example", False),
        ("https://academy.example", "", False),
    ],
)
def test_only_the_lms_above_studio_is_taken_for_its_own(lms: str, studio: str, is_one: bool) -> None:
    assert is_lms_of(lms, studio) is is_one


def test_a_token_goes_over_https_or_nowhere_but_here() -> None:
    safe = {"https://a.example": True, "http://a.example": False, "http://localhost:1": True, "http://[::1]": True}
    assert {address: is_safe(parts) for address in safe if (parts := parts_of(address))} == safe
    assert parts_of("mailto:a@b.example") is None
    parts = parts_of("http://[::1]:80/a")
    assert parts
    assert origin(parts) == "http://[::1]:80"
