"""What can go wrong between the bridge and a running Open edX, each case by its name, each with what to do next."""

from __future__ import annotations

from moodle_bridge.errors import BridgeError, SiteError
from xblocks.base.problems import N_


class OpenEdxError(SiteError):
    """A course could not be had from a running Open edX."""


class StudioMissingError(OpenEdxError):
    """There is no Studio at the address."""

    advice = N_("Write the address at which authors open Studio, with the key of the course behind it.")


class LmsMissingError(OpenEdxError):
    """There is no LMS at the address, or it gives no tokens."""

    advice = N_(
        "See whether `lms` in moodle-bridge.toml is the address at which learners open the LMS; its admin can say "
        "whether its OAuth provider is on (ENABLE_OAUTH2_PROVIDER)."
    )


class LmsNotNamedError(OpenEdxError):
    """Studio signs its people in somewhere that nobody has named: a token is not sent there."""

    advice = N_(
        "No token was sent. If that is your LMS, name it in moodle-bridge.toml: `lms` below [openedx.NAME], beside "
        "`studio`."
    )


class ApplicationRefusedError(OpenEdxError):
    """The LMS does not know the application, or gives it no tokens."""

    advice = N_(
        "Compare its id and secret with the LMS (/admin/oauth2_provider/application/): the client is confidential, its "
        "grant type is client credentials, and the secret can be read there only while it is being made."
    )


class OpenEdxTokenRefusedError(OpenEdxError):
    """The LMS does not know the token, or it has expired, or its user is shut out."""

    advice = N_(
        "Get a new token, or give the id and the secret of an application with a colon between them: then the bridge "
        "gets its own token each time."
    )


class TokenNotTrustedError(OpenEdxError):
    """The token's application may not sign its user in."""

    advice = N_(
        "Tick “Skip authorization” for the token's application in the LMS (/admin/oauth2_provider/application/), and "
        "take a token that is no JWT: Studio's export needs somebody who is signed in."
    )


class SignInFailedError(OpenEdxError):
    """Studio did not let the token's user in."""

    advice = N_(
        "Open Studio in a browser as that user and see what it asks; Studio's own application in the LMS has to skip "
        "authorization."
    )


class CourseMissingError(OpenEdxError):
    """Studio does not have the course."""

    advice = N_("See the spelling of the course's key in the address: capitals count.")


class NotInTheTeamError(OpenEdxError):
    """The token's user may not export the course."""

    advice = N_(
        "See the spelling of the course's key, and add the token's user to the course team in Studio (Settings > "
        "Course team)."
    )


class ExportFailedError(OpenEdxError):
    """Studio could not export the course."""

    advice = N_("Export it by hand in Studio (Tools > Export): it shows there which unit is in the way.")


class ExportTooSlowError(OpenEdxError):
    """Studio's export was not ready in time."""

    advice = N_(
        "Run the same again later. If it stays, see with Studio's admin whether its workers run; for a very large "
        "course raise `whole` under [openedx.NAME.timeouts] in moodle-bridge.toml."
    )


class NoRoomError(BridgeError):
    """This machine cannot keep the course while it is read."""

    advice = N_("Make room on this machine's disk, or let TMPDIR name a folder that has some.")
