"""What blocks ask about themselves and whoever looks at them."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import BlockUsageLocator
from xblock.core import XBlockMixin

from xblocks.base.learner import Viewer, viewer_of


class LearnerBlockMixin(XBlockMixin):
    """For blocks that show a learner what is theirs."""

    @property
    def viewer(self) -> Viewer:
        """Who is in front of the page."""
        return viewer_of(self)

    @property
    def usage_key(self) -> Any:
        """The block's key as everybody knows it, without a branch or a version of the course."""
        usage_id = self.scope_ids.usage_id
        if isinstance(usage_id, BlockUsageLocator) and usage_id.branch:
            return usage_id.for_branch(None).version_agnostic()
        return usage_id

    @property
    def is_in_course(self) -> bool:
        """Whether the block stands in a course: not in a library, nor outside of everything."""
        key = self.usage_key
        return isinstance(key, UsageKey) and isinstance(key.context_key, CourseKey) and key.context_key.is_course

    @property
    def is_of_viewer(self) -> bool:
        """Whether the block is bound to whoever is named as the viewer, in a course and outside of Studio's preview."""
        is_preview = bool(getattr(self.runtime, "is_author_mode", False))
        user_id = self.viewer.user_id
        # In the platform a block may see the user of another block: all runtimes of a process share their services.
        is_theirs = user_id is not None and user_id == self.scope_ids.user_id
        return self.is_in_course and not is_preview and is_theirs

    @property
    def is_own(self) -> bool:
        """Whether the learner looks at what is theirs: not a preview, not somebody else's eyes, not a library."""
        return self.is_of_viewer and not self.viewer.is_masquerading
