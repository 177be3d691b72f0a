"""A course's export into Moodle, as `moodle-bridge sync` does it, one worker at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from moodle_bridge import syncing
from moodle_bridge.config import Configuration
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.plan import Asked
from moodle_bridge.plan_text import summary
from moodle_bridge.service import awards, sessions
from moodle_bridge.service.courses import link_rows, site_row
from moodle_bridge.service.leases import leased
from moodle_bridge.service.models import Link
from moodle_bridge.service.settings_reading import PREFIX, client_of, source_of
from moodle_bridge.site import STATUS, Status
from xblocks.base.problems import N_


@dataclass(slots=True)
class Synced:
    """What a sync came to.

    Attributes:
        conflicts: something was changed on both sides, and somebody has to decide (`moodle-bridge plan`).
        failed: what could not be done, by title.
    """

    summary: str
    conflicts: bool
    failed: dict[str, str] = field(default_factory=dict)


def sync_course(configuration: Configuration, name: str) -> Synced:
    """Bring a course in step; nothing that was edited in Moodle is overwritten unasked.

    Raises:
        BridgeError: there is no such course or export, what concerns the whole site, or another worker has the course.
    """
    course = configuration.courses.get(name)
    if course is None:
        raise ConfigurationError(
            N_("There is no course %(name)s; there are: %(names)s."), name=name, names=list(configuration.courses)
        )
    if course.source.startswith(PREFIX):
        raise ConfigurationError(
            N_(
                "courses.%(name)s: its source is a course of this platform, and of those only results are pulled. To "
                "bring it in step, name an export, or the address of the course in Studio."
            ),
            name=name,
        )
    site = site_row(course.site)
    link = next(one for one in link_rows(configuration, site) if one.course == course.course)
    with (
        leased(link) as lease,
        client_of(course.site) as client,
        syncing.course_of(source_of(course), configuration, teachers_read=course.teachers_read) as found,
    ):
        client.site_info()
        client.limits = Status.of(client.call(STATUS, {"courseid": course.course})).limits
        plan = syncing.planned(found.course, client, course.course, syncing.rules_of(course, Asked.NOTHING))
        failed = {}
        for done in syncing.synced(plan, client, course.course, found.content):
            if done.error is not None:
                failed[done.step.title] = str(done.error)
            lease.renew()
    awards.synced(link)
    # Where its activities stand is looked up with its learners.
    Link.objects.filter(pk=link.pk).update(people_at=None)
    sessions.synced(link)
    return Synced(summary(plan), bool(plan.conflicts), failed)
