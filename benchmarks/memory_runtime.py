"""XBlocks with their fields in memory: the block itself is measured, not a platform's storage."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from opaque_keys.edx.keys import CourseKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, Runtime

COURSE = CourseKey.from_string("course-v1:Microunits+Bench+2026")


class OneUserService(UserService):
    """The platform's user service for one learner."""

    def __init__(self, user_id: int) -> None:
        super().__init__()
        self._user_id = user_id

    def get_current_user(self) -> XBlockUser:
        user = XBlockUser(is_current_user=True, full_name="Sam", emails=["sam@example.com"])
        user.opt_attrs = {
            "edx-platform.user_id": self._user_id,
            "edx-platform.username": f"learner-{self._user_id}",
            "edx-platform.anonymous_user_id": f"anonymous-{self._user_id}",
            "edx-platform.user_is_staff": False,
            "edx-platform.user_role": "student",
            "edx-platform.is_authenticated": True,
        }
        return user


class NoSettingsService:
    """The platform's settings service, with nothing set."""

    def get_settings_bucket(self, _block: XBlock, default: object = None) -> object:
        return default or {}


class CompletionService:
    """The platform's completion service: tracking is switched on."""

    def completion_tracking_enabled(self) -> bool:
        return True


@dataclass
class Published:
    """What a block published."""

    events: list[tuple[str, Any]] = field(default_factory=list)


class MemoryRuntime(Runtime):
    """A runtime that stores nothing: handler and resource addresses, a learner, and a list of what was published."""

    def __init__(self, user_id: int = 7) -> None:
        ids = MemoryIdManager()
        super().__init__(
            ids,
            ids,
            services={
                "user": OneUserService(user_id),
                "settings": NoSettingsService(),
                "completion": CompletionService(),
                "field-data": KvsFieldData(DictKeyValueStore()),
            },
        )
        self.user_id = user_id
        self.course_id = COURSE
        self.published = Published()

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        del query, thirdparty
        return f"/courses/{COURSE}/xblock/{block.scope_ids.usage_id}/handler/{handler_name}/{suffix}"

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        return f"/xblock/resource/{block.scope_ids.block_type}/{uri}"

    def resource_url(self, resource: str) -> str:
        return f"/static/{resource}"

    def publish(self, block: XBlock, event_type: str, event_data: Any) -> None:
        del block
        self.published.events.append((event_type, event_data))

    def query(self, block: XBlock) -> Any:
        raise NotImplementedError("nothing here has parents to look for")


class CountingFields(DictFieldData):
    """Fields in a dictionary, with a count of how often any were written."""

    writes = 0

    def set_many(self, block: XBlock, update_dict: Mapping[str, Any]) -> None:
        self.writes += bool(update_dict)
        super().set_many(block, update_dict)


def writes_of(block: XBlock) -> int:
    """How often fields of this block were written since it was built."""
    return int(block._field_data.writes)


def build(
    cls: type[XBlock], block_type: str, fields: Mapping[str, Any], runtime: MemoryRuntime | None = None
) -> XBlock:
    """A block whose fields hold (copies of) `fields`, saved, as a platform would hand it to a request."""
    runtime = runtime or MemoryRuntime()
    usage = COURSE.make_usage_key(block_type, "bench")
    scope_ids = ScopeIds(runtime.user_id, block_type, usage, usage)
    held = CountingFields(copy.deepcopy(dict(fields)))
    return runtime.construct_xblock_from_class(cls, scope_ids, field_data=held)


def transferred(block: XBlock, fragment: Fragment) -> int:
    """Bytes that the block adds to a learner's page: its part of the page and each file it links, gzipped one by one.

    What several blocks share (XBlock's own runtime, the platform's jQuery) is not counted, nor are pictures.
    """
    inline = [fragment.content]
    linked: list[bytes] = []
    for resource in fragment.resources:
        if resource.mimetype not in {"text/css", "application/javascript", "text/html"}:
            continue
        if resource.kind == "text":
            inline.append(resource.data)
        else:
            linked.append(read_linked(block, resource.data))
    if fragment.json_init_args is not None:
        inline.append(json.dumps(fragment.json_init_args))
    parts = ["\n".join(inline).encode(), *linked]
    return sum(len(gzip.compress(part, compresslevel=9, mtime=0)) for part in parts)


def read_linked(block: XBlock, address: str) -> bytes:
    """The file behind an address that `local_resource_url` or Django's static files made.

    Raises:
        ValueError: when the address is neither, so that it cannot be counted.
    """
    resource = f"/xblock/resource/{block.scope_ids.block_type}/"
    if address.startswith(resource):
        content: bytes = block.unmixed_class.open_local_resource(address.removeprefix(resource)).read()
        return content
    found = finders.find(address.removeprefix(settings.STATIC_URL)) if address.startswith(settings.STATIC_URL) else None
    if not isinstance(found, str):
        raise ValueError(f"{address} is not one of the block's own files, so it cannot be counted")
    return Path(found).read_bytes()
