from django.urls import path


def x(request, *a): ...


urlpatterns = [
    path("handler/<path:a>/<path:b>/<c>/<path:s>", x, name="handler"),
    path("sh/<path:a>/<path:b>", x, name="studio_handler"),
]
