"""A workshop: a page in Moodle with its preparation, and an event in the course's calendar for each session.

The page is done once a learner has prepared. Seats, waiting lists and answers for the facilitator stay here, as Moodle
has no place for them; what it cannot hold is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from gettext import NullTranslations

from moodle_bridge.addresses import carried
from moodle_bridge.components import Component, Fate, Loss
from moodle_bridge.keys import component_key, session_key
from moodle_bridge.kinds import Carried, Context
from moodle_bridge.olx_course import Block
from moodle_bridge.workshop_words import (
    Told,
    event_fields,
    leads_somewhere,
    minutes_of,
    named,
    page_markup,
    sessions_markup,
    when_in_words,
)
from xblocks.base.problems import N_
from xblocks.workshop import olx
from xblocks.workshop.plan import Completes, ItemKind, Later, Plan, Relative

TYPE = "workshop"
KIND = "workshop"
SESSION = "event"

UNTITLED = N_("Workshop")
BY_HAND, NOT_AT_ALL = "manual", "none"
"""How a page is done: learners say so themselves, or it is not."""

_USAGE = re.compile(r"\+type@([^+]+)\+block@(.+)")

_AS_A_WHOLE = N_(
    "Moodle does not tick one thing after another: learners mark the whole page as done once they prepared."
)
_NO_ANSWERS = N_(
    "The page takes no answers: learners think about it beforehand, and the facilitator gets none from Moodle."
)
_QUIZ_APART = N_(
    "In Moodle the quiz ticks nothing on the page; what was answered in it is ticked here when it is pulled."
)
_NOT_ATTENDED = N_(
    "In Moodle the page is done by who has prepared; who was there is noted on the facilitator's page only."
)
_NO_CHOICE = N_("Nobody chooses a session in Moodle: all of them stand in the calendar of the course.")
_NO_SEATS = N_("Moodle keeps no seats and no waiting list: the session stands in the calendar of everybody.")
_OWN_DATES = N_(
    "Each learner has a date of their own: the page says when it is, and Moodle's calendar has no event for it."
)
_NO_DATE = N_("It has no date yet: the page says so, and its event comes once it has one.")
_LEADS_NOWHERE = N_(
    "%(address)s is a path within Open edX and leads nowhere in Moodle: it stands there without a link."
)


def components(block: Block, context: Context) -> list[Carried]:
    """That block as a page, and its sessions as events.

    Raises:
        ContentError: it cannot be read.
    """
    plan = olx.read(block.element)
    key = component_key(block.usage_key)
    title = block.title or context.words.gettext(UNTITLED)
    markup = page_markup(plan, dict(_quizzes(context)), context.words)
    content, files, missing = carried(markup, context.find, key, "content")
    page = Component(
        kind=KIND,
        key=key,
        title=title,
        origin=block.usage_key,
        fields={
            "name": named(title),
            "intro": sessions_markup([Told(one) for one in plan.sessions], context.words),
            "content": content,
            "completion": BY_HAND if plan.items else NOT_AT_ALL,
        },
        files=tuple(dict.fromkeys(files)),
    )
    events = list(_events(plan, block, title, context.words))
    made = {event.key for event in events}
    keys = [session_key(block.usage_key, session.id) for session in plan.sessions]
    waiting = tuple(key for key in keys if key not in made)
    whole = Carried(component=page, losses=(*missing, *_losses(plan, key)), waiting=waiting)
    return [whole, *(Carried(component=event, is_placed=False) for event in events)]


def _events(plan: Plan, block: Block, title: str, words: NullTranslations) -> Iterator[Component]:
    for session in plan.sessions:
        fields = event_fields(title, session, minutes_of(plan), words)
        if fields is not None:
            yield Component(
                kind=SESSION,
                key=session_key(block.usage_key, session.id),
                title=f"{title}, {when_in_words(session, words)}",
                origin=block.usage_key,
                fields=fields,
            )


def _quizzes(context: Context) -> Iterator[tuple[str, str]]:
    """Titles of the course's blocks, by what items call them."""
    for usage_key, title in context.titles.items():
        if found := _USAGE.search(usage_key):
            yield f"{found[1]}@{found[2]}", title


def _losses(plan: Plan, key: str) -> Iterator[Loss]:
    def changed(path: str, message: str, fate: Fate = Fate.CHANGED, **params: object) -> Loss:
        return Loss(key=key, path=path, fate=fate, message=message, params=params)

    if len(plan.sessions) > 1:
        yield changed("sessions", _NO_CHOICE)
    for index, session in enumerate(plan.sessions):
        path = f"sessions/{index}"
        if isinstance(session.when, Relative):
            yield changed(f"{path}/days", _OWN_DATES)
        if isinstance(session.when, Later):
            yield changed(path, _NO_DATE)
        if session.seats:
            yield changed(f"{path}/seats", _NO_SEATS, Fate.LOST)
        if session.link and not leads_somewhere(session.link):
            yield changed(f"{path}/link", _LEADS_NOWHERE, Fate.LOST, address=session.link)
    if plan.items:
        yield changed("items", _AS_A_WHOLE)
    said: Mapping[ItemKind, str] = {ItemKind.QUESTION: _NO_ANSWERS, ItemKind.QUIZ: _QUIZ_APART}
    for index, item in enumerate(plan.items):
        if item.kind in said:
            yield changed(f"items/{index}", said[item.kind])
        if item.url and not item.url.startswith("/static/") and not leads_somewhere(item.url):
            yield changed(f"items/{index}/url", _LEADS_NOWHERE, Fate.LOST, address=item.url)
    if plan.completes is Completes.ATTENDED:
        yield changed("completes", _NOT_ATTENDED)
