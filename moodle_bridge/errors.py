"""What can go wrong between the bridge and Moodle, each case by its name, each with what to do next.

The sentence that says what happened is given where it happens; the one that says what to do belongs to the case. Both
are in English, from the catalogue; `sentence` says them in another language. No text here ever holds a token:
`moodle_bridge.exchange` takes it out of all that a site says before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from moodle_bridge.checking import Problem
from moodle_bridge.saying import Said
from xblocks.base.problems import N_


class BridgeError(Exception):
    """Something that the bridge could not do.

    Attributes:
        message, params: what happened, a sentence with %(name)s parameters.
        what: the same, filled in.
        advice: what to do next, a sentence.
        function: of Moodle, where one was called.
        retry_after: seconds after which the site asks to be tried again, where it says so.
        may_pass: it may pass by itself, so that trying again is worth it.
        may_have_run: the site may have done what it was asked all the same.
        concerns_all: any other call would fare the same, so that there is no use in going on.
    """

    advice: str = ""
    may_pass: ClassVar[bool] = False
    may_have_run: ClassVar[bool] = False
    concerns_all: ClassVar[bool] = False

    def __init__(self, message: str, /, **params: object) -> None:
        self.message, self.params = message, params
        self.what = self.said(str)
        super().__init__(self.what)
        self.function = ""
        self.retry_after: float | None = None

    def said(self, gettext: Callable[[str], str]) -> str:
        """What happened, in the language of `gettext`."""
        return Said(self.message, self.params).sentence(gettext)

    def sentence(self, gettext: Callable[[str], str] = str) -> str:
        """What happened and what to do next."""
        return " ".join(filter(None, (self.said(gettext), self.advice and gettext(self.advice))))

    def __str__(self) -> str:
        return self.sentence()


# --- Before anything leaves


class ConfigurationError(BridgeError):
    """moodle-bridge.toml, the environment or the command line: the sentence names the place and how to mend it.

    Attributes:
        where: the file and the key in it, where it is about those.
    """

    def __init__(self, message: str, /, where: str = "", **params: object) -> None:
        self.where = where
        super().__init__(message, **params)

    def said(self, gettext: Callable[[str], str]) -> str:
        """Where it is, and what."""
        text = super().said(gettext)
        return f"{self.where}: {text}" if self.where else text


class TokenMissingError(ConfigurationError):
    """There is no token for a site."""


class _ContractError(BridgeError):
    """Something broke the contract.

    Attributes:
        problems: all of them.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = (), /, **params: object) -> None:
        self.problems = tuple(problems)
        super().__init__(message, **params)

    def sentence(self, gettext: Callable[[str], str] = str) -> str:
        """The problems stand in it in English: they are for whoever writes the program that calls."""
        problems = "; ".join(map(str, self.problems)) + "." if self.problems else ""
        return " ".join(filter(None, (self.said(gettext), problems, self.advice and gettext(self.advice))))


class ParametersError(_ContractError):
    """Parameters that Moodle would not take; nothing was sent."""

    advice = N_(
        "Nothing was sent. This is a mistake of the program that calls: give these values as they are asked for."
    )


class RequestTooLargeError(BridgeError):
    """More than the site takes in one request; what to do is in the sentence."""


# --- On the way


class SiteError(BridgeError):
    """The site did not answer as a web service does."""

    concerns_all = True


class ConnectionFailedError(SiteError):
    """No connection: nobody there, no such name, refused. Nothing was sent."""

    advice = N_("See whether the site is up and whether its address in moodle-bridge.toml is right, then try again.")
    may_pass = True


class AnswerLostError(SiteError):
    """The connection broke while the answer was awaited."""

    advice = N_("It is not known whether the site did it. Run the same again: what is done already is left alone.")
    may_pass = True
    may_have_run = True


class TimedOutError(SiteError):
    """The site took longer than we wait."""

    advice = N_(
        "It is not known whether the site did it. Run the same again; if it happens often, raise `read` under "
        "[timeouts] in moodle-bridge.toml."
    )
    may_pass = True
    may_have_run = True


class TlsError(SiteError):
    """The site's certificate cannot be trusted."""

    advice = N_(
        "Nothing was sent. Ask the site's admin to mend its certificate; for a certificate authority of your own, name "
        "its file in the environment variable REQUESTS_CA_BUNDLE."
    )


class RedirectError(SiteError):
    """The site sends callers on to another address, where a form would arrive empty."""


class MaintenanceError(SiteError):
    """The site is being maintained or upgraded."""

    advice = N_("Run the same again when the site is back; what is done already is left alone.")
    may_pass = True


class OverloadedError(SiteError):
    """The site, or something in front of it, asks to be left alone for a while."""

    advice = N_("Run the same again later; what is done already is left alone.")
    may_pass = True


class WebServicesOffError(SiteError):
    """Web services, or their REST protocol, are switched off."""

    advice = N_(
        "Ask the site's admin to enable web services (Site administration > General > Advanced features) and the REST "
        "protocol (Server > Web services > Manage protocols)."
    )


