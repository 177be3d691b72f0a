"""What Studio editors share: who may author, and what may stand in a page."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey
from webob import Request, Response
from xblock.core import XBlock
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.test.tools import TestRuntime

from xblocks.base import editing
from xblocks.base.editing import Answer, StudioEditingMixin, author_download, author_handler
from xblocks.base.handling import RefusedError
from xblocks.base.problems import Problem

KEY = UsageKey.from_string("block-v1:O+C+R+type@note+block@b")


class Note(StudioEditingMixin, XBlock):
    """A block with something to hide."""

    @author_handler
    def tell(self, data: dict[str, Any]) -> Answer:
        """The secret, and what was sent."""
        if "refuse" in data:
            raise RefusedError("no", Problem("", "No."))
        return {"secret": 42, **data}

    @author_download
    def file(self) -> Response:
        """The secret as a file."""
        return Response("42")


class Permissions:
    """Studio's service, as far as it is asked."""

    def __init__(self, *courses: str) -> None:
        self.courses = courses

    def can_write(self, key: Any) -> bool:
        """Whether that course is one of the user's."""
        return str(key) in self.courses


class Users(UserService):
    """The LMS's service."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__()
        self.user = XBlockUser()
        self.user.opt_attrs.update({f"edx-platform.{name}": value for name, value in attributes.items()})

    def get_current_user(self) -> XBlockUser:
        """Who is looking."""
        return self.user


def note(usage: Any = KEY, **services: Any) -> Note:
    runtime = TestRuntime(services={"field-data": DictFieldData({}), **services})
    return Note(runtime, scope_ids=ScopeIds("user", "note", "definition", usage))


def post(block: Note, handler: str = "tell", data: Any = None, method: str = "POST") -> Response:
    request = Request.blank("/", method=method)
    if method == "POST":
        request.body = json.dumps({} if data is None else data).encode()
    return block.handle(handler, request)


AUTHORS: dict[str, dict[str, Any]] = {
    "who may write in Studio": {"studio_user_permissions": Permissions("course-v1:O+C+R")},
    "who has a Studio that does not say": {"studio_user_permissions": SimpleNamespace()},
    "the course's staff": {"user": Users(user_is_staff=True)},
}
OTHERS: dict[str, dict[str, Any]] = {
    "nobody": {},
    "a learner": {"user": Users(user_is_staff=False)},
    "somebody of whom nothing is known": {"user": Users()},
    "an author of another course": {"studio_user_permissions": Permissions("course-v1:O+D+R")},
}


@pytest.mark.parametrize("services", AUTHORS.values(), ids=AUTHORS)
def test_authors_are_answered(services: dict[str, Any]) -> None:
    assert post(note(**services)).json == {"secret": 42}
    assert post(note(**services), "file", method="GET").text == "42"


@pytest.mark.parametrize("services", OTHERS.values(), ids=OTHERS)
def test_others_are_refused_by_name(services: dict[str, Any]) -> None:
    for response in (post(note(**services)), post(note(**services), "file", method="GET")):
        assert response.status_code == 403
        assert response.json["error"] == "not_an_author"
        assert response.json["message"]


def test_outside_of_courses_studio_itself_decides() -> None:
    assert post(note("usage", studio_user_permissions=Permissions())).json == {"secret": 42}


def test_a_refusal_of_the_handler_is_its_answer() -> None:
    response = post(note(**AUTHORS["the course's staff"]), data={"refuse": 1})
    assert (response.status_code, response.json) == (400, {"error": "no", "message": "No."})


def test_a_download_is_for_getting() -> None:
    response = post(note(**AUTHORS["the course's staff"]), "file")
    assert (response.status_code, response.json["error"]) == (405, "method")


def test_content_is_not_changed_in_the_lms() -> None:
    with override_settings(ROOT_URLCONF="lms.urls"), pytest.raises(RefusedError, match="not_in_studio"):
        note().require_studio()
    with override_settings(ROOT_URLCONF="cms.urls"):
        note().require_studio()


TEXT = st.text() | st.sampled_from(["</script>", "<!--", "<script>", "&amp;", "\u2028"])


@given(st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8))
def test_json_in_a_page_neither_ends_nor_begins_a_script(data: Any) -> None:
    text = editing.json_for_page(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data


def test_problems_are_sentences_with_places() -> None:
    problem = Problem("a/0", "This could not be read: %(expected)s was expected.", {"expected": "a number"})
    (answer,) = editing.problem_answers([problem])
    assert answer == {"path": "a/0", "message": "This could not be read: a number was expected."}


def test_the_scripts_can_stand_in_a_page_and_find_their_words() -> None:
    scripts = "\n".join(editing.static_text("base", f"editing-{name}.js") for name in editing.SCRIPTS)
    assert "</script" not in scripts
    said = set(re.findall(r"\bt\('(\w+)'", scripts))
    assert editing.ITEM_TEXTS <= said <= {*editing.TEXTS, *editing.ITEM_TEXTS}
    assert not any("@import" in editing.static_text("base", f"{name}.css") for name in ("editing", "editing-cards"))


def test_addresses_in_a_page_s_data_stay_as_they_were_written() -> None:
    data = {"src": "/static/a.svg", "text": '<img src="/static/b.svg">', "path": "a/b"}
    text = editing.json_for_page(data)
    assert '"/static' not in text
    assert json.loads(text) == data
