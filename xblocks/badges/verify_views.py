"""The page on which anybody checks a badge: one of this site, or one that they upload. It asks nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from xblocks.badges import baking_png, documents, lookups, models, public_pages
from xblocks.badges.sharing import public_address
from xblocks.badges.verdict import Name, Outcome, Verdict
from xblocks.badges.verify_page import VerifyView, render_verify
from xblocks.badges.verifying import verify as verdict_about
from xblocks.base.i18n import _, translator
from xblocks.base.platform import platform

MOST_BYTES = baking_png.MAX_BYTES
ROOM = 64 * 1024
"""What a form takes besides the file: its fields and what stands between them."""
MOST_PASTED = 700 * 1024
MOST_EMAIL = 320


class _Bounded(MemoryFileUploadHandler):
    """Files in memory, and no more of them together than a badge may have.

    Attributes:
        received: bytes so far.
    """

    received = 0

    def handle_raw_input(self, *arguments: Any, **named: Any) -> None:
        """Whatever its size: that is bounded before."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Count, too, what an upload has in several files."""
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form, or the verdict. How large what was sent is, is looked at before it is read, the form's token too."""
    if request.method != "POST":
        return _asked(request)
    if _length(request) > MOST_BYTES + ROOM:
        return _page(request, VerifyView(**_form(request), problem=_too_large()), 413)
    bounded = _bound(request)
    if bounded.received > MOST_BYTES:
        return _page(request, VerifyView(**_form(request), problem=_too_large()), 413)
    try:
        answer = _sent(request)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, ValueError):
        problem = _("What was sent cannot be read. Please choose the file again, or paste its text.")
        return _page(request, VerifyView(**_form(request), problem=problem), 400)
    if bounded.received > MOST_BYTES:
        return _page(request, VerifyView(**_form(request), problem=_too_large()), 413)
    return answer


def _bound(request: HttpRequest) -> _Bounded:
    """What reads the files; where a middleware was first, as Open edX's log of requests is, what it has read counts."""
    bounded = _Bounded(request)
    try:
        request.upload_handlers = [bounded]
    except AttributeError:
        files = (one for _name, several in request.FILES.lists() for one in several)
        bounded.received = sum(one.size or 0 for one in files)
    return bounded


def _asked(request: HttpRequest) -> HttpResponse:
    """The form; about a badge that is shared here (?badge=), with what there is to say of it."""
    shared = _shared(request.GET.get("badge", ""))
    if shared is None:
        return _page(request, VerifyView(**_form(request)))
    return _about(request, shared, None)


@csrf_protect
def _sent(request: HttpRequest) -> HttpResponse:
    email = request.POST.get("email", "").strip()[:MOST_EMAIL] or None
    shared = _shared(request.POST.get("badge", ""))
    if shared is not None:
        return _about(request, shared, email)
    file, text = request.FILES.get("file"), request.POST.get("text", "").strip()
    typed = {"email": email or "", "text": "" if file else text}
    if file is None and not text:
        problem = _("Choose the file of a badge, or paste its text.")
        return _page(request, VerifyView(**_form(request), typed=typed, problem=problem), 400)
    if len(text) > MOST_PASTED:
        return _page(request, VerifyView(**_form(request), problem=_too_large()), 413)
    if file is None and text.startswith(("https://", "http://")) and len(text.split()) == 1:
        return _at(request, text, typed, email)
    return _judged(request, bytes(file.read()) if file else text.encode(), typed, email)


def _at(request: HttpRequest, text: str, typed: dict[str, str], email: str | None) -> HttpResponse:
    """A badge by its address: of this site only."""
    award = lookups.award_named(text)
    shared = documents.shared(award.uid) if award is not None else None
    if shared is not None:
        return _about(request, shared, email)
    problem = _(
        "This is not the address of a badge that is shared on this site. Nothing is fetched from elsewhere: download"
        " the badge there, and choose the file here."
    )
    return _page(request, VerifyView(**_form(request), typed=typed, problem=problem), 400)


def _about(request: HttpRequest, shared: documents.Shared, email: str | None) -> HttpResponse:
    """A badge that is shared here, checked like any other."""
    typed = {"email": email or ""}
    return _judged(request, str(shared.credential.document).encode(), typed, email, badge=str(shared.award.uid))


def _judged(
    request: HttpRequest, upload: bytes, typed: dict[str, str], email: str | None, badge: str = ""
) -> HttpResponse:
    verdict = verdict_about(upload, lookups.lookups(platform().now()), email)
    award = _ours(verdict)
    view = VerifyView(
        **_form(request),
        badge=badge,
        typed=typed,
        verdict=verdict,
        reason=award.revoked_reason if award is not None else "",
        page=_page_of(award),
        day=public_pages.day,
    )
    return _page(request, view)


def _ours(verdict: Verdict) -> models.Award | None:
    """The award of this site that an upload is the credential of, once its signature says so."""
    sure = (verdict.of.get(name) for name in (Name.SIGNATURE, Name.ISSUER))
    if verdict.credential is None or not all(check and check.outcome is Outcome.PASSED for check in sure):
        return None
    named = verdict.credential.get("id")
    return lookups.award_named(named) if isinstance(named, str) else None


def _page_of(award: models.Award | None) -> str:
    if award is None or award.shared_at is None:
        return ""
    return public_address(award)


def _shared(text: str) -> documents.Shared | None:
    try:
        return documents.shared(UUID(text)) if text else None
    except ValueError:
        return None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _form(request: HttpRequest) -> dict[str, Any]:
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return {"action": request.path, "hidden": hidden, "most_megabytes": MOST_BYTES // 1024 // 1024}


def _too_large() -> str:
    most = {"most": MOST_BYTES // 1024 // 1024}
    return _("This is larger than a badge may be. Choose a file of at most %(most)d MB.") % most


def _page(request: HttpRequest, view: VerifyView, status: int = 200) -> HttpResponse:
    html = public_pages.whole_page(_("Check a badge"), render_verify(view, translator()))
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
