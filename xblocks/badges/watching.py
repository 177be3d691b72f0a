"""What the badges of a course look at: all else need not be heard of, and a course without badges costs a statement."""

from __future__ import annotations

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import models
from xblocks.badges.criteria import Watched, watched
from xblocks.badges.definition import block_name
from xblocks.badges.facts import Did
from xblocks.badges.reading import read

Watch = frozenset[Watched]

_LOOKS_AT: dict[str, Watch] = {}
"""By the hash of a definition."""
MOST = 2000


def looked_at(course_key: CourseKey) -> Watch:
    """What the badges that can be earned in a course look at; empty: there are none. One statement, nearly always."""
    rows = models.Badge.objects.filter(course_key=course_key, is_retired=False)
    hashes = list(rows.values_list("content_hash", flat=True))
    new = [digest for digest in hashes if digest not in _LOOKS_AT]
    if new:
        if len(_LOOKS_AT) > MOST:
            _LOOKS_AT.clear()
            new = hashes
        for row in rows.filter(content_hash__in=new):
            _LOOKS_AT[row.content_hash] = frozenset(watched(read(row).criterion))
    # One that was published in between is looked at when what was done before is.
    return frozenset[Watched]().union(*(_LOOKS_AT.get(digest, frozenset()) for digest in hashes))


def counts(watch: Watch, what: Did, usage_key: UsageKey) -> bool:
    """Whether a deed may bring somebody nearer to a badge. An answer also does by the score that it gives."""
    block = block_name(usage_key.block_type, usage_key.block_id)
    if (what, block) in watch or (what, "") in watch:
        return True
    return what is Did.ANSWERED and (Did.SCORED, block) in watch


def blocks(watch: Watch, what: Did, course_key: CourseKey) -> list[UsageKey]:
    """The blocks of a course in which a deed of one kind counts, where it is looked at by block."""
    names = sorted(name for did, name in watch if did is what and name)
    return [course_key.make_usage_key(*name.split("@", 1)) for name in names if "@" in name]


def looks_for(watch: Watch, what: Did) -> bool:
    """Whether such deeds count anywhere in the course."""
    return any(did is what for did, _block in watch)
