"""Every module stands on a floor and in a room: pure, or one of the rooms whose names say what they may know."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The rooms of docs/decisions and of the README that may know Django, XBlock or the platform.
ROOMS = frozenset("api apps block data i18n management migrations models signals tasks urls views __init__".split())


def modules() -> list[str]:
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(ROOT.glob("xblocks/*/**/*.py"))]


def is_room(module: str) -> bool:
    """A room may be a module (views.py) or a folder of them (views/quiz.py)."""
    return not ROOMS.isdisjoint(module.split(".")[2:])


def pure_modules() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [module for contract in contracts if contract["id"] == "pure" for module in contract["source_modules"]]


def test_every_module_is_pure_or_one_of_the_rooms() -> None:
    homeless = [name for name in modules() if not is_room(name) and name not in pure_modules()]
    assert not homeless, (
        "Add these to the contract `pure` in pyproject.toml, or, if they must know the platform, to ROOMS here: "
        + ", ".join(homeless)
    )


def test_the_list_of_pure_modules_names_only_what_exists_and_is_sorted() -> None:
    listed = pure_modules()
    assert set(listed) <= set(modules())
    assert listed == sorted(listed)
