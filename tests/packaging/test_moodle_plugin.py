"""The companion plugin for Moodle, as far as it can be looked at without a Moodle: the zip, and what each file says.

Its own tests (PHPUnit) run within a Moodle; the plugin's README says how.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "moodle_bridge" / "plugin" / "local_microunits"
PHP_FILES = sorted(PLUGIN.rglob("*.php"))
MESSAGE = re.compile(r"^\$string\['([^']+)'\] = '((?:[^'\\]|\\.)*)';$", re.MULTILINE)


def packed(target: Path) -> zipfile.ZipFile:
    subprocess.run([sys.executable, ROOT / "tools" / "plugin", target], check=True, capture_output=True)
    return zipfile.ZipFile(target)


def messages(language: str) -> dict[str, str]:
    return dict(MESSAGE.findall((PLUGIN / "lang" / language / "local_microunits.php").read_text()))


def test_the_zip_is_one_folder_with_what_moodle_looks_for(tmp_path: Path) -> None:
    names = packed(tmp_path / "plugin.zip").namelist()
    assert {name.split("/")[0] for name in names} == {"microunits"}
    assert {"microunits/version.php", "microunits/db/install.xml"} <= {*names}


def test_the_same_sources_make_the_same_zip(tmp_path: Path) -> None:
    packed(tmp_path / "one.zip")
    packed(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_english_and_dutch_say_the_same() -> None:
    english, dutch = messages("en"), messages("nl")
    assert english.keys() == dutch.keys()
    assert list(english) == sorted(english)
    for key in english:
        assert english[key].count("{$a}") == dutch[key].count("{$a}"), key


@pytest.mark.parametrize("path", PHP_FILES, ids=lambda path: str(path.relative_to(PLUGIN)))
def test_a_file_says_its_licence_and_stays_short(path: Path) -> None:
    text = path.read_text()
    assert "GNU General Public License" in text
    assert "@license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later" in text
    assert len(text.splitlines()) <= 480


def test_every_external_function_has_its_class() -> None:
    declared = re.findall(r"local_microunits\\external\\(\w+)::class", (PLUGIN / "db" / "services.php").read_text())
    classes = {path.stem for path in (PLUGIN / "classes" / "external").glob("*.php")} - {"course_function"}
    assert {*declared} == classes


@pytest.mark.needs("php")
def test_php_can_read_every_file() -> None:
    for path in PHP_FILES:
        subprocess.run(["php", "-l", path], check=True, capture_output=True)
