"""Blocks as OLX: into a unit, out of it, and over what stands there."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.db import transaction
from lxml import etree
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.plugin import PluginMissingError

from devstack.models import Completion, FieldState, Grade, Recorded, Unit, Usage
from devstack.people import Person
from devstack.runtime import StudioRuntime, studio_block
from xblocks.base.problems import N_, ContentError, Problem


def read(olx: str | bytes) -> Any:
    """The root element of a text in XML.

    Raises:
        ContentError: when it is not well-formed, or declares entities.
    """
    text = olx.encode() if isinstance(olx, str) else olx
    try:
        root = etree.fromstring(
            text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        message = N_("This is not well-formed XML: %(error)s.")
        raise ContentError((Problem("olx", message, {"error": str(error)}),)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ContentError((Problem("olx", N_("Remove the DOCTYPE and its entities; OLX needs none.")),))
    return root


@transaction.atomic
def add(node: Any, unit: Unit, user: Person) -> UsageKey:
    """Make the block of an element the last one of a unit.

    Raises:
        ContentError: when there is no such block type, or the name is taken, or the block refuses the content.
    """
    runtime = StudioRuntime(user, CourseKey.from_string(unit.course.key))
    usage_key: UsageKey = _parsed(node.tag, lambda: runtime._usage_id_from_node(node, None))
    Usage.objects.filter(usage_key=str(usage_key)).update(unit=unit, position=_next_position(unit))
    return usage_key


@transaction.atomic
def create(block_type: str, unit: Unit, user: Person) -> UsageKey:
    """A new block with nothing in it, the last one of a unit, as Studio's "add component" makes it.

    Raises:
        ContentError: when there is no such block type.
    """
    runtime = StudioRuntime(user, CourseKey.from_string(unit.course.key))
    definition = runtime.id_generator.create_definition(block_type)
    usage_key = runtime.id_generator.create_usage(definition)
    Usage.objects.filter(usage_key=str(usage_key)).update(unit=unit, position=_next_position(unit))
    _parsed(block_type, lambda: runtime.get_block(usage_key)).save()
    return usage_key


@transaction.atomic
def remove(usage_key: UsageKey) -> None:
    """Remove a block and everything that learners did in it."""
    usage = Usage.objects.get(usage_key=str(usage_key))
    _forget_authored(usage)
    for model in (Grade, Completion, Recorded):
        model.objects.filter(usage_key=str(usage_key)).delete()
    FieldState.objects.filter(block_id=str(usage_key)).delete()
    usage.delete()


@transaction.atomic
def replace(usage_key: UsageKey, node: Any, user: Person) -> None:
    """Put other content where a block stands; what learners did stays with it.

    Raises:
        ContentError: when the element is of another type, or the block refuses the content.
    """
    if node.tag != usage_key.block_type:
        message = N_("This block is a %(here)s; the file holds a %(there)s. Add that to the unit instead.")
        problem = Problem("olx", message, {"here": usage_key.block_type, "there": str(node.tag)})
        raise ContentError((problem,))
    usage = Usage.objects.get(usage_key=str(usage_key))
    _forget_authored(usage)
    runtime = StudioRuntime(user, usage_key.course_key)
    definition = runtime.id_reader.get_definition_id(usage_key)
    parent = UsageKey.from_string(usage.parent) if usage.parent else None
    node.attrib.pop("url_name", None)
    _parsed(node.tag, lambda: runtime.parse_into(node, usage_key, definition, parent))


def export(usage_key: UsageKey, user: Person) -> bytes:
    """A block as OLX, UTF-8."""
    block = studio_block(usage_key, user)
    target = BytesIO()
    block.runtime.export_to_xml(block, target)
    root = etree.fromstring(target.getvalue(), etree.XMLParser(remove_blank_text=False))
    for element in root.iter(etree.Element):
        element.attrib.pop("xblock-family", "")
    attributes = {"url_name": usage_key.block_id, **dict(root.attrib)}
    root.attrib.clear()
    root.attrib.update(attributes)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="utf-8", pretty_print=True))


def duplicate(usage_key: UsageKey, user: Person) -> UsageKey:
    """A copy of a block, after it in the same unit, under a name of its own.

    As in Studio the copy is told to the block by its `studio_post_duplicate` where it has one.
    """
    usage = Usage.objects.select_related("unit__course").get(usage_key=str(usage_key))
    node = read(export(usage_key, user))
    node.attrib.pop("url_name", None)
    copy = add(node, usage.unit, user)
    block = studio_block(copy, user)
    told = getattr(block, "studio_post_duplicate", None)
    if callable(told):
        told(None, studio_block(usage_key, user))
        block.save()
    return copy


def _parsed(block_type: str, parse: Callable[[], Any]) -> Any:
    """What `parse` gives; what blocks and the runtime raise about content as a ContentError."""
    try:
        return parse()
    except ContentError:
        raise
    except PluginMissingError as error:
        problem = Problem("olx", N_("There is no block of the type %(type)s here."), {"type": block_type})
        raise ContentError((problem,)) from error
    except (ValueError, TypeError, KeyError) as error:
        problem = Problem("olx", N_("This content was not understood: %(error)s"), {"error": str(error)})
        raise ContentError((problem,)) from error


def _forget_authored(usage: Usage) -> None:
    """Remove what was written into a block, and its children."""
    for child in Usage.objects.filter(parent=usage.usage_key):
        _forget_authored(child)
        child.delete()
    ids = [usage.usage_key, usage.definition_key]
    FieldState.objects.filter(block_id__in=ids, scope__in=["content", "settings", "children"], user_id=0).delete()


def _next_position(unit: Unit) -> int:
    last = unit.usages.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1
