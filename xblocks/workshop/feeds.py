"""The calendar of one learner, behind a link that only they have and can take back.

The link holds a signed number, not a session: calendar programs cannot sign in. A new number makes it worthless.
"""

from __future__ import annotations

from django.core import signing
from django.db.models import F
from django.urls import reverse

from xblocks.base.platform import platform
from xblocks.workshop import models

_SALT = "microunits.workshop.feed"


class BadFeedError(Exception):
    """This is no link of ours, or it was taken back."""


def new_feed(person: models.Person) -> str:
    """A new link; older ones are worthless from now on."""
    models.Person.objects.filter(pk=person.pk).update(feeds=F("feeds") + 1, feed=F("feeds") + 1)
    person.refresh_from_db()
    return feed_address(person)


def feed_off(person: models.Person) -> None:
    """There is no link any more."""
    models.Person.objects.filter(pk=person.pk).update(feed=0)
    person.feed = 0


def feed_address(person: models.Person) -> str:
    """The link that works; "" when there is none."""
    if not person.feed:
        return ""
    ticket = signing.Signer(salt=_SALT).sign_object([person.pk, person.feed])
    return platform().site_url() + reverse("microunits_workshop:feed", args=[ticket])


def feed_of(ticket: str) -> models.Person:
    """Whose calendar a link is.

    Raises:
        BadFeedError
    """
    try:
        person_id, number = signing.Signer(salt=_SALT).unsign_object(ticket)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadFeedError from error
    found: models.Person | None = models.Person.objects.filter(pk=person_id, feed=number).exclude(feed=0).first()
    if found is None:
        raise BadFeedError
    return found
