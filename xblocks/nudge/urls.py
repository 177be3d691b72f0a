"""Addresses of nudging's own pages; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from xblocks.nudge import mail_views, team_views, views

app_name = "microunits_nudge"

urlpatterns: list[URLPattern] = [
    # The learner's own.
    path("review/", views.review, name="review"),
    path("review/practise/", views.practise, name="practise"),
    re_path(r"^review/(?P<name>answer|hint|turn)/$", views.deed, name="deed"),
    path("wishes/", views.wishes, name="wishes"),
    # What the links in messages lead to.
    path("go/<str:ticket>", mail_views.go, name="go"),
    path("q/<str:ticket>", mail_views.question, name="question"),
    path("q/<str:ticket>/answer", mail_views.deed, {"name": "answer"}, name="answer"),
    path("q/<str:ticket>/hint", mail_views.deed, {"name": "hint"}, name="hint"),
    path("stop/<str:ticket>", mail_views.stop, name="stop"),
    # The course team's.
    path("team/<str:course_key>/", team_views.page, name="team"),
    path("team/<str:course_key>/choices/", team_views.choose, name="team_choose"),
    path("team/<str:course_key>/switch/", team_views.turn, name="team_turn"),
    path("team/<str:course_key>/preview/", team_views.preview, name="team_preview"),
    path("team/<str:course_key>/<str:table>.csv", team_views.download, name="team_table"),
]
