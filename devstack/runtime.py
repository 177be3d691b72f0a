"""The XBlock runtime of the devstack: the workbench's, with the platform's keys, fields, services and wrappers.

There are two, as in the platform. In the LMS what the course team wrote is read-only and a learner's fields are kept;
in Studio the authored fields are written and there are no learners.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from opaque_keys.edx.keys import CourseKey, UsageKey
from web_fragments.fragment import Fragment
from workbench.runtime import WorkbenchRuntime
from xblock.field_data import FieldData, ReadOnlyFieldData, SplitFieldData
from xblock.fields import ScopeIds
from xblock.runtime import KvsFieldData, Runtime

from devstack import recording
from devstack.fields import MIXINS
from devstack.ids import DatabaseIds
from devstack.models import Usage
from devstack.people import Person
from devstack.services import Services, StaticLinks, lms_services, studio_services
from devstack.store import AUTHORED, LEARNED, AuthoredStore, LearnerStore

_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class DevstackRuntime(WorkbenchRuntime):
    """What the LMS and Studio have in common."""

    js_runtime = ""

    def __init__(self, user: Person, course_key: CourseKey, services: Services, field_data: FieldData) -> None:
        self.user = user
        self.course_key = course_key
        self._user_id: int | None = None
        ids = DatabaseIds(course_key)
        # Not the workbench's own __init__: it would bind its global in-memory ids and its one key-value store.
        Runtime.__init__(self, ids, ids, mixins=MIXINS, services={**services, "field-data": field_data})

    @property
    def user_id(self) -> int | None:
        """Whose fields the blocks read; the platform's name for it is deprecated, the need is not."""
        return self._user_id

    @user_id.setter
    def user_id(self, value: int | None) -> None:
        self._user_id = value

    def _patch_xblock(self, block: Any) -> None:
        """Nothing: `devstack.fields` gives blocks what the workbench would overwrite here (among it the due date)."""

    def handle(self, block: Any, handler_name: str, request: Any, suffix: str = "") -> Any:
        """Call a handler and hear which public signals it sends."""
        with recording.hearing(self.user, block.location):
            return Runtime.handle(self, block, handler_name, request, suffix)

    def render(self, block: Any, view_name: str, context: Any = None) -> Fragment:
        """Render a view, with working links to the files of the course.

        Raises:
            NoSuchViewError: when the block has no such view.
        """
        with recording.hearing(self.user, block.location):
            fragment = Runtime.render(self, block, view_name, context)
        fragment.content = StaticLinks(self.course_key).replace_urls(fragment.content)
        return fragment

    def applicable_aside_types(self, block: Any) -> list[str]:
        """None: asides are off in the platform unless an admin turns them on."""
        return []

    def resource_url(self, resource: str) -> str:
        """The address of a file of the site itself."""
        return f"{settings.STATIC_URL}{resource}"

    def local_resource_url(self, block: Any, uri: str) -> str:
        """The address of a file in a block's public folder."""
        return reverse("xblock_resource", args=(block.scope_ids.block_type, uri))

    def _usage_id_from_node(self, node: Any, parent_id: UsageKey | None) -> UsageKey:
        """A block from OLX, named by its url_name as in the platform (the workbench only counts)."""
        block_type = node.tag
        node.attrib.pop("xblock-family", None)
        definition = self.id_generator.create_definition(block_type, node.get("url_name"))
        usage_key = self.id_generator.create_usage(definition)
        if parent_id is not None:
            Usage.objects.filter(usage_key=str(usage_key)).update(parent=str(parent_id))
        return self.parse_into(node, usage_key, definition, parent_id).location

    def parse_into(self, node: Any, usage_key: UsageKey, definition: Any, parent_id: UsageKey | None) -> Any:
        """Fill a block that has a name already with what OLX says."""
        block_class = self.mixologist.mix(self.load_block_type(node.tag))
        block = block_class.parse_xml(node, self, ScopeIds(None, node.tag, definition, usage_key))
        block.parent = parent_id
        block.save()
        return block

    def _wrap_ele(self, block: Any, view: str, frag: Fragment, extra_data: Mapping[str, Any] | None = None) -> Fragment:
        """The element around a block, with the classes and data attributes that the platform's scripts look for."""
        data: dict[str, Any] = {"course-id": self.course_key, **(extra_data or {})}
        if frag.js_init_fn:
            data["init"] = frag.js_init_fn
            data["runtime-class"] = self.js_runtime
            data["runtime-version"] = frag.js_init_version
        data["block-type"] = block.scope_ids.block_type
        data["usage-id"] = block.scope_ids.usage_id
        data["graded"] = getattr(block, "graded", False)
        data["has-score"] = getattr(block, "has_score", False)
        wrapped = Fragment(
            format_html(
                '<div class="xblock xblock-{} xblock-{}-{}" {}>{}{}</div>',
                view,
                view,
                block.scope_ids.block_type,
                format_html_join(" ", 'data-{}="{}"', data.items()),
                _init_arguments(frag),
                mark_safe(frag.body_html()),
            )
        )
        wrapped.add_fragment_resources(frag)
        return wrapped


