"""What a site says about itself: to every token (`SiteInfo`), and through the companion (`Status`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moodle_bridge.shapes import Json
from moodle_bridge.wire import Limits

SITE_INFO = "core_webservice_get_site_info"
"""The function that tells which functions the token's service has."""

STATUS = "local_microunits_get_status"
"""The function that tells what the companion is and what the token's user may do in a course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInfo:
    """What SITE_INFO answers, without the private key that it holds too.

    Attributes:
        url: by which the site knows itself.
        release: "5.1+ (Build: 20251017)".
        userid, username: whose token it is.
        functions: those of the token's service.
    """

    name: str
    url: str
    release: str
    userid: int
    username: str
    functions: frozenset[str]

    @classmethod
    def of(cls, answer: Mapping[str, Json]) -> SiteInfo:
        return cls(
            name=answer["sitename"],
            url=answer["siteurl"],
            release=answer.get("release", ""),
            userid=answer["userid"],
            username=answer["username"],
            functions=frozenset(function["name"] for function in answer["functions"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleCourse:
    """A course as Moodle knows it."""

    id: int
    shortname: str
    fullname: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What STATUS answers.

    Attributes:
        release: of the companion.
        api: the number of what it and we have agreed on.
        time: the site's clock, epoch seconds.
        limits: what it takes in one request.
        upload_bytes: the largest file that it takes.
        kinds: of components that the companion can hold.
        qtypes: the types of questions that are installed.
        allowed: by capability, whether the token's user has it in the course.
        course: None where no course was asked about.
        has_messaging: notifications can be sent.
        cron_age: seconds since cron last ran; None: it never did.
    """

    release: str
    api: int
    time: int
    limits: Limits
    upload_bytes: int
    kinds: frozenset[str]
    qtypes: frozenset[str]
    allowed: Mapping[str, bool]
    course: MoodleCourse | None
    has_messaging: bool
    cron_age: int | None

    @classmethod
    def of(cls, answer: Mapping[str, Json]) -> Status:
        course = answer.get("course")
        return cls(
            release=answer["release"],
            api=answer["api"],
            time=answer["time"],
            limits=Limits(variables=answer["max_input_vars"], bytes=answer["post_max_bytes"]),
            upload_bytes=answer["upload_max_bytes"],
            kinds=frozenset(answer["kinds"]),
            qtypes=frozenset(answer["qtypes"]),
            allowed={one["name"]: one["allowed"] for one in answer["capabilities"]},
            course=course and MoodleCourse(**{name: course[name] for name in ("id", "shortname", "fullname")}),
            has_messaging=answer["messaging"],
            cron_age=answer.get("cron_age"),
        )
