"""What goes through Celery; each may run twice, and beside another: a site and a course are in one worker's hands."""

from __future__ import annotations

import logging

from celery import shared_task

from moodle_bridge.errors import BridgeError
from moodle_bridge.service import awards, pulling, syncing
from moodle_bridge.service.courses import link_rows, site_row
from moodle_bridge.service.leases import InHandsError
from moodle_bridge.service.settings_reading import client_of, configuration

log = logging.getLogger(__name__)


@shared_task(name="microunits.moodle.pull_all", ignore_result=True)
def pull_all() -> None:
    """Hand out every site; for a beat schedule, where there is one."""
    for name in configuration().sites:
        pull_site.delay(name)


@shared_task(name="microunits.moodle.pull_site", ignore_result=True)
def pull_site(name: str) -> None:
    """Read a site on."""
    known = configuration()
    try:
        with client_of(known.sites[name]) as client:
            pulled = pulling.pull_site(known, known.sites[name], client)
    except InHandsError as error:
        log.info("%s", error)
    except BridgeError as error:
        # It is on the site's row too; the next run goes on where this one was.
        log.warning("%s cannot be read now: %s", name, error)
    else:
        for course, problem in pulled.problems.items():
            log.warning("%s: %s", course, problem)


@shared_task(name="microunits.moodle.carry_awards", ignore_result=True)
def carry_awards(name: str) -> None:
    """Carry badges to a site."""
    known = configuration()
    if name not in known.sites:
        return
    try:
        with client_of(known.sites[name]) as client:
            for link in link_rows(known, site_row(known.sites[name])):
                awards.carry_all(client, link)
    except BridgeError as error:
        # Whatever was not carried is, with the next pull.
        log.warning("Badges cannot be carried to %s now: %s", name, error)


@shared_task(name="microunits.moodle.sync_course", ignore_result=True)
def sync_course(name: str) -> None:
    """Bring a course of the configuration in step, from its export."""
    try:
        synced = syncing.sync_course(configuration(), name)
    except InHandsError as error:
        log.info("%s", error)
    except BridgeError as error:
        log.warning("%s cannot be brought in step now: %s", name, error)
    else:
        for title, problem in synced.failed.items():
            log.warning("%s: %s: %s", name, title, problem)
