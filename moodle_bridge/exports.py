"""An export of Open edX on this machine: a folder, or the archive that Studio gives, and the files in it."""

from __future__ import annotations

import hashlib
import mimetypes
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from moodle_bridge.components import File
from moodle_bridge.errors import ConfigurationError
from xblocks.base.problems import N_

MOST_FILES = 100_000
MOST_BYTES = 4 * 1024**3
LARGEST_TEXT = 20 * 1024**2
"""Bytes of a file that is read as a whole (XML, markup)."""

_BLOCK = 1 << 20


class Export:
    """A folder with a course.xml in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of the course; None: there is none."""
        found = self._inside(path)
        if found is None or found.stat().st_size > LARGEST_TEXT:
            return None
        return found.read_bytes()

    def find(self, name: str) -> File | None:
        """A file of the course's own (static/), by its name, or by the name that Studio keeps it under."""
        return self._files.get(name) or self._files.get(name.replace("/", "_"))

    def content(self, file: File) -> bytes:
        """The bytes of such a file."""
        found = self._inside(f"static/{file.name}")
        assert found is not None, file.name
        return found.read_bytes()

    @cached_property
    def _files(self) -> dict[str, File]:
        """Those of static/, by name. Their bytes are read once, block by block."""
        static = self._folder / "static"
        found = sorted(path for path in static.rglob("*") if path.is_file() and self._is_inside(path))
        return {file.name: file for file in (_file(path, static) for path in found)}

    def _inside(self, path: str) -> Path | None:
        found = self._folder / path
        return found if found.is_file() and self._is_inside(found) else None

    def _is_inside(self, path: Path) -> bool:
        """Links that lead out of the export are not followed."""
        return path.resolve().is_relative_to(self._folder)


def _file(path: Path, static: Path) -> File:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return File(
        name=path.relative_to(static).as_posix(),
        sha256=digest.hexdigest(),
        mimetype=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        size=path.stat().st_size,
    )


@contextmanager
def opened(source: Path) -> Iterator[Export]:
    """The export in a folder or an archive; what an archive holds is gone again afterwards.

    Raises:
        ConfigurationError: there is no course in it, or it is no archive that can be trusted.
    """
    if source.is_dir():
        yield Export(_root(source, source))
    elif source.is_file():
        with source.open("rb") as archive, unpacked(archive, str(source)) as export:
            yield export
    else:
        raise ConfigurationError(
            N_("There is no folder or archive %(source)s. Give the path of an export of Open edX."), source=source
        )


@contextmanager
def unpacked(archive: BinaryIO, source: str) -> Iterator[Export]:
    """The export in an archive; what it holds is gone again afterwards. Raises ConfigurationError, as above.

    Args:
        source: what people know it by.
    """
    with tempfile.TemporaryDirectory(prefix="moodle-bridge-") as folder:
        _unpack(archive, source, Path(folder))
        yield Export(_root(Path(folder), source))


def _root(folder: Path, source: Path | str) -> Path:
    """Where course.xml is: in the folder itself, or in the only folder in it (an archive has `course/`)."""
    for candidate in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (candidate / "course.xml").is_file():
            return candidate
    raise ConfigurationError(
        N_("There is no course.xml in %(source)s. Export the course in Studio (Tools > Export) anew."), source=source
    )


def _unpack(archive: BinaryIO, source: str, folder: Path) -> None:
    """Plain files only, and none of them outside the folder; bounded, as an archive may be anybody's."""
    left = MOST_BYTES
    try:
        with tarfile.open(fileobj=archive, mode="r:*") as tar:
            for number, member in enumerate(tar):
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts:
                    raise ConfigurationError(
                        N_("%(source)s has a file outside its own folder: %(file)s."),
                        source=source,
                        file=member.name[:80],
                    )
                left -= member.size if member.isfile() else 0
                if number >= MOST_FILES or left < 0:
                    raise ConfigurationError(
                        N_("%(source)s is larger than any course: over %(files)d files or %(size)d GB."),
                        source=source,
                        files=MOST_FILES,
                        size=MOST_BYTES >> 30,
                    )
                if member.isfile():
                    _write(tar, member, folder / path)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ConfigurationError(
            N_("%(source)s cannot be unpacked: %(why)s. Export the course in Studio anew."), source=source, why=error
        ) from error


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = tar.extractfile(member)
    assert stream is not None
    with stream, path.open("wb") as file:
        while block := stream.read(_BLOCK):
            file.write(block)
