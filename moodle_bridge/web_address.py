"""Addresses of web servers: what they are made of, and whether something secret may be sent there."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


def parts_of(address: str) -> SplitResult | None:
    """The parts of an http or https address; None: it is none."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def has_more(parts: SplitResult) -> bool:
    """Whether something stands before an @ or after a ? or #, where secrets are put."""
    return bool(parts.username or parts.password or parts.query or parts.fragment)


def origin(parts: SplitResult) -> str:
    """Scheme, host and port, in one form."""
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{parts.port}' if parts.port else ''}"


def is_loopback(parts: SplitResult) -> bool:
    """Whether it is this very machine."""
    return bool(_LOOPBACK.fullmatch(parts.hostname or ""))


def is_safe(parts: SplitResult) -> bool:
    """Whether nobody on the way can read what is sent there."""
    return parts.scheme == "https" or is_loopback(parts)
