"""The double of an Open edX answers as the real platform was seen to answer, step by step (recordings/openedx.json).

The recording has what was asked and answered on the way of `moodle_bridge.studio`, and beside it: without anything
that is secret or that another run would have otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
import requests

from tests.moodle_bridge.double_openedx import APPLICATION, APPLICATION_SECRET, KEY, OpenEdxDouble

RECORDED = json.loads((Path(__file__).parent / "recordings" / "openedx.json").read_text())["steps"]
OTHER = "course-v1:Org+OTHER+2026"


class Walk:
    """Somebody who does the steps of the recording, and writes down what comes."""

    def __init__(self, double: OpenEdxDouble) -> None:
        self.double, self.steps = double, list[dict[str, Any]]()

    def step(self, name: str, response: requests.Response) -> requests.Response:
        location = urlsplit(response.headers.get("Location", ""))
        held = response.json() if "json" in response.headers["Content-Type"] else None
        if held and "access_token" in held:
            held["access_token"] = "TOKEN"
        if held and "developer_message" in held:
            held["developer_message"] = "..."
        seen = {
            "name": name,
            "method": response.request.method,
            "path": urlsplit(response.url).path,
            "status": response.status_code,
            "content_type": response.headers["Content-Type"],
            "location": location._replace(query="").geturl(),
            "location_names": sorted(name for name, _value in parse_qsl(location.query)),
            "json": held,
        }
        places = {
            self.double.lms: "{lms}",
            self.double.studio: "{studio}",
            KEY: "{course}",
            OTHER: "{other}",
        }
        text = json.dumps(seen)
        for place, shown in places.items():
            text = text.replace(place, shown)
        self.steps.append(json.loads(text))
        return response

    def lms(self, session: Any, token: str, kind: str = "Bearer") -> requests.Response:
        address = f"{self.double.lms}/oauth2/login/"
        found: requests.Response = session.post(address, headers={"Authorization": f"{kind} {token}"})
        return found

    def token(self, secret: str = APPLICATION_SECRET) -> requests.Response:
        form = {"client_id": APPLICATION, "client_secret": secret, "grant_type": "client_credentials"}
        return requests.post(f"{self.double.lms}/oauth2/access_token/", data=form, timeout=5)

    def get(self, session: Any, path: str, **more: Any) -> requests.Response:
        address = urljoin(self.double.studio, path)
        found: requests.Response = session.get(address, allow_redirects=False, timeout=5, **more)
        return found

    def begin(self, session: requests.Session, key: str) -> requests.Response:
        headers = {"X-CSRFToken": session.cookies.get("csrftoken", "")}
        address = f"{self.double.studio}/export/{key}"
        return session.post(address, headers=headers, allow_redirects=False, timeout=5)

    def before(self) -> None:
        """What the LMS says to tokens, and Studio to somebody who has nothing else."""
        token = self.step("a token for an application", self.token()).json()["access_token"]
        self.step("an application with a wrong secret", self.token("wrong"))
        self.double.trusted = False
        self.step("a token that is not trusted", self.lms(requests, token))
        self.double.trusted = True
        self.step("a token that is unknown", self.lms(requests, "nonsense"))
        self.step("a JWT of an application", self.lms(requests, "a.b.c", "JWT"))
        headers = {"Authorization": f"Bearer {token}"}
        path = f"/export_status/{KEY}"
        self.step("an export with a token instead of a session", self.get(requests, path, headers=headers))

    def sign_in(self, studio: requests.Session) -> None:
        lms = requests.Session()
        after = quote(f"/export_status/{KEY}", safe="")
        answer = self.step("the way in", self.get(studio, f"/login/?next={after}"))
        answer = self.step("the way to the LMS", self.get(studio, answer.headers["Location"]))
        door = answer.headers["Location"]
        self.step("the door of the LMS without a session", self.get(requests, door))
        self.step("a session for a token", self.lms(lms, self.double.token()))
        answer = self.step("the door of the LMS", self.get(lms, door))
        answer = self.step("back to Studio", self.get(studio, answer.headers["Location"]))
        self.step("in", self.get(studio, answer.headers["Location"]))

    def export(self, studio: requests.Session) -> None:
        answer = studio.post(f"{self.double.studio}/export/{KEY}", allow_redirects=False, timeout=5)
        self.step("an export without the cookie again", answer)
        self.step("an export is begun", self.begin(studio, KEY))
        self.step("an export is ready", self.get(studio, f"/export_status/{KEY}"))
        self.step("its archive", self.get(studio, f"/export_output/{KEY}"))
        self.double.is_staff = True
        self.step("a course that is not there", self.get(studio, "/export_status/course-v1:No+Such+Run"))
        self.double.is_staff = False
        self.step("Studio is left", self.get(studio, "/logout/?no_redirect=1"))
        self.step("an export after that", self.get(studio, f"/export_status/{KEY}"))

    def elsewhere(self, studio: requests.Session) -> None:
        """What Studio says to somebody of another course's team."""
        self.step("a course of another team", self.get(studio, f"/export_status/{OTHER}"))
        self.step("an export for another team", self.begin(studio, OTHER))


@pytest.fixture(scope="module")
def walked() -> Iterator[dict[str, Any]]:
    with OpenEdxDouble(polls=0).serving() as double:
        walk = Walk(double)
        walk.before()
        studio = requests.Session()
        walk.sign_in(studio)
        double._left = 0
        walk.export(studio)
        steps = walk.steps
        other = Walk(double)
        session = requests.Session()
        other.sign_in(session)
        other.elsewhere(session)
        steps += [step for step in other.steps if "another team" in step["name"]]
        yield {step["name"]: step for step in steps}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda step: step["name"])
def test_the_double_answers_as_the_platform_did(recorded: dict[str, Any], walked: dict[str, Any]) -> None:
    seen, recorded = dict(walked[recorded["name"]]), dict(recorded)
    if recorded["name"] == "in":  # an earlier export was there on the platform
        seen.pop("json"), recorded.pop("json")
    assert seen == recorded


def test_every_step_was_seen(walked: dict[str, Any]) -> None:
    assert list(walked) == [step["name"] for step in RECORDED]
