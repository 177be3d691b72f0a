"""Real requests and answers of Moodle 4.5 and 5.1: what we would send is what was sent, what came back is understood.

The token is not in them, long texts are cut, and lists of functions hold only those of the contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import errors
from moodle_bridge.answers import Answer, value_of
from moodle_bridge.contract import Contract, contract_of
from moodle_bridge.errors import BridgeError
from moodle_bridge.shapes import Text
from moodle_bridge.site import SITE_INFO
from moodle_bridge.wire import encoded, pairs
from tests.moodle_bridge import php

FOLDER = Path(__file__).parent / "recordings"
OWN = {"wstoken", "wsfunction", "moodlewsrestformat", "moodlewssettingraw", "moodlewssettingfilter"}
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Recording:
    """One request and what it was answered."""

    name: str
    release: str
    note: str
    form: list[tuple[str, str]]
    answer: Answer

    @property
    def function(self) -> str:
        return dict(self.form).get("wsfunction", "")

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The form without what every request has, nor settings that we never send."""
        return [
            (name, value) for name, value in self.form if name not in OWN and not name.startswith("moodlewssetting")
        ]

    @property
    def contract(self) -> Contract:
        return contract_of(self.release)

    def params(self) -> Any:
        """What a caller of ours would have given."""
        described = self.contract.functions[self.function].params
        typed = php.typed(described, php.read(self.sent))
        texts = {name for name, member in described.members.items() if isinstance(member, Text)}
        return {name: json.loads(value) if name in texts else value for name, value in typed.items()}


def load(path: Path) -> Recording:
    held = json.loads(path.read_text())
    response = held["response"]
    body = response["body"]
    as_it_came = body if isinstance(body, str) and "json" not in response["content_type"] else json.dumps(body)
    return Recording(
        name=f"{path.parent.name}/{path.stem}",
        release=held["moodle"],
        note=held["note"],
        form=[(name, value) for name, value in held["request"]["form"]],
        answer=Answer(status=response["status"], content_type=response["content_type"], body=as_it_came.encode()),
    )


RECORDINGS = [load(path) for path in sorted(FOLDER.glob("*/*.json"))]
KNOWN = [recording for recording in RECORDINGS if recording.function in recording.contract.functions]
each = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
each_known = pytest.mark.parametrize("recording", KNOWN, ids=lambda recording: recording.name)

# What every answer means that is not a value, by a part of the recording's name.
MEANS: Mapping[str, type[BridgeError]] = {
    "err-invalidtoken": errors.TokenRefusedError,
    "err-notoken": errors.TokenRefusedError,
    "err-emptytoken": errors.TokenRefusedError,
    "err-expiredtoken": errors.TokenRefusedError,
    "err-xml": errors.TokenRefusedError,
    "err-unknownfunction": errors.FunctionMissingError,
    "err-notinservice": errors.FunctionMissingError,
    "err-nofunction": errors.ParameterRefusedError,
    "err-missingparam": errors.ParameterRefusedError,
    "err-badtype": errors.ParameterRefusedError,
    "err-extrakey": errors.ParameterRefusedError,
    "err-scalarforlist": errors.ParameterRefusedError,
    "err-norecord": errors.RecordMissingError,
    "err-nocm": errors.RecordMissingError,
    "err-nocapability": errors.AccessRefusedError,
    "err-deletestudent": errors.AccessRefusedError,
    "err-dupusername": errors.ParameterRefusedError,
    "err-dupcourseidnumber": errors.AlreadyTakenError,
    "maint-cfg": errors.MaintenanceError,
    "maint-student-cfg": errors.MaintenanceError,
    "maint-climaint": errors.MaintenanceError,
    "maint-student-climaint": errors.MaintenanceError,
    "maint-student-uimaint": errors.MaintenanceError,
    "maint-wsdisabled": errors.WebServicesOffError,
    "maint-student-wsdisabled": errors.WebServicesOffError,
    "maint-restdisabled": errors.WebServicesOffError,
    "maint-student-restdisabled": errors.WebServicesOffError,
}
BY_CODE: Mapping[str, type[BridgeError]] = {
    "invalidparameter": errors.ParameterRefusedError,
    "invalidrecord": errors.RecordMissingError,
    "invalidrecordunknown": errors.RecordMissingError,
    "invalidcoursemodule": errors.RecordMissingError,
    "invaliduser": errors.RecordMissingError,
    "nopermissions": errors.AccessRefusedError,
    "nopermissiontoviewgrades": errors.AccessRefusedError,
    "dmlreadexception": errors.DatabaseError,
    "idnumbertaken": errors.AlreadyTakenError,
    "courseidnumbertaken": errors.AlreadyTakenError,
    "cursor_expired": errors.CursorExpiredError,
    "has_attempts": errors.HasAttemptsError,
    "invalidcursor": errors.ParameterRefusedError,
    "invalidpayload": errors.PayloadRefusedError,
    "kinddiffers": errors.AlreadyTakenError,
    "missingfile": errors.FileMissingError,
    "unknownkind": errors.ParameterRefusedError,
}


