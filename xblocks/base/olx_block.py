"""A block that is written as OLX of a form of its own, and keeps what of it nobody could read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Self

from lxml import etree
from xblock.core import XBlockMixin
from xblock.fields import Scope, String, UserScope

from xblocks.base.problems import ContentError
from xblocks.base.unread import kept_element

OPTION_NAMESPACE = "http://code.edx.org/xblock/option"
"""Where the platform writes what is too long for an attribute."""


class OlxMixin(XBlockMixin):
    """For blocks whose component has a module for its OLX: when that reads and writes, and what becomes of the rest.

    Attributes:
        OLX_OWN: fields and attributes that the form itself reads and writes, besides `display_name`.
    """

    OLX_OWN: ClassVar[Collection[str]] = ()

    # The element as it was imported, when it could not be read; counts until somebody has written in its place.
    unread = String(default="", scope=Scope.content)

    # --- What the block says of itself

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        raise NotImplementedError

    @classmethod
    def read_olx(cls, node: etree._Element) -> Any:
        """What an element says.

        Raises:
            ContentError: what cannot be read, each with its place.
        """
        raise NotImplementedError

    def take_olx(self, found: Any) -> None:
        """Have what `read_olx` gave as this block's content."""
        raise NotImplementedError

    def write_olx(self, node: etree._Element) -> None:
        """Write this block's content into an element."""
        raise NotImplementedError

    # --- What the platform calls

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> Self:
        """A block from OLX.

        The platform's imports go on without a block that raises, and only their log knows; they get one that keeps
        the text.

        Raises:
            ContentError: what cannot be read, each with its place; not where a runtime only tracks errors.
        """
        block: Self = runtime.construct_xblock_from_class(cls, keys)
        if node.get("display_name"):
            block.display_name = str(node.get("display_name"))
        try:
            found = cls.read_olx(node)
        except ContentError as error:
            track = getattr(runtime, "error_tracker", None)
            if track is None:
                raise
            track(f"{keys.usage_id}: {error}")
            block.unread = etree.tostring(node, encoding="unicode", with_tail=False)
            return block
        block.take_olx(found)
        # What the platform itself, or a mixin of it, keeps on every block (due, visible_to_staff_only, ...).
        for attribute, text in node.items():
            if attribute in block.fields and attribute not in cls._ours():
                cls._set_field_if_present(block, attribute, text, {})
        for child in node.iterchildren(f"{{{OPTION_NAMESPACE}}}*"):
            cls._set_field_if_present(block, etree.QName(child).localname, child.text, child.attrib)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block as OLX; what was imported and could not be read, as it was."""
        node.tag = self.xml_element_name()
        node.set("xblock-family", self.entry_point)
        for name, field in self.fields.items():
            is_ours = name in self._ours() or name in ("parent", "children")
            if not is_ours and field.scope.user == UserScope.NONE and field.is_set_on(self):
                self._add_field(node, name, field)
        if self.is_unread:
            kept = kept_element(self.unread)
            for name, value in kept.items():
                node.set(name, value)
            node.text = kept.text
            node.extend(kept)
            return
        if self.fields["display_name"].is_set_on(self):
            node.set("display_name", self.display_name)
        self.write_olx(node)

    @classmethod
    def _ours(cls) -> frozenset[str]:
        return frozenset((*cls.OLX_OWN, "display_name", "unread"))
