"""A credential in a PNG: an iTXt chunk with the keyword `openbadgecredential` (Open Badges 3.0, section 5.3.1).

Chunks are walked by their lengths, and nothing is unpacked but a picture that is about to be baked, once its size is
known. The chunk is not compressed and stands once, right behind the header, so that readers find it without the rest.

Source: W3C "Portable Network Graphics (PNG) Specification", third edition, sections 5.3 and 11.3.3.4.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from xblocks.badges.credential_errors import PictureRefusedError
from xblocks.base.problems import N_

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLD_KEYWORD = b"openbadges"

MAX_BYTES = 5 * 1024 * 1024
# 16 million points are 64 MB unpacked.
MAX_PIXELS = 16_000_000
MAX_CHUNKS = 20_000
MAX_TEXT = 512 * 1024

DAMAGED = N_("This picture is damaged: it is not a PNG from beginning to end.")
TOO_LARGE = N_("This picture is too large. Choose one of at most %(most)d MB and 4000 by 4000 points.")
NOTHING_BAKED = N_("There is no badge in this picture. Ask for the file itself; a screenshot of a badge has none.")
SEVERAL = N_("There is more than one badge in this picture, and only one may be.")
NOT_AS_ASKED = N_("The badge in this picture is not written as the standard asks.")
OLD = N_("This picture holds a badge of an older kind (Open Badges 2), which cannot be checked here.")


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    data: bytes


def is_png(data: bytes) -> bool:
    """Whether it begins as a PNG."""
    return data.startswith(SIGNATURE)


def cleaned(picture: bytes) -> bytes:
    """A picture without a credential in it, and without what stands behind its end.

    Raises:
        PictureRefusedError: when the picture is no whole PNG, or too large.
    """
    chunks = list(_chunks(picture))
    _refuse_unseen(picture)
    return SIGNATURE + b"".join(_written(chunk) for chunk in chunks if not _is_credential(chunk))


def baked(picture: bytes, text: str) -> bytes:
    """A picture with a credential (a JWT, or JSON with a proof) in it; one that was in it before is replaced.

    Raises:
        PictureRefusedError: when the picture is no whole PNG, or too large.
    """
    chunks = list(_chunks(picture))
    _refuse_unseen(picture)
    body = KEYWORD + b"\0\0\0\0\0" + text.encode()
    kept = [chunk for chunk in chunks if not _is_credential(chunk)]
    return SIGNATURE + b"".join(map(_written, [kept[0], _Chunk(b"iTXt", body), *kept[1:]]))


def unbaked(picture: bytes) -> str:
    """The credential in a picture, letter by letter as it was baked.

    Raises:
        PictureRefusedError: when there is none, or several, or it is not written as the specification says.
    """
    chunks = list(_chunks(picture))
    found = [chunk.data for chunk in chunks if _is_credential(chunk)]
    if not found:
        old = any(chunk.kind in {b"iTXt", b"tEXt"} and chunk.data.startswith(OLD_KEYWORD + b"\0") for chunk in chunks)
        raise PictureRefusedError(OLD if old else NOTHING_BAKED)
    if len(found) > 1:
        raise PictureRefusedError(SEVERAL)
    return _text(found[0])


def _text(data: bytes) -> str:
    flags, rest = data[len(KEYWORD) + 1 :][:2], data[len(KEYWORD) + 3 :]
    _language, has_language, rest = rest.partition(b"\0")
    _keyword, has_keyword, text = rest.partition(b"\0")
    if flags != b"\0\0" or not has_language or not has_keyword or len(text) > MAX_TEXT:
        raise PictureRefusedError(NOT_AS_ASKED)
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise PictureRefusedError(NOT_AS_ASKED) from None


def _is_credential(chunk: _Chunk) -> bool:
    return chunk.kind == b"iTXt" and chunk.data.startswith(KEYWORD + b"\0")


def _chunks(picture: bytes) -> Iterator[_Chunk]:
    """Every chunk up to IEND, with lengths, order and checksums checked."""
    if len(picture) > MAX_BYTES:
        raise PictureRefusedError(TOO_LARGE, most=MAX_BYTES // 1024 // 1024)
    if not is_png(picture):
        raise PictureRefusedError(DAMAGED)
    place = len(SIGNATURE)
    for count in range(MAX_CHUNKS):
        length, kind = struct.unpack_from(">I4s", picture.ljust(place + 8, b"\0"), place)
        data = picture[place + 8 : place + 8 + length]
        checksum = picture[place + 8 + length : place + 12 + length]
        if len(checksum) != 4 or int.from_bytes(checksum, "big") != zlib.crc32(kind + data):
            raise PictureRefusedError(DAMAGED)
        if count == 0:
            _refuse_header(kind, data)
        yield _Chunk(kind, data)
        if kind == b"IEND":
            return
        place += 12 + length
    raise PictureRefusedError(DAMAGED)


def _refuse_header(kind: bytes, data: bytes) -> None:
    if kind != b"IHDR" or len(data) != 13:
        raise PictureRefusedError(DAMAGED)
    width, height = struct.unpack_from(">II", data)
    if not width or not height:
        raise PictureRefusedError(DAMAGED)
    if width * height > MAX_PIXELS:
        raise PictureRefusedError(TOO_LARGE, most=MAX_BYTES // 1024 // 1024)


def _refuse_unseen(picture: bytes) -> None:
    """A picture that cannot be shown is not baked. Its size is known to be bearable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(picture), formats=["PNG"]) as image:
                image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PictureRefusedError(DAMAGED) from None


def _written(chunk: _Chunk) -> bytes:
    checksum = zlib.crc32(chunk.kind + chunk.data)
    return struct.pack(">I4s", len(chunk.data), chunk.kind) + chunk.data + struct.pack(">I", checksum)
