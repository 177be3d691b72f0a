"""Addresses of the pages of badges; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from xblocks.badges import learner_views, owner_views, public_views, team_views, verify_views

app_name = "microunits_badges"

_UID = r"(?P<uid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_ACHIEVEMENT = (
    r"^badges/public/achievements/(?P<course_key>[^/]+)/(?P<badge_id>[A-Za-z0-9_-]+)/(?P<content_hash>[0-9a-f]{32})"
)

urlpatterns: list[URLPattern] = [
    # The learner's own.
    path("badges/", learner_views.page, name="own"),
    path("badges/credit.csv", learner_views.credit, name="credit"),
    re_path(rf"^badges/{_UID}/share/$", learner_views.share, name="share"),
    re_path(rf"^badges/{_UID}/unshare/$", learner_views.unshare, name="unshare"),
    re_path(rf"^badges/{_UID}/download/(?P<form>json|jwt|png|svg)$", owner_views.download, name="download"),
    # What the public sees. Documents name these addresses for ever.
    path("badges/issuer/did.json", public_views.did, name="did"),
    path("badges/issuer/jwks.json", public_views.jwks, name="jwks"),
    path("badges/public/issuer", public_views.issuer, name="issuer"),
    re_path(r"^badges/public/issuer\.(?P<form>json|html)$", public_views.issuer, name="issuer_as"),
    re_path(rf"{_ACHIEVEMENT}$", public_views.achievement, name="achievement"),
    re_path(rf"{_ACHIEVEMENT}\.(?P<form>json|html)$", public_views.achievement, name="achievement_as"),
    re_path(rf"{_ACHIEVEMENT}/picture\.(?P<form>png|svg)$", public_views.picture, name="picture"),
    re_path(rf"^badges/public/credentials/{_UID}$", public_views.credential, name="credential"),
    re_path(
        rf"^badges/public/credentials/{_UID}\.(?P<form>json|jwt|html|png|svg)$",
        public_views.credential,
        name="credential_as",
    ),
    re_path(r"^badges/public/status/(?P<number>[1-9]\d{0,8})$", public_views.status, name="status"),
    re_path(
        r"^badges/public/status/(?P<number>[1-9]\d{0,8})\.(?P<form>json|jwt)$", public_views.status, name="status_as"
    ),
    path("badges/public/verify/", verify_views.verify, name="verify"),
    # The course team's.
    path("badges/team/<str:course_key>/", team_views.page, name="team"),
    path("badges/team/<str:course_key>/give/", team_views.give, name="team_give"),
    path("badges/team/<str:course_key>/badges.csv", team_views.download, name="team_csv"),
    path("badges/team/<str:course_key>/<uuid:uid>/", team_views.award, name="team_award"),
    path("badges/team/<str:course_key>/<uuid:uid>/revoke/", team_views.revoke, name="team_revoke"),
    path("badges/team/<str:course_key>/<uuid:uid>/correct/", team_views.correct, name="team_correct"),
]
