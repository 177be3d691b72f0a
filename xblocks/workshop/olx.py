"""A workshop as OLX, the platform's XML, and back: readable, in a stable order, with clean diffs in git.

    <workshop url_name="phishing-day" display_name="Phishing in practice" completes="attended"
              reflection="reflection@day">
      <about>An afternoon with real mails.</about>
      <session id="thu" starts="2026-12-03T13:30" ends="2026-12-03T16:30" zone="Europe/Amsterdam"
               place="Room 2.14" facilitator="Fatima" seats="20"/>
      <session id="own" days="14" starts="10:00" ends="10:30" zone="Europe/Amsterdam"/>
      <item id="read" kind="read" title="Read the case" minutes="10" before="2d" url="/static/case.pdf"/>
      <item id="ask" kind="question" title="What do you want to ask?"><about>…</about></item>
      <reminder before="7d"/>
    </workshop>

A session without times is one whose date the team says later. Without reminders there are the usual ones; an element
<reminders none="true"/> stands for none at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.workshop import definition
from xblocks.workshop.plan import Plan

OPTION_NAMESPACE = "http://code.edx.org/xblock/option"
ATTRIBUTES = ("completes", "reflection")
_NUMBERS = frozenset({"seats", "days", "minutes"})


def write(node: etree._Element, plan: Plan) -> None:
    """Add a plan to an (empty) `<workshop>` node."""
    raw = definition.encode(plan)
    for name in ATTRIBUTES:
        if name in raw:
            node.set(name, raw[name])
    if "about" in raw:
        _set_text(etree.SubElement(node, "about"), raw["about"])
    for session in raw.get("sessions", ()):
        etree.SubElement(node, "session", {name: str(value) for name, value in session.items()})
    for item in raw.get("items", ()):
        child = etree.SubElement(node, "item")
        for name, value in item.items():
            if name != "about":
                child.set(name, str(value))
        if "about" in item:
            _set_text(etree.SubElement(child, "about"), item["about"])
    if raw.get("reminders") == []:
        etree.SubElement(node, "reminders", none="true")
    for reminder in raw.get("reminders", ()):
        etree.SubElement(node, "reminder", before=reminder)


def _set_text(node: etree._Element, text: str) -> None:
    # A text with markup stands in CDATA, which cannot hold its own end.
    is_markup = any(one in text for one in "<&") and "]]>" not in text
    node.text = etree.CDATA(text) if is_markup else text


def read(node: etree._Element) -> Plan:
    """The plan in a `<workshop>` node that was already parsed; its other attributes are left to the caller.

    Raises:
        ContentError: with every problem found. A path is the place of the field, and after a colon the line.
    """
    problems: list[Problem] = []
    lines: dict[str, Any] = {}
    raw: dict[str, Any] = {name: str(node.get(name)) for name in ATTRIBUTES if node.get(name)}
    for child in _elements(node):
        match child.tag:
            case "about":
                raw["about"] = _text(child)
            case "session":
                _add(raw, "sessions", _attributes(child), child, lines)
                problems.extend(map(_unknown, _elements(child)))
            case "item":
                _add(raw, "items", _item(child, problems), child, lines)
            case "reminder":
                raw.setdefault("reminders", []).append(child.get("before", ""))
            case "reminders" if child.get("none") == "true":
                raw.setdefault("reminders", [])
            case _:
                problems.append(_unknown(child))
    try:
        plan = definition.decode(raw)
    except ContentError as error:
        problems += [_at_line(problem, lines) for problem in error.problems]
    if problems:
        raise ContentError(tuple(problems))
    return plan


def _add(raw: dict[str, Any], name: str, value: Any, node: etree._Element, lines: dict[str, Any]) -> None:
    found = raw.setdefault(name, [])
    lines[f"{name}/{len(found)}"] = node.sourceline
    found.append(value)


def _item(node: etree._Element, problems: list[Problem]) -> dict[str, Any]:
    raw = _attributes(node)
    for child in _elements(node):
        if child.tag == "about":
            raw["about"] = _text(child)
        else:
            problems.append(_unknown(child))
    return raw


def _attributes(node: etree._Element) -> dict[str, Any]:
    return {str(name): _whole(str(value)) if name in _NUMBERS else str(value) for name, value in node.attrib.items()}


def _whole(text: str) -> Any:
    """A whole number; what is none stays as it is, and is then refused where it stands."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _unknown(node: etree._Element) -> Problem:
    return Problem(
        f"{node.tag}:{node.sourceline}", N_("<%(name)s> is not known here; remove it."), {"name": str(node.tag)[:64]}
    )


def _at_line(problem: Problem, lines: dict[str, Any]) -> Problem:
    place = "/".join(problem.path.split("/")[:2])
    line = lines.get(place)
    return Problem(f"{problem.path}:{line}" if line else problem.path, problem.message, problem.params)


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    """Child elements, but for comments and what XBlock writes itself."""
    for child in node.iterchildren(tag=etree.Element):
        if not child.tag.startswith(f"{{{OPTION_NAMESPACE}}}"):
            yield child


def _text(node: etree._Element) -> str:
    return clean_text((node.text or "") + "".join(child.tail or "" for child in node))
