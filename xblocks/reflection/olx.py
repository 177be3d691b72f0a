"""A reflection as OLX, the platform's XML, and back: readable, in a stable order, with clean diffs in git.

    <reflection url_name="first-week" display_name="Your first week" framework="starr" least_words="50"
                commitment="optional" revisit_weeks="4" recalls="kick-off">
      <introduction>Think of <em>one</em> moment.</introduction>
      <prompt id="moment" help="Where were you?">Which moment?</prompt>
    </reflection>

- Without a `prompt` the questions are the framework's own, in the reader's language.
- A short fact is an attribute, a text is an element; what has its default value is left out.
- `recalls` names other reflections of the course by their url_name.
- `coach`, `group` and `buddy` say whom learners may let in; by default their coach and their buddy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.reflection.definition import Design, decode, encode

OPTION_NAMESPACE = "http://code.edx.org/xblock/option"
NUMBERS = ("least_words", "most_words", "revisit_weeks")
SWITCHES = ("coach", "group", "buddy", "scored")
LISTS = ("recalls",)
ATTRIBUTES = ("framework", *NUMBERS, "commitment", *LISTS, *SWITCHES)
"""The attributes that are ours, in their order."""


def write(node: etree._Element, design: Design) -> None:
    """Add a design to an (empty) `<reflection>` node."""
    raw = encode(design)
    for name in ATTRIBUTES:
        if name in raw:
            node.set(name, _written(raw[name]))
    if "introduction" in raw:
        _set_text(etree.SubElement(node, "introduction"), raw["introduction"])
    for prompt in raw.get("prompts", ()):
        child = etree.SubElement(node, "prompt", id=prompt["id"])
        if prompt["help"]:
            child.set("help", prompt["help"])
        child.text = prompt["label"]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


def _set_text(node: etree._Element, text: str) -> None:
    # A text with markup stands in CDATA, which cannot hold its own end.
    is_markup = any(one in text for one in "<&") and "]]>" not in text
    node.text = etree.CDATA(text) if is_markup else text


def read(node: etree._Element) -> Design:
    """The design in a `<reflection>` node that was already parsed; attributes that are not ours are left to the caller.

    Raises:
        ContentError: with every problem found; a path is the attribute or "element:line".
    """
    problems: list[Problem] = []
    raw: dict[str, Any] = {}
    for name in ATTRIBUTES:
        if node.get(name) is not None:
            raw[name] = _value(name, str(node.get(name)))
    lines: list[Any] = []
    for child in _elements(node):
        if child.tag == "introduction" and "introduction" not in raw:
            raw["introduction"] = _text(child)
        elif child.tag == "prompt":
            attributes = {str(name): str(value) for name, value in child.attrib.items()}
            raw.setdefault("prompts", []).append({"label": _text(child), **attributes})
            lines.append(child.sourceline)
        else:
            message = N_("<%(name)s> is not known here; remove it.")
            problems.append(Problem(f"{child.tag}:{child.sourceline}", message, {"name": str(child.tag)[:64]}))
    try:
        design = decode(raw)
    except ContentError as error:
        problems += [_at_line(problem, lines) for problem in error.problems]
    if problems:
        raise ContentError(tuple(problems))
    return design


def _value(name: str, text: str) -> Any:
    """As the field holds it; what cannot be read so stays as it is, and is then refused where it stands."""
    if name in NUMBERS:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    if name in SWITCHES:
        return text == "true" if text in ("true", "false") else text
    return text.split() if name in LISTS else text


def _at_line(problem: Problem, lines: list[Any]) -> Problem:
    parts = problem.path.split("/")
    if parts[0] == "prompts" and len(parts) > 1:
        return Problem(f"{problem.path}:{lines[int(parts[1])]}", problem.message, problem.params)
    return problem


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    """Child elements, but for comments and what XBlock writes itself."""
    for child in node.iterchildren(tag=etree.Element):
        if not child.tag.startswith(f"{{{OPTION_NAMESPACE}}}"):
            yield child


def _text(node: etree._Element) -> str:
    return clean_text((node.text or "") + "".join(child.tail or "" for child in node))
