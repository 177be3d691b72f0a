"""Which database the devstack uses: SQLite in the data folder, or the one that a URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ENGINES = {
    "mysql": "django.db.backends.mysql",
    "postgresql": "django.db.backends.postgresql",
}


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite in a file; see `devstack.sqlite` for what is different from Django's own."""
    return {"ENGINE": "devstack.sqlite", "NAME": str(path)}


def from_url(url: str) -> dict[str, Any]:
    """Django's description of the database at mysql://user:password@host:port/name?unix_socket=/path.

    Raises:
        ValueError: when the URL names no database that we know.
    """
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if parts.scheme not in ENGINES or not name:
        raise ValueError(
            f"MICROUNITS_DATABASE_URL should look like mysql://user:password@127.0.0.1:3306/name, not like {url!r}."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if parts.scheme == "mysql":
        options.setdefault("charset", "utf8mb4")
    return {
        "ENGINE": ENGINES[parts.scheme],
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
