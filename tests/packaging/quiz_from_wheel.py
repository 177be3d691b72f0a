"""Run by test_wheel in an environment that has only the wheel: plays a quiz there and prints what happened, as JSON.

The other blocks are drawn as Studio draws them, with all their tables made by the migrations of the wheel.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import django
from django.conf import settings

OLX = """
<microquiz display_name="Who is writing?">
  <single id="sender"><text>Which part tells you most about the sender?</text>
    <choice id="address" right="true">The address</choice>
    <choice id="logo">The logo</choice>
  </single>
  <truefalse id="hurry" right="true"><text>A hurry is a warning sign.</text></truefalse>
</microquiz>
"""
OTHERS = {
    "workshop": """
<workshop display_name="A day together">
  <session id="a" starts="2026-12-10T13:30" ends="2026-12-10T16:30" zone="Europe/Amsterdam" place="Room 7" seats="12"/>
  <item id="ask" kind="question" title="What do you want to ask?"/>
</workshop>
""",
    "reflection": '<reflection display_name="My first week" framework="gibbs"/>',
    "badges": '<badges display_name="What you earned"/>',
}


def configure() -> None:
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            "workbench",
            *plugin_apps(),
        ],
        LANGUAGE_CODE="en",
        LANGUAGES=[("en", "English"), ("nl", "Nederlands")],
        ROOT_URLCONF="workbench.urls",
        SECRET_KEY="only for this test",
        STATIC_URL="/static/",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        USE_TZ=True,
        WORKBENCH={"services": {}},
    )
    django.setup()


def plugin_apps() -> list[str]:
    """The Django apps that the platform would find by our entry points."""
    from importlib.metadata import entry_points

    found = entry_points(group="lms.djangoapp")
    return [point.value.replace(":", ".") for point in found if point.name.startswith("microunits")]


def unmade() -> list[str]:
    """Tables of ours that the migrations did not make, or made otherwise than the models are."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection

    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    tables = set(connection.introspection.table_names())
    ours = [
        one for config in apps.get_app_configs() if config.label.startswith("microunits") for one in config.get_models()
    ]
    assert ours
    return [one.__name__ for one in ours if one._meta.db_table not in tables]


def main() -> None:
    configure()
    from django.contrib.staticfiles import finders
    from django.core.management import call_command
    from django.utils import translation
    from webob import Request
    from workbench.runtime import WorkbenchRuntime
    from xblock.reference.user_service import UserService, XBlockUser

    from xblocks.base import i18n

    call_command("migrate", run_syncdb=True, verbosity=0)  # the workbench ships no migrations

    class Learner(UserService):
        def get_current_user(self) -> XBlockUser:
            user = XBlockUser(is_current_user=True)
            user.opt_attrs = {"edx-platform.user_id": 1, "edx-platform.user_is_staff": False}
            return user

    class Runtime(WorkbenchRuntime):  # type: ignore[misc]
        """The workbench, but with the platform's user service and without a due date of this very moment."""

        def __init__(self) -> None:
            super().__init__(user_id="1")
            self._services["user"] = Learner()

        def _patch_xblock(self, block: Any) -> None:
            pass

    def block() -> Any:
        return Runtime().get_block(usage_id)

    usage_id = Runtime().parse_xml_string(OLX)
    fragment = block().render("student_view", {})
    page = html.unescape(fragment.body_html())
    linked = re.findall(r'(?:src|href)=[\'"]/static/(microquiz/[^\'"]+)', fragment.head_html() + fragment.foot_html())

    quiz = block()
    question = quiz.prepared.questions[0]
    body = {
        "question": quiz.prepared.names[question.id],
        "response": {"choice": quiz.prepared.tokens(question)["address"]},
    }
    request = Request.blank("/", method="POST", content_type="application/json", body=json.dumps(body).encode())
    answer = quiz.handle("answer", request)

    def drawn(olx: str) -> str:
        return html.unescape(Runtime().get_block(Runtime().parse_xml_string(olx)).render("author_view", {}).body_html())

    with translation.override("nl"):
        dutch = len(getattr(i18n.translator(), "_catalog", {}))
    print(
        json.dumps(
            {
                "package": str(Path(i18n.__file__).resolve()),
                "page": page,
                "files": {name: finders.find(name) for name in linked},
                "answer": [answer.status_code, answer.json],
                "attempts": block().play_state,
                "messages": dutch,
                "others": {name: drawn(olx) for name, olx in OTHERS.items()},
                "unmade": unmade(),
            },
            default=str,
        )
    )


if __name__ == "__main__":
    main()
