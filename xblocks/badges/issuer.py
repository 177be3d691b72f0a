"""Who issues the badges of this site: its name, its addresses, and the id under which its keys are found.

The setting MICROUNITS_BADGE_ISSUER (a dictionary, everything in it optional) says it otherwise than the platform:
`name`, `url` (a website), `description`, `image` (the address of a logo), `linkedin` (the number of the organisation
there), and `address`: scheme and host under which the public pages are reached, when that is not the platform's own.
Badges name that address for ever, so it is chosen once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from xblocks.badges.achievements import Image, Profile
from xblocks.badges.issuer_documents import did_web
from xblocks.base.platform import platform

MOUNT, URLS = "/microunits", "xblocks.badges.urls"
"""Where the platform mounts our pages (`apps`), and their list."""
LINKEDIN = "https://www.linkedin.com/profile/add"


def setting(name: str) -> str:
    """What the site's admin set; "" for nothing."""
    given: dict[str, Any] = getattr(settings, "MICROUNITS_BADGE_ISSUER", None) or {}
    return str(given.get(name) or "")


def address(page: str, *arguments: object) -> str:
    """The public address of a page of badges, as documents name it.

    Studio's workers sign as well, after a course was published, and have no such pages: so our own list is asked.
    """
    root = setting("address") or platform().site_url()
    return root.rstrip("/") + MOUNT + _path(page, tuple(map(str, arguments)))


@lru_cache(maxsize=64)
def _path(page: str, arguments: tuple[str, ...]) -> str:
    return reverse(page, URLS, args=arguments)


def issuer_id() -> str:
    """The `did:web` below which this site's keys are listed.

    did:web knows https only. A site without it (a machine to try things out) has an id that nobody else can look up.
    """
    parts = urlsplit(address("did").removesuffix("/did.json"))
    return did_web(parts._replace(scheme="https").geturl())


def profile() -> Profile:
    """The issuer as credentials and its own document describe it."""
    image = setting("image")
    return Profile(
        id=issuer_id(),
        name=setting("name") or platform().site_name(),
        url=setting("url") or platform().site_url(),
        description=setting("description"),
        image=Image(image) if image else None,
    )
