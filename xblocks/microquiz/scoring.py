"""What the gradebook asks of a micro-quiz: score, rescoring, override, deleting a learner's state."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from opaque_keys.edx.keys import UsageKey
from xblock.scorable import ScorableXBlockMixin, Score

from xblocks.base.i18n import _
from xblocks.microquiz import api
from xblocks.microquiz.fields import QuizFields
from xblocks.microquiz.play import Play, answered, earned, from_state, regraded, replay, to_state


class ScoringMixin(ScorableXBlockMixin, QuizFields):
    """Scores of the block.

    The raw score is in points of the questions. An override by the course team is kept as a share of what is possible,
    because the platform divides both sides by the weight before it hands them over.
    """

    @property
    def has_score(self) -> bool:
        """A quiz for practice has no place in the gradebook."""
        return not self.ungraded and self.prepared.possible > 0

    def max_score(self) -> float:
        """Points that can be earned; looks at content only, since the platform asks unbound blocks."""
        return self.prepared.possible

    def has_submitted_answer(self) -> bool:
        """Whether there is something to score. Not in a quiz for practice: the platform then passes it over."""
        return self.has_score and bool(self.play_state) and self.play_state["seq"] > 0

    def allows_rescore(self) -> bool:
        """Only what has a score."""
        return self.has_score

    def get_score(self) -> Score:
        """The score as it stands: what the course team set, or else what the learner earned."""
        points, most = earned(from_state(self.play_state), self.prepared.questions)
        if self.override_share is not None:
            points = round(self.override_share * most, 6)
        return Score(raw_earned=points, raw_possible=most)

    def set_score(self, score: Score) -> None:
        """Keep a score that the course team gives; it stands until the learner earns more.

        The LMS calls this for every grade that is published, too; one that equals what was earned is no override.
        """
        share = score.raw_earned / score.raw_possible if score.raw_possible else 0.0
        points, most = earned(from_state(self.play_state), self.prepared.questions)
        is_own = round(share * most, 6) == points
        if is_own and self.override_share is None:
            return
        self.override_share = None if is_own else share

    def publish_grade(self, score: Score | None = None, only_if_higher: bool | None = None) -> None:
        """Tell the gradebook. The platform calls this after an override, without arguments."""
        self._publish_grade(score or self.get_score(), only_if_higher)

    def calculate_score(self) -> Score:
        """The score as if the questions had always been what they are now; changes nothing."""
        points, most = earned(self._regraded(), self.prepared.questions)
        return Score(raw_earned=points, raw_possible=most)

    def rescore(self, only_if_higher: bool) -> None:
        """Grade all answers again by the questions as they are now, and tell the gradebook.

        Raises:
            TypeError: the quiz has no score.
            ValueError: the learner has not answered yet.
        """
        if not self.allows_rescore():
            raise TypeError(_("This quiz is for practice and has no score to calculate again."))
        if not self.has_submitted_answer():
            raise ValueError(_("There is no answer yet to calculate a score from."))
        with transaction.atomic():
            self._regrade(only_if_higher)

    def _regrade(self, only_if_higher: bool) -> None:
        """Regrade log, state and gradebook together; an answer that is on its way waits for the log."""
        user_id, play = self.recorded_for(), from_state(self.play_state)
        answers = [] if user_id is None else api.answers_after(user_id, self.usage_key)
        again = regraded(answers, self.prepared.questions)
        if answers:
            play = replay(again, self.quiz_settings.retry_penalty)
        points, most = earned(play, self.prepared.questions)
        if not only_if_higher or points >= self.get_score().raw_earned:
            changed = {new.seq: new.score for old, new in zip(answers, again, strict=True) if new.score != old.score}
            if changed and user_id is not None:
                api.regrade_answers(user_id, self.usage_key, changed)
            self.play_state = to_state(play)
            self.override_share = None
            self.save()
        self.publish_grade(Score(raw_earned=points, raw_possible=most), only_if_higher)

    def _regraded(self) -> Play:
        user_id = self.recorded_for()
        if user_id is None:
            return from_state(self.play_state)
        answers = api.all_answers(user_id, self.usage_key)
        return replay(regraded(answers, self.prepared.questions), self.quiz_settings.retry_penalty)

    def clear_student_state(
        self,
        user_id: str = "",
        course_id: str = "",
        item_id: str = "",
        requesting_user_id: str = "",
    ) -> None:
        """A learner begins anew: the platform calls this before it deletes their state.

        To a block that has this method the platform leaves everything else that goes with it, the grade included.

        Args:
            user_id: the anonymous id of the learner in this course.
        """
        user = _user_by_anonymous_id(self, user_id)
        usage_key = self.usage_key
        if user is None or not isinstance(usage_key, UsageKey):
            return
        api.forget_answers(user.id, usage_key)
        _clear_completion(user, usage_key)
        if self.has_score:
            _take_back_grade(user.id, usage_key, self.max_score(), self.weight)

    def completed_share(self, play: Play) -> float:
        """The share of the questions that have an answer, 0..1."""
        questions = self.situation.prepared.questions
        return answered(play, questions, self.situation.saved) / len(questions) if questions else 0.0


def _user_by_anonymous_id(block: Any, anonymous_id: str) -> Any:
    """The account behind an anonymous id; None when there is none (any more)."""
    try:
        models = import_module("common.djangoapps.student.models")
    except (ImportError, RuntimeError):
        service = block.runtime.service(block, "user")
        return service.get_user_by_anonymous_id(anonymous_id) if service else None
    return models.user_by_anonymous_id(anonymous_id)


def _clear_completion(user: Any, usage_key: UsageKey) -> None:
    """The platform resets the completion of scored blocks only; a practice quiz would stay ticked."""
    try:
        models = import_module("completion.models")
    except (ImportError, RuntimeError):
        return
    if isinstance(user, get_user_model()):
        models.BlockCompletion.objects.filter(user=user, block_key=usage_key).delete()


def _take_back_grade(user_id: int, usage_key: UsageKey, possible: float, weight: float | None) -> None:
    """Have the gradebook look again, once the state is gone; else the subsection would keep its grade.

    What the platform sends itself for blocks without a `clear_student_state` (Teak, lms/djangoapps/instructor).
    """
    try:
        grades = import_module("lms.djangoapps.grades.api")
    except (ImportError, RuntimeError):
        return

    def tell() -> None:
        grades.signals.PROBLEM_RAW_SCORE_CHANGED.send(
            sender=None,
            raw_earned=0,
            raw_possible=possible,
            weight=weight,
            user_id=user_id,
            course_id=str(usage_key.course_key),
            usage_id=str(usage_key),
            score_deleted=True,
            only_if_higher=False,
            modified=datetime.now(UTC),
            score_db_table=grades.constants.ScoreDatabaseTableEnum.courseware_student_module,
        )

    transaction.on_commit(tell)
