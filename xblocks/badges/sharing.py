"""Who may see an award: its learner, and, as long as they share it, everybody."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from xblocks.badges import issuing, models
from xblocks.badges.awarding import AwardError
from xblocks.badges.credentials import valid_until
from xblocks.badges.issuer import LINKEDIN, address, profile, setting
from xblocks.badges.reading import read

FORMATS = ("json", "jwt", "png", "svg")
"""What a learner may take along."""


class NotSignedError(AwardError):
    """An award has no credential yet: this site has no keys, or they cannot be opened."""


def share(award: models.Award, now: datetime) -> None:
    """Let everybody see the award who knows its address; safe to repeat.

    Raises:
        NotSignedError: when there is nothing to show yet: its address would lead nowhere.
        AwardError: when it was revoked.
    """
    if award.revoked_at is not None:
        raise AwardError("This badge was revoked, so it cannot be shared.")
    if issuing.credential_of(award) is None:
        raise NotSignedError("This badge waits to be signed, and can be shared then.")
    # Not what this process read some time ago: somebody may be revoking it.
    rows = models.Award.objects.filter(pk=award.pk, shared_at=None, revoked_at=None)
    if rows.update(shared_at=now):
        award.shared_at = now
    else:
        award.refresh_from_db(fields=["shared_at"])


def unshare(award: models.Award) -> None:
    """Show the award to nobody but its learner any more; safe to repeat."""
    models.Award.objects.filter(pk=award.pk).update(shared_at=None)
    award.shared_at = None


def public_address(award: models.Award) -> str:
    """The page that everybody sees while the award is shared.

    It names its kind, as what follows a link for a preview does not always say that it wants a page for people.
    """
    return address("credential_as", award.uid, "html")


def linkedin_address(award: models.Award) -> str:
    """Where the learner adds the award to their profile on LinkedIn; they see the form filled in, and may change it."""
    badge, issuer = read(award), profile()
    begins, ends = award.awarded_at, valid_until(award.awarded_at, badge.months)
    organisation = setting("linkedin")
    fields: dict[str, object] = {
        "startTask": "CERTIFICATION_NAME",
        "name": badge.name,
        **({"organizationId": organisation} if organisation else {"organizationName": issuer.name}),
        "issueYear": begins.year,
        "issueMonth": begins.month,
        **({"expirationYear": ends.year, "expirationMonth": ends.month} if ends else {}),
        "certUrl": public_address(award),
        "certId": award.uid,
    }
    return f"{LINKEDIN}?{urlencode(fields)}"
