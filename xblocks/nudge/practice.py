"""Practising: due questions one after another, outside of their quizzes. Grades and states there stay.

The page sends what the quiz's own script sends (answer, hint, turn) and gets the same back. Between two requests a
session is nothing but a signed ticket on the page: which questions it has, and when it began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from math import ceil
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import CharField, Max, Min
from django.db.models.functions import Cast, Left
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import user_id_of
from xblocks.base.handling import RefusedError
from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.microquiz import api as microquiz
from xblocks.microquiz.answer_words import short_name
from xblocks.microquiz.grading import grade
from xblocks.microquiz.pacing import minutes, seconds
from xblocks.microquiz.play import LONGEST_ANSWER
from xblocks.microquiz.practising import Prompt, name_of
from xblocks.microquiz.question_page import render_hints, render_question
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import Flashcard, Question
from xblocks.microquiz.responses import ResponseError
from xblocks.nudge import api, asking, models
from xblocks.nudge.admitting import Admission
from xblocks.nudge.forecast import Remembered
from xblocks.nudge.loading import zone_named
from xblocks.nudge.memory import Rating, rating_of
from xblocks.nudge.practice_page import (
    Outcome,
    PracticeView,
    SummaryView,
    progress_in_words,
    render_nothing,
    render_practice,
    render_practice_summary,
)
from xblocks.nudge.streak import Streak, in_words, streak
from xblocks.nudge.when_words import coming_back

MOST_ASKED = 20
"""Questions a session; whoever has more due is asked whether to go on."""
MOST_ANYWAY = 5
"""Questions of a session that somebody asks for though nothing is due."""
ORIGIN = "practice"
SALT = "microunits.nudge.practice"
STREAK_DAYS = timedelta(days=400)

ANSWERED = N_("You answered this one already. Go on to the next.")
CHANGED = N_("This question was changed in the meantime. Load the page again to see it.")
STALE = N_("This page is too old to go on with. Load it again.")


@dataclass(frozen=True, slots=True)
class Session:
    """A session, as its ticket says it.

    Attributes:
        names: of its questions, in their order.
        cards: the rows of its cards; a request reads no others.
        began: an answer since then is one of this session.
    """

    names: tuple[str, ...]
    cards: tuple[int, ...]
    began: datetime

    def ticket(self) -> str:
        """For the page."""
        claim = {"names": self.names, "cards": self.cards, "began": self.began.isoformat()}
        return signing.Signer(salt=SALT).sign_object(claim, compress=True)


def session_of(ticket: str) -> Session:
    """The session that a ticket says.

    Raises:
        RefusedError: "stale".
    """
    try:
        claim = signing.Signer(salt=SALT).unsign_object(ticket)
        return Session(tuple(claim["names"]), tuple(claim["cards"]), datetime.fromisoformat(claim["began"]))
    except (signing.BadSignature, KeyError) as error:  # KeyError: from before an update of ours
        raise RefusedError("stale", Problem("", STALE), 409) from error


@dataclass(frozen=True)
class Practice:
    """Practising by one learner in one place.

    Attributes:
        learner: who practises.
        place: the block or page, so that two of them on one page name their questions differently.
        course_key: the course whose questions are asked; None for all of them.
        now: the time of this request.
        with_files: makes addresses within a course work here.
        overview_url, practise_url: ways onward that work without a script.
    """

    source: str
    external_id: str
    place: str
    course_key: CourseKey | None
    now: datetime
    with_files: Callable[[CourseKey, str], str]
    overview_url: str = ""
    practise_url: str = ""

    @cached_property
    def learner(self) -> models.Learner:
        """The learner's row; made when new."""
        return api.learner(self.source, self.external_id)

    @cached_property
    def zone(self) -> Any:
        """Where the learner is."""
        return zone_of(self.learner)

    @cached_property
    def admitted(self) -> Admission:
        """What the platform lets the learner see now: asked once for a request."""
        return api.admission(self.learner, self.course_key)

    @property
    def _here(self) -> dict[str, Any]:
        """Which questions are asked here, as `asking` takes it."""
        return {"course_key": self.course_key, "admitted": self.admitted}

    @property
    def place_name(self) -> str:
        """A token that stands for the place on the page, for ids."""
        return name_of(page_secret(), self.place, "", "")

    # --- A session

    def session(self, title: str, *, tag: str = "", anyway: bool = False) -> str:
        """A new session as markup; "" when there is nothing to ask.

        Args:
            tag: ask the questions of this tag, also those that are not due.
            anyway: ask a few that are not due.
        """
        words = translator()
        chosen = self._chosen(tag, anyway)
        prompts = self.prompts(chosen, self.now)
        if not prompts:
            return ""
        took = [seconds(prompt.question) for prompt, _course in prompts]
        views = [
            prompt.view(
                number=number,
                total=len(prompts),
                current=number == 1,
                minutes_left=max(1, ceil(sum(took[number - 1 :]) / 60)),
            )
            for number, (prompt, _course) in enumerate(prompts, 1)
        ]
        view = PracticeView(
            title=title,
            questions=views,
            items=[self._item(view, course_key) for view, (_prompt, course_key) in zip(views, prompts, strict=True)],
            minutes=minutes([prompt.question for prompt, _course in prompts]),
            ticket=Session(
                tuple(prompt.name for prompt, _course in prompts), tuple(card.pk for card in chosen), self.now
            ).ticket(),
            back_url=self.overview_url,
        )
        return render_practice(view, words)

    def nothing(self) -> str:
        """What stands in place of a session when there is nothing to ask."""
        coming = self.coming_back().values()
        return render_nothing(self.in_words(min(coming, default=None)), translator())

    def coming_back(self) -> dict[int, datetime]:
        """When the next question of each course comes back."""
        return asking.next_due_at(self.learner, self.now, **self._here)

    def _chosen(self, tag: str, anyway: bool) -> list[models.Card]:
        if anyway:
            return asking.weakest_cards(self.learner, self.now, **self._here, limit=MOST_ANYWAY)
        return asking.due_cards(self.learner, self.now, **self._here, tag=tag, limit=MOST_ASKED)

    def remembered(self) -> list[Remembered]:
        """Of all questions that may be asked here what the learner remembers."""
        return asking.remembered(self.learner, self.now, **self._here)

    def has_left(self) -> bool:
        """Whether there is something to remember that is not asked, since the learner has left its course."""
        return self.admitted.has_left

    def _cards_of(self, session: Session) -> list[models.Card]:
        """Those cards of a session that may be asked now; whosever the ticket was, they are this learner's own."""
        found = asking.cards(self.learner, **self._here, ids=session.cards)
        return [card for card in found if asking.may_come(card, self.now)]

    def in_words(self, when: datetime | None) -> str:
        """When something comes back, in words; "" when it does not."""
        return "" if when is None else coming_back(when, self.now, self.zone, translator())

    # --- Questions of a session

    def prompts(self, cards: Sequence[models.Card], began: datetime) -> list[tuple[Prompt, CourseKey]]:
        """What the cards ask, each with its course; what is edited since is asked as it is now.

        Args:
            began: when the session began; choices keep their places in it.
        """
        contents = microquiz.get_questions(card.question.content_hash for card in cards)
        return [
            (self._prompt(card, contents[card.question.content_hash], began), card.question.course.course_key)
            for card in cards
            if card.question.content_hash in contents
        ]

    def _prompt(self, card: models.Card, question: Question, began: datetime) -> Prompt:
        return Prompt(
            secret=page_secret(),
            question=question,
            usage=str(card.question.usage_key),
            place=self.place,
            seed=f"{self.source}:{self.external_id}:{self._times(card, began)}",
            shows_answer=asking.shows_answer(card, self.now),
            # Where the quiz keeps the answer until somebody has it right, they may go on looking for it here too.
            may_retry=True,
            hints_taken=card.hints_taken,
            is_turned=card.is_turned,
            attempt=card.reviews + 1,
        )

    def _times(self, card: models.Card, began: datetime) -> int:
        """How often a card was asked before this session: choices keep their places within it."""
        if card.last_review_at < began:
            return int(card.reviews)
        since = models.Review.objects.filter(learner=self.learner, question_id=card.question_id, reviewed_at__gte=began)
        return int(card.reviews) - since.count()

    def _name(self, card: models.Card) -> str:
        return name_of(page_secret(), self.place, str(card.question.usage_key), card.question.question_id)

    def _item(self, view: QuestionView, course_key: CourseKey) -> str:
        return self.with_files(course_key, render_question(view, translator()))

    # --- What the page asks

    def answer(self, ticket: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take an answer: {question, response, attempt, elapsed_ms?}. It is a review.

        Raises:
            RefusedError
        """
        session = session_of(ticket)
        with transaction.atomic():
            # Whoever answers in two windows at once does so one after the other; the second one hears of the first.
            learner = self._locked()
            cards = self._cards_of(session)
            card, prompt = self._asked(data, session, cards)
            attempt = data.get("attempt")
            if attempt != prompt.attempt:
                raise RefusedError("answered", Problem("", ANSWERED), 409)
            try:
                response = prompt.take(data.get("response"))
            except ResponseError as error:
                raise RefusedError(error.name, error.problem, 409 if error.name == "changed" else 400) from error
            view = prompt.view(response)
            after = api.record_review(
                learner,
                card.question,
                rating_of(
                    grade(prompt.question, response).score,
                    hints_used=view.hints_taken,
                    rating=response["rating"] if isinstance(prompt.question, Flashcard) else None,
                ),
                self.now,
                origin=ORIGIN,
                content_hash=card.question.content_hash,
                elapsed_ms=_elapsed(data.get("elapsed_ms")),
            )
        card.last_review_at, card.due_at, card.reviews = after.last_review_at, after.due_at, after.reviews
        return self._shown(session, cards, card, _at(session, view))

    def hint(self, ticket: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open the next hint of a question: {question}.

        Raises:
            RefusedError
        """
        session = session_of(ticket)
        card, prompt = self._open(data, session, self._cards_of(session))
        if not prompt.hints_left:
            raise RefusedError("no_hint", Problem("", N_("This question has no hints.")))
        card.hints_taken = len(prompt.question.hints) - prompt.hints_left + 1
        card.save(update_fields=["hints_taken"])
        opened = self._prompt(card, prompt.question, session.began)
        html = self.with_files(card.question.course.course_key, render_hints(opened.view()))
        return {"hints": html, "left": opened.hints_left}

    def turn(self, ticket: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Turn a flashcard: {question}.

        Raises:
            RefusedError
        """
        session = session_of(ticket)
        cards = self._cards_of(session)
        card, prompt = self._open(data, session, cards)
        if not isinstance(prompt.question, Flashcard):
            raise RefusedError("not_a_card", Problem("", N_("Only a flashcard can be turned.")))
        card.is_turned = True
        card.save(update_fields=["is_turned"])
        turned = self._prompt(card, prompt.question, session.began)
        return self._shown(session, cards, card, _at(session, turned.view()))

    def _locked(self) -> models.Learner:
        learners = models.Learner.objects.select_for_update()
        learner: models.Learner | None = learners.filter(source=self.source, external_id=self.external_id).first()
        if learner is None:
            raise RefusedError("changed", Problem("", CHANGED), 409)
        self.__dict__["learner"] = learner
        return learner

    def _asked(
        self, data: Mapping[str, Any], session: Session, cards: Sequence[models.Card]
    ) -> tuple[models.Card, Prompt]:
        name = data.get("question")
        card = next((one for one in cards if self._name(one) == name), None) if name in session.names else None
        prompts = [] if card is None else self.prompts([card], session.began)
        if card is None or not prompts:
            raise RefusedError("changed", Problem("", CHANGED), 409)
        return card, prompts[0][0]

    def _open(
        self, data: Mapping[str, Any], session: Session, cards: Sequence[models.Card]
    ) -> tuple[models.Card, Prompt]:
        card, prompt = self._asked(data, session, cards)
        if card.last_review_at >= session.began and prompt.shows_answer:
            raise RefusedError("answered", Problem("", ANSWERED), 409)
        return card, prompt

    # --- What comes back

    def _shown(
        self, session: Session, cards: Sequence[models.Card], card: models.Card, view: QuestionView
    ) -> Mapping[str, Any]:
        mine = {self._name(one): one for one in cards}
        asked = [mine[name] for name in session.names if name in mine]
        # What was removed in the meantime is not waited for.
        still_open = sum(one.last_review_at < session.began for one in asked)
        total = len(session.names)
        answered = total - still_open
        return {
            "questions": {view.name: self._item(view, card.question.course.course_key)},
            "summary": "" if still_open else self._summary(session, asked),
            "answered": answered,
            "total": total,
            "progress": progress_in_words(answered, total, translator()),
        }

    def _summary(self, session: Session, asked: Sequence[models.Card]) -> str:
        reviews = models.Review.objects.filter(learner=self.learner, reviewed_at__gte=session.began)
        # The first answer tells what was still known; the later ones replace nothing.
        ratings = dict(reviews.order_by("-reviewed_at").values_list("question_id", "rating"))
        contents = microquiz.get_questions(card.question.content_hash for card in asked)
        more = min(asking.due_count(self.learner, self.now, **self._here), MOST_ASKED)
        view = SummaryView(
            outcomes=[
                Outcome(
                    name=short_name(contents[card.question.content_hash], 80),
                    knew=ratings.get(card.question_id, Rating.GOOD) > Rating.AGAIN,
                    returns=self.in_words(card.due_at),
                )
                for card in asked
                if card.question.content_hash in contents
            ],
            streak=in_words(self.streak(), translator()),
            more=more,
            url=self.practise_url if more else self.overview_url,
        )
        return render_practice_summary(view, translator())

    def streak(self) -> Streak:
        """How steadily the learner practises, quizzes included."""
        reviews = models.Review.objects.filter(learner=self.learner, reviewed_at__gte=self.now - STREAK_DAYS)
        # A day of the database's has at most two dates where the learner is: of its first review and of its last. As
        # text it begins with the date, and every database finds that quickly.
        days = reviews.values(day=Left(Cast("reviewed_at", CharField()), 10)).order_by()
        ends = days.annotate(first=Min("reviewed_at"), last=Max("reviewed_at")).values_list("first", "last")
        moments = {moment for both in ends for moment in both}
        return streak({when.astimezone(self.zone).date() for when in moments}, self.now.astimezone(self.zone).date())


def _at(session: Session, view: QuestionView) -> QuestionView:
    """The view with its place in the session."""
    return replace(view, place=session.names.index(view.name) + 1, total=len(session.names))


def zone_of(learner: models.Learner) -> Any:
    """The time zone that a learner chose here, or else on the platform."""
    chosen = api.preferences(learner).time_zone
    return zone_named(chosen or platform_zone(learner))


def platform_zone(learner: models.Learner) -> str:
    """The time zone that the platform knows of a learner; "" for none."""
    user_id = user_id_of(learner.source, learner.external_id)
    if user_id is None:
        return ""
    person = platform().people([user_id]).get(user_id)
    return person.time_zone if person else ""


def page_secret() -> bytes:
    """What names and orders on the page are made from; never leaves the server."""
    return sha256(b"microunits.nudge:" + str(settings.SECRET_KEY).encode()).digest()


def _elapsed(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return int(min(value, LONGEST_ANSWER / timedelta(milliseconds=1)))
