"""An export on this machine: a folder or an archive, read without following it anywhere."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from moodle_bridge import exports
from moodle_bridge.carrying import carried_course
from moodle_bridge.errors import ConfigurationError
from moodle_bridge.olx_course import read
from tests.moodle_bridge.exported import EXPORT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in EXPORT.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def archive(path: Path, members: dict[str, bytes], link: str = "") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("course/static/link.png")
            info.type, info.linkname = tarfile.SYMTYPE, link
            tar.addfile(info)
    return path


def packed(folder: Path) -> Path:
    members = {f"course/{name}": text.encode() if isinstance(text, str) else text for name, text in EXPORT.items()}
    return archive(folder / "course.tar.gz", members, link="/etc/passwd")


@pytest.mark.parametrize("kind", ["inner folder", "folder", "archive"])
def test_a_course_is_the_same_from_a_folder_and_from_an_archive(folder: Path, kind: str) -> None:
    source = {"inner folder": folder / "course", "folder": folder, "archive": packed(folder)}[kind]
    with exports.opened(source) as export:
        course = carried_course(read(export.read), export.find, export.content)
        quiz = next(component for _section, component in course.placed())
        assert [file.name for file in quiz.files] == ["mail.png", "box/mail two.png"]
        assert [export.content(file) for file in quiz.files] == [b"png", b"another"]
        assert quiz.files[0].sha256 == hashlib.sha256(b"png").hexdigest()
        assert (quiz.files[0].mimetype, quiz.files[0].size) == ("image/png", 3)
        assert export.read("none.xml") is None
        assert export.find("link.png") is None


def test_links_that_lead_out_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_text("secret")
    (folder / "course" / "chapter" / "out.xml").symlink_to(tmp_path / "secret.xml")
    (folder / "course" / "static" / "out.png").symlink_to(tmp_path / "secret.xml")
    with exports.opened(folder) as export:
        assert export.read("chapter/out.xml") is None
        assert export.read("../secret.xml") is None
        assert export.find("out.png") is None


def test_what_is_no_export_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal(source: Path) -> str:
        with pytest.raises(ConfigurationError) as refused, exports.opened(source):
            pass
        return str(refused.value)

    assert "Give the path of an export" in refusal(tmp_path / "none")
    assert "There is no course.xml" in refusal(tmp_path)
    (tmp_path / "text.tar.gz").write_text("no archive")
    assert "cannot be unpacked" in refusal(tmp_path / "text.tar.gz")
    assert "outside its own folder" in refusal(archive(tmp_path / "a.tar.gz", {"../../etc/x": b"x"}))
    assert "outside its own folder" in refusal(archive(tmp_path / "b.tar.gz", {"/etc/x": b"x"}))
    monkeypatch.setattr(exports, "MOST_BYTES", 2)
    assert "larger than any course" in refusal(archive(tmp_path / "c.tar.gz", {"course.xml": b"<course/>"}))


def test_a_text_that_is_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LARGEST_TEXT", 10)
    with exports.opened(folder) as export:
        assert export.read("course.xml") is None
