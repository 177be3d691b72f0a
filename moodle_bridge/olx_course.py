"""A course as Open edX exports it: a tree of small XML files, read into chapters with their blocks.

The rules are those of the platform's exporter: an element with nothing but a `url_name` points to the file
`<tag>/<url_name>.xml`; a block of ours stands whole within its unit; pages of text have their markup in a file beside
their element. What a chapter, subsection or unit says of dates and visibility holds for what lies in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.microquiz.safe_xml import parse

Read = Callable[[str], bytes | None]
"""The bytes of a file of the export by its path ("chapter/one.xml"); None: there is none."""

DEEPEST = 8
CONTAINERS = frozenset({"chapter", "sequential", "vertical", "wrapper", "split_test", "conditional", "library_content"})

_NO_COURSE = N_("There is no course.xml here; give the folder or the archive that Open edX exported.")
_NO_FILE = N_("%(path)s is missing from the export.")
_UNREADABLE = N_("%(path)s cannot be read: %(problem)s")
_TOO_DEEP = N_("%(path)s is nested too deeply for a course.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What a block has from what it lies in.

    Attributes:
        start, due: UTC; None: not set.
        is_hidden: only the course team sees it.
        graded: it counts for the course's grade.
    """

    start: datetime | None = None
    due: datetime | None = None
    is_hidden: bool = False
    graded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block that is no container.

    Attributes:
        element: its whole element; for a page of text the markup is in `markup`.
    """

    type: str
    usage_key: str
    title: str
    element: etree._Element
    inherited: Inherited = Inherited()
    markup: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter with the blocks of all its units, in their order."""

    usage_key: str
    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A course with its chapters; `problems` names what could not be read, each with its file as path."""

    key: str
    title: str
    language: str = "en"
    chapters: tuple[Chapter, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(files: Read) -> Outline:
    """The outline of an export.

    Raises:
        ContentError: there is no course in it at all.
    """
    pointer = files("course.xml")
    if pointer is None:
        raise ContentError((Problem("course.xml", _NO_COURSE),))
    root = parse(pointer)
    reading = _Reading(files, f"{root.get('org', '')}+{root.get('course', '')}+{root.get('url_name', '')}")
    course = reading.whole(root)
    if course is None:
        raise ContentError(tuple(reading.problems))
    policy = reading.policy(root.get("url_name", ""))
    inherited = _inherited(course, Inherited())
    chapters = tuple(reading.chapter(node, inherited) for node in reading.children(course, "chapter"))
    return Outline(
        key=f"course-v1:{reading.course}",
        title=str(course.get("display_name") or policy.get("display_name") or reading.course),
        language=str(course.get("language") or policy.get("language") or "en").strip('"'),
        chapters=chapters,
        problems=tuple(reading.problems),
    )


@dataclass
class _Reading:
    files: Read
    course: str
    problems: list[Problem] = field(default_factory=list)

    def policy(self, run: str) -> dict[str, object]:
        """What the export keeps of the course beside its XML."""
        raw = self.files(f"policies/{run}/policy.json")
        try:
            found = json.loads(raw or b"{}").get(f"course/{run}", {})
        except (ValueError, AttributeError):
            return {}
        return found if isinstance(found, dict) else {}

    def children(self, node: etree._Element, tag: str) -> Iterator[etree._Element]:
        for child in node.iterchildren(tag):
            whole = self.whole(child)
            if whole is not None:
                yield whole

    def whole(self, node: etree._Element) -> etree._Element | None:
        """The element that a pointer stands for; itself when it is none. A file that cannot be read is a problem."""
        name = node.get("url_name", "")
        if len(node) or not name or set(map(str, node.attrib)) - {"url_name", "org", "course"}:
            return node
        path = f"{node.tag}/{name.replace(':', '/')}.xml"
        raw = self.files(path)
        if raw is None:
            if node.tag in CONTAINERS | {"course", "html"}:
                self.problems.append(Problem(path, _NO_FILE, {"path": path}))
                return None
            return node
        try:
            found = parse(raw)
        except ContentError as error:
            params = {"path": path, "problem": error.problems[0].sentence()}
            self.problems.append(Problem(path, _UNREADABLE, params))
            return None
        found.set("url_name", name)
        return found

    def chapter(self, node: etree._Element, inherited: Inherited) -> Chapter:
        key = self.usage_key(node)
        return Chapter(
            usage_key=key,
            title=node.get("display_name", "") or node.get("url_name", ""),
            blocks=tuple(self.blocks(node, _inherited(node, inherited), 0)),
        )

    def blocks(self, container: etree._Element, inherited: Inherited, depth: int) -> Iterator[Block]:
        if depth > DEEPEST:
            self.problems.append(Problem(str(container.tag), _TOO_DEEP, {"path": str(container.tag)}))
            return
        for child in container.iterchildren("*"):
            node = self.whole(child)
            if node is None:
                continue
            if node.tag in CONTAINERS:
                yield from self.blocks(node, _inherited(node, inherited), depth + 1)
            else:
                yield self.block(node, _inherited(node, inherited))

    def block(self, node: etree._Element, inherited: Inherited) -> Block:
        markup = ""
        if node.tag == "html":
            markup = self.markup(node)
        return Block(
            type=str(node.tag),
            usage_key=self.usage_key(node),
            title=node.get("display_name", ""),
            element=node,
            inherited=inherited,
            markup=markup,
        )

    def markup(self, node: etree._Element) -> str:
        """The text of a page: in a file beside it, or within its element."""
        name = node.get("filename", "")
        if not name:
            return (node.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in node)
        path = f"html/{name}.html"
        raw = self.files(path)
        if raw is None:
            self.problems.append(Problem(path, _NO_FILE, {"path": path}))
            return ""
        return raw.decode("utf-8", errors="replace")

    def usage_key(self, node: etree._Element) -> str:
        return f"block-v1:{self.course}+type@{node.tag}+block@{node.get('url_name', '')}"


def _inherited(node: etree._Element, above: Inherited) -> Inherited:
    return replace(
        above,
        start=_moment(node.get("start")) or above.start,
        due=_moment(node.get("due")) or above.due,
        is_hidden=above.is_hidden or _flag(node.get("visible_to_staff_only")),
        graded=_flag(node.get("graded")) if node.get("graded") is not None else above.graded,
    )


def _flag(text: str | None) -> bool:
    return (text or "").strip('"').lower() == "true"


def _moment(text: str | None) -> datetime | None:
    """A date of the export: ISO 8601, perhaps in quotes; what is none is as good as not set."""
    try:
        moment = datetime.fromisoformat((text or "").strip('"'))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
