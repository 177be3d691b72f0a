"""Addresses of the micro-quiz's own pages; the platform mounts them under /microunits/."""

from django.urls import path

from xblocks.microquiz import views

app_name = "microunits_microquiz"

urlpatterns = [
    path("microquiz/answers/<str:ticket>.csv", views.answers, name="answers"),
]