class WrongAddressError(SiteError):
    """There is no Moodle at the address."""

    advice = N_(
        "Give as `url` in moodle-bridge.toml the address at which people open the site, without anything behind it."
    )


class GatewayError(SiteError):
    """What stands before the site does not get through to it (HTTP 502, 504)."""

    advice = N_("Run the same again later; what is done already is left alone.")
    may_pass = True
    may_have_run = True


class ServerFailedError(SiteError):
    """The server broke down over the request (HTTP 500 and the like)."""

    advice = N_("Run the same again; if it stays, the site's admin finds the cause in the log of its web server.")
    may_pass = True
    may_have_run = True
    concerns_all = False


class RequestCutError(SiteError):
    """PHP cut the request at max_input_vars, and Moodle may have executed the rest."""

    advice = N_(
        "Ask the site's admin to raise max_input_vars in php.ini to 5000, which Moodle itself asks for, and run the "
        "same again."
    )
    may_have_run = True
    concerns_all = False


class AnswerUnreadableError(SiteError):
    """Neither JSON nor anything else that is known."""

    advice = N_("Run the same again; if it stays, run `moodle-bridge doctor`.")
    may_pass = True
    may_have_run = True
    concerns_all = False


class AnswerContractError(_ContractError, SiteError):
    """JSON, but not what the function is known to return."""

    advice = N_(
        "The site may be newer than this release of Microunits, or its companion plugin older: run "
        "`moodle-bridge doctor`."
    )
    may_have_run = True
    concerns_all = False


# --- Moodle refuses


class RefusedError(BridgeError):
    """Moodle answered with an error of its own.

    Attributes:
        code: Moodle's errorcode ("invalidrecord").
    """

    advice = N_("Moodle's own words above say why; `moodle-bridge doctor` shows what the site and the token allow.")

    def __init__(self, message: str, code: str = "", /, **params: object) -> None:
        super().__init__(message, **params)
        self.code = code


class TokenRefusedError(RefusedError):
    """The token is unknown or expired, or its service is not for this user or address."""

    advice = N_(
        "Make a new token (Site administration > Server > Web services > Manage tokens) and put it into the "
        "environment variable MOODLE_BRIDGE_TOKEN or the keyring; see there too whether its service is enabled, for "
        "this user, and from this address."
    )
    concerns_all = True


class FunctionMissingError(RefusedError):
    """The site or the token's service does not have the function."""

    advice = N_(
        "Ask the site's admin to add it to the token's service (Site administration > Server > Web services > External "
        "services > Functions)."
    )


class CompanionMissingError(FunctionMissingError):
    """The companion plugin is not there, is too old, or is not in the service."""

    advice = N_(
        "Ask the site's admin to install or upgrade the plugin Microunits (local_microunits) and make the token for "
        "its service, Microunits."
    )


class AccessRefusedError(RefusedError):
    """The token's user may not do this."""

    advice = N_(
        "Give the token's user the capability (a role in the course or on the site); `moodle-bridge doctor` names "
        "those that are missing."
    )


class RecordMissingError(RefusedError):
    """What was asked for is not in Moodle."""

    advice = N_(
        "It may have been deleted there. See whether the course id in moodle-bridge.toml is right, and plan again."
    )


class ParameterRefusedError(RefusedError):
    """Moodle refused a parameter that the contract allows."""

    advice = N_(
        "Moodle only says which one while debugging is on. The site may be newer than this release of Microunits, or "
        "its companion plugin older: run `moodle-bridge doctor`."
    )


class PayloadRefusedError(ParameterRefusedError):
    """The companion refused what a component or question says; its message begins with the path."""

    advice = N_(
        "Nothing of this component was written. Mend it at the source, or see whether the companion plugin is too old."
    )


class FileMissingError(RefusedError):
    """A component shows a file that the site does not have; the message has its SHA-256."""

    advice = N_("Send the file (put_file) and then the component again.")


class AlreadyTakenError(RefusedError):
    """An id number, name or key that something else has."""

    advice = N_(
        "Something else in Moodle has this id number or name: rename it there, or unlink it, and run the same again."
    )


class DatabaseError(RefusedError):
    """Moodle's database refused, which may pass (a deadlock) or not."""

    advice = N_("Run the same again; if it stays, the site's admin finds the cause in the log of its web server.")
    may_pass = True


class BusyError(RefusedError):
    """Another call holds the lock on the same thing."""

    advice = N_("Another run is at work on the same course; run the same again when it has ended.")
    may_pass = True


class HasAttemptsError(RefusedError):
    """What learners have worked on is not deleted."""

    advice = N_("Learners have worked on it, so it is not deleted. Hide it instead, or delete it in Moodle itself.")


class CursorExpiredError(RefusedError):
    """The place from which changes were asked is older than what Moodle keeps."""

    advice = N_("Pull again from the beginning: `moodle-bridge pull --all`.")