class LmsRuntime(DevstackRuntime):
    """A course as a learner plays it."""

    js_runtime = "LmsRuntime"

    def __init__(self, user: Person, course_key: CourseKey) -> None:
        authored = ReadOnlyFieldData(KvsFieldData(AuthoredStore()))
        learned = KvsFieldData(LearnerStore(user.pk))
        fields = SplitFieldData({**dict.fromkeys(AUTHORED, authored), **dict.fromkeys(LEARNED, learned)})
        super().__init__(user, course_key, lms_services(user, course_key), fields)
        self.user_id = user.pk

    def publish(self, block: Any, event_type: str, event_data: Mapping[str, Any]) -> None:
        """See `recording.publish`."""
        recording.publish(block, self.user, event_type, event_data)

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """The address of a handler.

        Raises:
            ValueError: when the block has no handler of that name.
        """
        _check_handler(block, handler_name)
        name = "handler_noauth" if thirdparty else "handler"
        return _address(name, (self.course_key, block.scope_ids.usage_id, handler_name, suffix), query)


class StudioRuntime(DevstackRuntime):
    """A course as its team edits it."""

    js_runtime = "StudioRuntime"
    is_author_mode = True

    def __init__(self, user: Person, course_key: CourseKey) -> None:
        super().__init__(user, course_key, studio_services(user, course_key), KvsFieldData(AuthoredStore()))

    def publish(self, block: Any, event_type: str, event_data: Mapping[str, Any]) -> None:
        """Nothing, silently, as in the platform."""

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """The address of a handler.

        Raises:
            ValueError: when the block has no handler of that name.
        """
        _check_handler(block, handler_name)
        return _address("studio_handler", (block.scope_ids.usage_id, handler_name, suffix), query)


def lms_block(usage_key: UsageKey, user: Person) -> Any:
    """A block, bound to a learner (or to nobody).

    Raises:
        NoSuchUsage: when there is no such block.
    """
    return LmsRuntime(user, usage_key.course_key).get_block(usage_key)


def studio_block(usage_key: UsageKey, user: Person) -> Any:
    """A block as Studio loads it.

    Raises:
        NoSuchUsage: when there is no such block.
    """
    return StudioRuntime(user, usage_key.course_key).get_block(usage_key)


def _check_handler(block: Any, handler_name: str) -> None:
    if not getattr(getattr(block, handler_name, None), "_is_xblock_handler", False):
        raise ValueError(f"{handler_name!r} is not a handler of this block.")


def _address(name: str, parts: tuple[object, ...], query: Any) -> str:
    url = reverse(name, args=[str(part) for part in parts]).rstrip("/")
    if query:
        url += "?" + (query if isinstance(query, str) else urlencode(query))
    return url


def _init_arguments(fragment: Fragment) -> str:
    if fragment.json_init_args is None:
        return ""
    arguments = json.dumps(fragment.json_init_args).translate(_IN_SCRIPT)
    script = f'<script type="json/xblock-args" class="xblock-json-init-args">{arguments}</script>'
    return mark_safe(script)
