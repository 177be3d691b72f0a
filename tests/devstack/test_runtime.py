"""Blocks find in the devstack what they find in the platform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import translation
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import BlockUsageLocator
from xblock.exceptions import NoSuchServiceError

from devstack.people import anonymous_id, person
from tests.devstack.playing import add_block, block_for, call, course, unit, view

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def counter() -> UsageKey:
    return add_block('<counter url_name="one"/>')


def test_a_block_stands_at_a_real_usage_key_named_by_its_url_name(counter: UsageKey) -> None:
    block = block_for(counter)
    assert isinstance(counter, BlockUsageLocator)
    assert str(counter) == "block-v1:Microunits+TEST+2026+type@counter+block@one"
    assert block.location == block.usage_key == block.scope_ids.usage_id == counter
    assert block.course_id == block.context_key == CourseKey.from_string("course-v1:Microunits+TEST+2026")


def test_the_same_name_twice_in_a_course_is_refused_and_in_another_course_is_not(counter: UsageKey) -> None:
    with pytest.raises(ValueError, match="named 'one' already"):
        add_block('<counter url_name="one"/>')
    elsewhere = unit(in_course=course("course-v1:Microunits+OTHER+2026"))
    assert add_block('<counter url_name="one"/>', elsewhere).course_key != counter.course_key


def test_a_service_that_was_not_declared_is_not_given(counter: UsageKey) -> None:
    block = block_for(counter)
    assert block.runtime.service(block, "user")
    with pytest.raises(NoSuchServiceError):
        block.runtime.service(block, "teams")
    plain = block_for(add_block("<plain/>"))
    for name in ("user", "i18n", "completion"):
        with pytest.raises(NoSuchServiceError):
            plain.runtime.service(plain, name)


def test_studio_has_permissions_and_neither_completion_nor_publishing(counter: UsageKey) -> None:
    lms, studio = block_for(counter, "team"), block_for(counter, "team", studio=True)
    assert studio.runtime.service(studio, "completion") is None
    assert studio.runtime.service(studio, "studio_user_permissions").can_write(counter.course_key)
    assert lms.runtime.service(lms, "studio_user_permissions") is None
    studio.runtime.publish(studio, "grade", {})


def test_the_user_service_tells_who_is_looking_in_the_platforms_words(counter: UsageKey) -> None:
    block = block_for(counter, "team")
    user = block.runtime.service(block, "user").get_current_user()
    assert user.opt_attrs["edx-platform.user_id"] == person("team").pk
    assert user.opt_attrs["edx-platform.username"] == "team"
    assert user.opt_attrs["edx-platform.user_is_staff"] is True
    assert user.opt_attrs["edx-platform.user_role"] == "staff"
    assert user.emails == ["team@example.com"]


def test_the_anonymous_id_is_one_a_course_and_leads_back(counter: UsageKey) -> None:
    block = block_for(counter, "bob")
    service = block.runtime.service(block, "user")
    uid = service.get_current_user().opt_attrs["edx-platform.anonymous_user_id"]
    assert service.get_user_by_anonymous_id(uid) == person("bob")
    assert uid != anonymous_id(person("bob"), "course-v1:Microunits+OTHER+2026")
    assert service.get_anonymous_user_id("bob", str(counter.course_key)) is None
    staff = block_for(counter, "team")
    assert staff.runtime.service(staff, "user").get_anonymous_user_id("bob", str(counter.course_key)) == uid


def test_somebody_who_is_not_logged_in_has_neither_id_nor_completion(counter: UsageKey) -> None:
    block = block_for(counter, "")
    user = block.runtime.service(block, "user").get_current_user()
    assert user.opt_attrs["edx-platform.is_authenticated"] is False
    assert "edx-platform.user_id" not in user.opt_attrs
    assert block.runtime.service(block, "completion") is None


@override_settings(XBLOCK_SETTINGS={"counter": {"colour": "teal"}})
def test_the_settings_service_gives_the_bucket_of_the_block(counter: UsageKey) -> None:
    block = block_for(counter)
    assert block.runtime.service(block, "settings").get_settings_bucket(block) == {"colour": "teal"}


def test_the_i18n_service_speaks_the_language_of_the_page(counter: UsageKey) -> None:
    with translation.override("nl"):
        block = block_for(counter)
        assert block.runtime.service(block, "i18n").gettext("there is no such message") == "there is no such message"


def test_links_to_the_files_of_the_course_work_in_markup_and_through_the_service(counter: UsageKey) -> None:
    asset = "/asset-v1:Microunits+TEST+2026+type@asset+block@sender.svg"
    assert f'src="{asset}"' in view(counter)
    block = block_for(counter)
    replaced = block.runtime.service(block, "replace_urls").replace_urls
    assert replaced('{"a": "<img src=\\"/static/sender.svg\\">"}') == f'{{"a": "<img src=\\"{asset}\\">"}}'
    assert replaced("'/static/a.svg?raw'") == "'/static/a.svg?raw'"
    assert replaced("'/static/devstack/devstack.css'") == "'/static/devstack/devstack.css'"
    assert replaced("/static/not-in-quotes.svg") == "/static/not-in-quotes.svg"


def test_the_element_around_a_block_is_the_platforms_and_its_arguments_cannot_end_their_script(
    counter: UsageKey,
) -> None:
    markup = view(counter)
    assert 'class="xblock xblock-student_view xblock-student_view-counter"' in markup
    assert 'data-runtime-class="LmsRuntime"' in markup
    assert f'data-usage-id="{counter}"' in markup
    script = markup.split('class="xblock-json-init-args">')[1].split("</script>")[0]
    assert json.loads(script) == {"goal": 2, "tricky": "</script>"}
    assert 'data-runtime-class="StudioRuntime"' in view(counter, "team", "studio_view", studio=True)


def test_addresses_of_handlers_are_the_platforms(counter: UsageKey) -> None:
    block, studio = block_for(counter), block_for(counter, "team", studio=True)
    place = f"/courses/{counter.course_key}/xblock/{counter}"
    assert block.runtime.handler_url(block, "step") == f"{place}/handler/step"
    assert block.runtime.handler_url(block, "read", "a/b", "c=d") == f"{place}/handler/read/a/b?c=d"
    assert block.runtime.handler_url(block, "read", thirdparty=True) == f"{place}/handler_noauth/read"
    assert studio.runtime.handler_url(studio, "step") == f"/xblock/{counter}/handler/step"
    with pytest.raises(ValueError, match="is not a handler"):
        block.runtime.handler_url(block, "max_score")


def test_a_handler_gets_its_suffix_and_query(counter: UsageKey) -> None:
    assert call(counter, "read", method="GET", suffix="x/y", query="q=z").text == "0 x/y z"


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "MICROUNITS_DATA": str(tmp_path),
        "MICROUNITS_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "devstack.settings",
        "PYTHONPATH": str(ROOT),
    }

    def run(script: str) -> str:
        whole = _START + script
        command = [sys.executable, "-W", "ignore", "-c", whole]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    usage_key = run(
        "call_command('migrate', verbosity=0)\n"
        "key = add_block('<vertical_demo><html_demo>Hi</html_demo></vertical_demo>')\n"
        "thumbs = add_block('<thumbs url_name=\"t\"/>')\n"
        "call(thumbs, 'vote', {'voteType': 'up'}, user='bob'); print(key)"
    )
    again = run(
        f"key = UsageKey.from_string({usage_key!r}); block = block_for(key)\n"
        "[child] = block.get_children()\n"
        "thumbs = key.course_key.make_usage_key('thumbs', 't')\n"
        "print(block.location, child.content, child.parent, block_for(thumbs, 'bob').voted, block_for(thumbs).voted)"
    )
    assert again == f"{usage_key} Hi {usage_key} True False"


_START = """
import django; django.setup()
from django.core.management import call_command
from opaque_keys.edx.keys import UsageKey
from tests.devstack.playing import *
"""
