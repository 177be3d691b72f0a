"""What learners and the team did already with what is being edited: seats, answers, and changes on the team's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from opaque_keys.edx.keys import UsageKey

from xblocks.base.i18n import _, ngettext, translator
from xblocks.workshop import authoring, checking, models, reading
from xblocks.workshop.messages import zone_in_words

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """For the editor, by id.

    Attributes:
        sessions: {people, deleted, elsewhere, form}: who comes, in words; what deleting it does; that it was changed
            on the team's page, in words ("" for neither), and how it is now, as a form.
        items: {people, deleted}: how many did it; what deleting it does.
    """

    sessions: Mapping[str, Said]
    items: Mapping[str, Said]


def standing(usage_key: UsageKey, now: datetime) -> Standing:
    """Five statements; nothing of what was never published."""
    workshop = models.Workshop.objects.filter(usage_key=usage_key, is_retired=False).first()
    if workshop is None:
        return Standing({}, {})
    rows = list(workshop.sessions.filter(is_retired=False))
    come, waiting = (_counted(workshop, column) for column in ("holds_id", "waits_id"))
    sessions = {row.session_id: _session(row, come.get(row.pk, 0), waiting.get(row.pk, 0), now) for row in rows}
    done = models.Done.objects.filter(participant__workshop=workshop).exclude(done_at=None)
    numbers = done.values("item_id").annotate(number=Count("pk")).order_by()
    return Standing(sessions, {row["item_id"]: _item(row["number"]) for row in numbers})


def _counted(workshop: models.Workshop, column: str) -> dict[int, int]:
    rows: Any = models.Participant.objects.filter(workshop=workshop).exclude(**{column: None})
    return {row[column]: row["number"] for row in rows.values(column).annotate(number=Count("pk")).order_by()}


def _session(row: models.Session, come: int, waiting: int, now: datetime) -> Said:
    at = reading.appointment_of(row)
    is_over = at is not None and at.ends <= now
    is_other = row.facts != row.planned
    elsewhere = ""
    if row.is_cancelled:
        elsewhere = _("This session was cancelled on the facilitator's page. It can be taken up again there.")
    elif is_other:
        elsewhere = _(
            "This session was changed on the facilitator's page, and learners see it like that: %(said)s. "
            "Of what stands here, only what you change now counts."
        ) % {"said": _now(row, now)}
    return {
        "people": _people(come, waiting),
        "deleted": _deleted(come + waiting, is_over=is_over),
        "elsewhere": elsewhere,
        "form": authoring.forms_of({"sessions": [row.facts]})["sessions"][0] if is_other else None,
    }


def _now(row: models.Session, now: datetime) -> str:
    session, at = reading.session_of(row), reading.appointment_of(row)
    zone = f" ({zone_in_words(at)})" if at is not None else ""
    said = f"{checking.said(session, now, translator())}{zone}"
    return ", ".join(filter(None, (said, session.place, session.link, session.facilitator)))


def _people(come: int, waiting: int) -> str:
    parts = []
    if come:
        parts.append(ngettext("%(number)d has a seat", "%(number)d have a seat", come) % {"number": come})
    if waiting:
        parts.append(ngettext("%(number)d waits", "%(number)d wait", waiting) % {"number": waiting})
    return ", ".join(parts)


def _deleted(number: int, *, is_over: bool) -> str:
    if not number:
        return ""
    if is_over:
        return _("It is over. Nobody is told, and who was there stays noted.")
    text = ngettext(
        "%(number)d learner chose it. Once you save and publish, it is cancelled: they are told once, keep what they "
        "prepared, and can choose another session.",
        "%(number)d learners chose it. Once you save and publish, it is cancelled: they are told once, keep what they "
        "prepared, and can choose another session.",
        number,
    )
    return text % {"number": number}


def _item(number: int) -> Said:
    people = ngettext("%(number)d did this", "%(number)d did this", number)
    deleted = ngettext(
        "%(number)d learner did this. Once you save and publish, it is no longer asked, and what they answered is not "
        "shown any more.",
        "%(number)d learners did this. Once you save and publish, it is no longer asked, and what they answered is not "
        "shown any more.",
        number,
    )
    return {"people": people % {"number": number}, "deleted": deleted % {"number": number}}
