"""The badges of a course as OLX, the platform's XML, and back: readable, in a stable order, with clean diffs in git.

    <badges url_name="badges" display_name="Badges">
      <badge id="steady" name="Keeps going" minutes="60" months="24">
        <description>Comes back, week after week.</description>
        <design shape="star" letters="KG" ground="#0f766e"/>
        <all>
          <completed blocks="microquiz@sender microquiz@links"/>
          <weeks weeks="4" rest="1"/>
        </all>
        <tag>phishing</tag>
        <alignment name="NIST SP 800-50" url="https://csrc.nist.gov/pubs/sp/800/50/final"/>
      </badge>
    </badges>

- What has to be done is one element, named by its kind; groups (`all`, `any`, `some`) hold others.
- A block is named by its type and its url_name, so that a copy of the course has badges that work.
- A short fact is an attribute, a text is an element; what has its default value is left out.
- Markup in a text stands in CDATA (or escaped), never as elements, so that no pretty printer can move a blank in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from lxml import etree

from xblocks.badges import definition
from xblocks.badges.criteria import KINDS
from xblocks.badges.definition import Badge
from xblocks.badges.picture import Design
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text

OPTION_NAMESPACE = "http://code.edx.org/xblock/option"
_TEXTS = ("description", "narrative")
_ATTRIBUTES = ("image",)
_NUMBERS = ("minutes", "months")
_WHOLE_NUMBERS = frozenset({"number", "days", "weeks", "rest"})
MAX_DEPTH = 8


def write(node: etree._Element, badges: tuple[Badge, ...]) -> None:
    """Add badges to an (empty) `<badges>` node."""
    for badge in badges:
        raw = definition.encode(badge)
        child = etree.SubElement(node, "badge")
        for name in ("id", "name", *_ATTRIBUTES, *_NUMBERS):
            if name in raw:
                child.set(name, str(raw[name]))
        for name in _TEXTS:
            if name in raw:
                _set_text(etree.SubElement(child, name), raw[name])
        if "design" in raw:
            design = etree.SubElement(child, "design")
            own = [one for one in fields(Design) if getattr(badge.design, one.name) != one.default]
            for field in own:
                design.set(field.name, raw["design"][field.name])
        _write_criterion(child, raw["criterion"])
        for tag in raw.get("tags", ()):
            etree.SubElement(child, "tag").text = tag
        for alignment in raw.get("alignments", ()):
            etree.SubElement(child, "alignment", **alignment)


def _write_criterion(parent: etree._Element, raw: dict[str, Any]) -> None:
    node = etree.SubElement(parent, raw["kind"])
    defaults = {field.name: field.default for field in fields(KINDS[raw["kind"]])}
    for name, value in raw.items():
        if name == "parts":
            for part in value:
                _write_criterion(node, part)
        elif name == "blocks":
            if value:
                node.set(name, " ".join(value))
        elif name != "kind" and value != defaults[name]:
            node.set(name, str(value))


def _set_text(node: etree._Element, text: str) -> None:
    # A text with markup stands in CDATA, which cannot hold its own end.
    is_markup = any(one in text for one in "<&") and "]]>" not in text
    node.text = etree.CDATA(text) if is_markup else text


def read(node: etree._Element) -> tuple[Badge, ...]:
    """The badges in a `<badges>` node that was already parsed; its own attributes are left to the caller.

    Raises:
        ContentError: with every problem found. A path is the place of the badge, its field, and after a colon the line.
    """
    problems: list[Problem] = []
    raw, lines = [], []
    for child in _elements(node):
        if child.tag != "badge":
            problems.append(_unknown(child))
            continue
        raw.append(_read_badge(child, problems))
        lines.append(child.sourceline)
    try:
        badges = definition.decode_all(raw)
    except ContentError as error:
        problems += [_at_line(problem, lines) for problem in error.problems]
    if problems:
        raise ContentError(tuple(problems))
    return badges


def _read_badge(node: etree._Element, problems: list[Problem]) -> dict[str, Any]:
    raw: dict[str, Any] = {
        name: _whole(value) if name in _NUMBERS else value for name, value in _attributes(node).items()
    }
    for child in _elements(node):
        match child.tag:
            case "description" | "narrative":
                raw[child.tag] = _text(child)
                problems.extend(map(_markup, _elements(child)))
            case "design":
                raw["design"] = _attributes(child)
            case "tag":
                raw.setdefault("tags", []).append(_text(child))
            case "alignment":
                raw.setdefault("alignments", []).append(_attributes(child))
            case tag if tag in KINDS and "criterion" not in raw:
                raw["criterion"] = _read_criterion(child, problems, 1)
            case tag if tag in KINDS:
                message = N_("A badge has one thing to do; put several into <all>, <any> or <some>.")
                problems.append(Problem(f"{child.tag}:{child.sourceline}", message))
            case _:
                problems.append(_unknown(child))
    return raw


def _read_criterion(node: etree._Element, problems: list[Problem], depth: int) -> dict[str, Any]:
    raw: dict[str, Any] = {"kind": node.tag}
    for name, value in _attributes(node).items():
        if name == "blocks":
            raw[name] = value.split()
        elif name in _WHOLE_NUMBERS:
            raw[name] = _whole(value)
        else:
            raw[name] = _number(value) if name == "least" else value
    known = {field.name for field in fields(KINDS[node.tag])}
    children = list(_elements(node))
    if "parts" in known and depth <= MAX_DEPTH:
        raw["parts"] = []
        for child in children:
            if child.tag in KINDS:
                raw["parts"].append(_read_criterion(child, problems, depth + 1))
            else:
                problems.append(_unknown(child))
    else:
        problems.extend(map(_unknown, children))
    return raw


def _whole(text: str) -> Any:
    """A whole number; what is none stays as it is, and is then refused where it stands."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _unknown(node: etree._Element) -> Problem:
    return Problem(
        f"{node.tag}:{node.sourceline}", N_("<%(name)s> is not known here; remove it."), {"name": str(node.tag)[:64]}
    )


def _markup(node: etree._Element) -> Problem:
    """Elements within a text would be lost, and a pretty printer moves the blanks in them."""
    message = N_("Markup such as <%(name)s> goes into <![CDATA[ … ]]>, together with the text around it.")
    return Problem(f"{node.tag}:{node.sourceline}", message, {"name": str(node.tag)[:64]})


def _at_line(problem: Problem, lines: list[Any]) -> Problem:
    place = problem.path.partition("/")[0]
    line = lines[int(place)] if place.isdigit() and int(place) < len(lines) else None
    return Problem(f"badge/{problem.path}:{line}" if line else problem.path, problem.message, problem.params)


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    """Child elements, but for comments and what XBlock writes itself."""
    for child in node.iterchildren(tag=etree.Element):
        if not child.tag.startswith(f"{{{OPTION_NAMESPACE}}}"):
            yield child


def _attributes(node: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


def _text(node: etree._Element) -> str:
    return clean_text((node.text or "") + "".join(child.tail or "" for child in node))
