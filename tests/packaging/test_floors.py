"""The import contracts of pyproject.toml name every module that they should."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == "pure")


def modules() -> list[str]:
    """Every module of a component, or of the bridge, that holds code."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted([*ROOT.glob("xblocks/*/**/*.py"), *ROOT.glob("moodle_bridge/**/*.py")])
        if path.name != "__init__.py"
    ]


def test_a_module_that_knows_no_platform_is_listed_as_pure(contract: dict[str, Any]) -> None:
    graph = grimp.build_graph("xblocks", "moodle_bridge", include_external_packages=True, cache_dir=None)
    platform = set(contract["forbidden_modules"])
    unlisted = [
        module
        for module in modules()
        if module not in contract["source_modules"] and platform.isdisjoint(graph.find_upstream_modules(module))
    ]
    assert not unlisted, f"Add these to the contract `pure` in pyproject.toml: {', '.join(unlisted)}"


def test_the_list_of_pure_modules_names_only_what_exists_and_is_sorted(contract: dict[str, Any]) -> None:
    assert set(contract["source_modules"]) <= set(modules())
    assert contract["source_modules"] == sorted(contract["source_modules"])
