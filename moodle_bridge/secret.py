"""A token that cannot be shown by accident: not by print, a log, an error, a traceback or a debugger."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote_plus

_HIDDEN = "***"
# Moodle's have 32. Less would stand by chance in any answer, from which a token is taken out.
_SHORTEST = 8


class Secret:
    """Holds a token, and gives it to nobody but the body of a request."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if len(value) < _SHORTEST:
            raise ValueError("A token of Moodle has 32 characters; this one is far too short.")
        self._value = value

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not written down.")

    def body(self, form: bytes) -> Body:
        """The body of a request: a form with the token before it."""
        return Body(b"wstoken=" + quote_plus(self._value).encode() + b"&" + form)

    def hide_in(self, body: bytes) -> bytes:
        """A text without the token, wherever it stands there: some sites quote what they were sent."""
        return body.replace(self._value.encode(), _HIDDEN.encode())


class Body(bytes):
    """The body of a request, which holds a token: it travels as any bytes do, and shows only its size."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"

    __str__ = __repr__
