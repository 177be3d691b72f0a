"""Addresses. Those of handlers and of files are the platform's."""

from __future__ import annotations

from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.templatetags.static import static
from django.urls import path, re_path
from django.views.generic import RedirectView

from devstack import handlers, session, studio, views, watching
from devstack.plugins import plugin_urls

_COURSE = r"^courses/(?P<course_key>course-v1:[^/]+)"
_UNIT = _COURSE + r"/units/(?P<slug>[^/]+)"
_HANDLER = r"/(?P<name>[^/]+)(?:/(?P<suffix>.*))?$"
_XBLOCK = _COURSE + r"/xblock/(?P<usage_key>[^/]+)"

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", RedirectView.as_view(url=static("devstack/icon.svg"))),
    re_path(_COURSE + r"/$", views.course, name="course"),
    re_path(_UNIT + r"/$", views.unit, name="unit"),
    re_path(_UNIT + r"/recorded/$", views.recorded, name="recorded"),
    re_path(_UNIT + r"/data/$", views.data, name="data"),
    re_path(_UNIT + r"/studio/$", studio.studio, name="studio"),
    re_path(_UNIT + r"/studio/export/$", studio.export, name="export"),
    re_path(_UNIT + r"/studio/(?P<action>[a-z_]+)/$", studio.act, name="act"),
    re_path(_COURSE + r"/jump_to/(?P<usage_key>[^/]+)$", handlers.jump_to, name="jump_to"),
    re_path(_XBLOCK + r"/handler" + _HANDLER, handlers.handler, name="handler"),
    re_path(_XBLOCK + r"/handler_noauth" + _HANDLER, handlers.handler_noauth, name="handler_noauth"),
    path("xblock/resource/<str:block_type>/<path:uri>", handlers.xblock_resource, name="xblock_resource"),
    re_path(r"^xblock/(?P<usage_key>[^/]+)/handler" + _HANDLER, handlers.studio_handler, name="studio_handler"),
    re_path(r"^asset-v1:(?P<course>[^/]+)\+type@asset\+block@(?P<name>[^/]+)$", handlers.asset, name="asset"),
    path("clock/", watching.page, name="clock"),
    path("clock/move/", watching.move, name="move_clock"),
    path("person/", session.choose_person, name="person"),
    path("language/", session.choose_language, name="language"),
    *plugin_urls(),
    *staticfiles_urlpatterns(),
]
