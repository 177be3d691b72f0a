"""Fragments of our blocks: markup, a style sheet and a script from Django's static files, nothing else."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from web_fragments.fragment import Fragment


def fragment(html: str, *, css: tuple[str, ...] = (), js: tuple[str, ...] = (), init: str = "") -> Fragment:
    """A fragment with files named as Django's static files know them.

    Those have a name that changes with their content in production, so that browsers keep them for good.
    """
    made = Fragment(html)
    for name in css:
        made.add_css_url(static(name))
    for name in js:
        made.add_javascript_url(static(name))
    if init:
        made.initialize_js(init)
    return made


_COURSE_ADDRESSES = ("/static/", "/course/", "/jump_to_id/")
"""How course teams write addresses within their course: a file, a page, a unit by its id."""


def with_course_files(block: Any, html: str) -> str:
    """Markup in which addresses within the course (/static/…, /jump_to_id/…) work where it is shown."""
    if not any(address in html for address in _COURSE_ADDRESSES):
        return html
    service = block.runtime.service(block, "replace_urls")
    return str(service.replace_urls(html)) if service else html