def meaning(recording: Recording) -> type[BridgeError] | None:
    """The error that a recording should raise; None: it is a value."""
    for part, error in MEANS.items():
        if recording.name.endswith(part):
            return error
    if "limit-maxinputvars" in recording.name and "html" in recording.answer.content_type:
        return errors.RequestCutError
    body = json.loads(recording.answer.body)
    if isinstance(body, dict) and "exception" in body:
        return BY_CODE.get(body["errorcode"], errors.RefusedError)
    return None


def value(recording: Recording, is_offered: bool | None = None) -> Any:
    return value_of(recording.answer, recording.function, "https://moodle.example.org", NOW, is_offered)


@each_known
def test_what_we_would_send_is_what_was_sent(recording: Recording) -> None:
    params = recording.contract.closed(recording.function, recording.params())
    assert sorted(php.form_of(encoded(pairs(params)))) == sorted(recording.sent)


@each_known
def test_what_moodle_refused_is_refused_before_it_leaves_and_nothing_else_is(recording: Recording) -> None:
    found = recording.contract.check_params(recording.function, recording.params())
    refused = b'"invalidparameter"' in recording.answer.body and "dupusername" not in recording.name
    assert bool(found) is refused, list(map(str, found))


@each
def test_an_answer_is_a_value_that_keeps_the_contract_or_a_named_error(recording: Recording) -> None:
    error = meaning(recording)
    if error is None:
        assert recording.contract.check_returns(recording.function, value(recording)) == []
        return
    # Which functions the site offers is known from its own list by then.
    is_offered = False if error is errors.FunctionMissingError else None
    with pytest.raises(BridgeError) as raised:
        value(recording, is_offered)
    assert type(raised.value) is error
    assert raised.value.what.endswith(".")
    assert raised.value.advice


@pytest.mark.parametrize("release", ["4.5", "5.1"])
def test_what_is_not_in_the_service_is_told_apart_from_a_refused_token(release: str) -> None:
    (recording,) = [one for one in RECORDINGS if one.name == f"{release}/i_errors_nodebug-007-err-notinservice"]
    with pytest.raises(errors.FunctionMissingError):
        value(recording, is_offered=False)
    with pytest.raises(errors.TokenRefusedError):
        value(recording, is_offered=True)


@pytest.mark.parametrize("release", ["4.5", "5.1"])
def test_a_function_that_is_not_there_is_told_apart_from_a_course_that_is_not(release: str) -> None:
    (recording,) = [one for one in RECORDINGS if one.name == f"{release}/i_errors_nodebug-013-err-norecord"]
    with pytest.raises(errors.FunctionMissingError):
        value(recording, is_offered=False)
    with pytest.raises(errors.RecordMissingError):
        value(recording, is_offered=True)


def test_recordings_of_both_releases_and_of_every_group_of_functions_are_here() -> None:
    assert {recording.contract.release for recording in RECORDINGS} == {"4.5", "5.1"}
    assert {recording.function for recording in KNOWN} >= {SITE_INFO, "mod_quiz_get_attempt_review"}


@each
def test_no_recording_holds_a_secret(recording: Recording) -> None:
    text = json.dumps(recording.form) + recording.answer.body.decode()
    assert dict(recording.form).get("wstoken", "") in ("", "<REDACTED>")
    body = json.loads(recording.answer.body) if recording.answer.body.startswith(b"{") else {}
    assert body.get("userprivateaccesskey", "<REDACTED>") == "<REDACTED>"
    assert not re.search(r"sesskey=(?!<REDACTED>)", text)
