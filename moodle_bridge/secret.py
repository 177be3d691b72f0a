"""Tokens that cannot be shown by accident: not by print, a log, an error, a traceback or a debugger."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote_plus

_HIDDEN = "***"
# Moodle's have 32, those of Open edX 30. Less would stand by chance in any answer, from which a token is taken out.
_SHORTEST = 8


class _Hidden:
    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if len(value) < _SHORTEST:
            raise ValueError("A token has 30 characters or more; this one is far too short.")
        self._value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_HIDDEN})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not written down.")

    def hide_in(self, body: bytes) -> bytes:
        """A text without the token, wherever it stands there: some sites quote what they were sent."""
        return body.replace(self._value.encode(), _HIDDEN.encode())


class Secret(_Hidden):
    """Holds a token of Moodle, and gives it to nobody but the body of a request."""

    __slots__ = ()

    def body(self, form: bytes) -> Body:
        """The body of a request: a form with the token before it."""
        return Body(b"wstoken=" + quote_plus(self._value).encode() + b"&" + form)


class OpenEdxSecret(_Hidden):
    """Holds what opens an Open edX: an access token, or the id and the secret of an application ("id:secret")."""

    __slots__ = ()

    @property
    def is_application(self) -> bool:
        """Whether it is an application's, for which the LMS gives an access token."""
        return ":" in self._value

    def form(self) -> Body:
        """The body of the request for an access token (OAuth 2, client credentials)."""
        name, _colon, secret = self._value.partition(":")
        fields = {"client_id": name, "client_secret": secret, "grant_type": "client_credentials"}
        form = "&".join(f"{field}={quote_plus(value)}" for field, value in fields.items())
        return Body(f"{form}&token_type=bearer".encode())

    def headers(self) -> dict[str, str]:
        """The header of a request that shows the access token; one of three parts is a JWT, which goes by that name."""
        kind = "JWT" if self._value.count(".") == 2 else "Bearer"
        return {"Authorization": _Header(f"{kind} {self._value}")}

    def hide_in(self, body: bytes) -> bytes:
        """The secret of an application is taken out where it stands alone, too; its id is none."""
        secret = self._value.rpartition(":")[2]
        return super().hide_in(body).replace(secret.encode(), _HIDDEN.encode())


class Body(bytes):
    """The body of a request, which holds a token: it travels as any bytes do, and shows only its size."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"

    __str__ = __repr__


class _Header(str):
    """A header that holds a token: it travels as any text does, and shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_HIDDEN)
