"""Blocks that the tests of the devstack play with."""

from __future__ import annotations

from typing import Any

from web_fragments.fragment import Fragment
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.fields import Float, Integer, Scope, String
from xblock.scorable import ScorableXBlockMixin, Score


@XBlock.wants("user", "completion", "settings", "replace_urls", "studio_user_permissions")
@XBlock.needs("i18n")
class CounterBlock(ScorableXBlockMixin, CompletableXBlockMixin, XBlock):  # type: ignore[misc]
    """Counts up to a goal: scored, and completed by the share of the goal."""

    display_name = String(default="Counter", scope=Scope.settings)
    goal = Integer(default=2, scope=Scope.content)
    weight = Integer(default=4, scope=Scope.settings)
    count = Integer(default=0, scope=Scope.user_state)
    other = Integer(default=0, scope=Scope.user_state)
    everybody = Integer(default=0, scope=Scope.user_state_summary)
    favourite = String(default="", scope=Scope.preferences)
    score = Float(default=None, scope=Scope.user_state)
    block_settings_key = "counter"

    def student_view(self, context: Any = None) -> Fragment:
        """The learner's view."""
        fragment = Fragment(f'<p class="counter">{self.count}</p><img src="/static/sender.svg" alt="">')
        fragment.add_javascript(_SCRIPT)
        fragment.initialize_js("CounterBlock", {"goal": self.goal, "tricky": "</script>"})
        return fragment

    def public_view(self, context: Any = None) -> Fragment:
        """What everybody may see."""
        return Fragment("<p>Log in to count.</p>")

    def studio_view(self, context: Any = None) -> Fragment:
        """The course team's view."""
        fragment = Fragment(f'<label>Goal <input name="goal" value="{self.goal}"></label> <button>Save</button>')
        fragment.add_javascript(_SCRIPT)
        fragment.initialize_js("CounterEditor")
        return fragment

    @XBlock.json_handler
    def step(self, data: Any, suffix: str = "") -> dict[str, int]:
        """Count one on."""
        self.count += 1
        self.everybody += 1
        self.runtime.publish(self, "grade", {"value": min(self.count, self.goal), "max_value": self.goal})
        self.emit_completion(min(1.0, self.count / self.goal))
        self.runtime.publish(self, "counter.stepped", {"count": self.count})
        return {"count": self.count}

    @XBlock.json_handler
    def like(self, data: Any, suffix: str = "") -> dict[str, str]:
        """Set a preference and another field."""
        self.favourite = data["colour"]
        self.other += 1
        return {"favourite": self.favourite}

    @XBlock.json_handler
    def set_goal(self, data: Any, suffix: str = "") -> dict[str, int]:
        """Change what the course team wrote; only Studio may."""
        self.goal = data["goal"]
        return {"goal": self.goal}

    @XBlock.handler
    def read(self, request: Any, suffix: str = "") -> Any:
        """Anybody may read how far they are."""
        from webob import Response

        return Response(f"{self.count} {suffix} {request.GET.get('q', '')}", content_type="text/plain")

    def student_view_data(self, context: Any = None) -> dict[str, int]:
        """For the mobile app."""
        return {"goal": self.goal}

    def max_score(self) -> int:
        """The most points."""
        return int(self.weight)

    def has_submitted_answer(self) -> bool:
        """Whether they began."""
        return bool(self.count > 0)

    def calculate_score(self) -> Score:
        """The score now."""
        return Score(min(self.count, self.goal), self.goal)

    def get_score(self) -> Score:
        """The score kept."""
        return Score(self.score, self.goal)

    def set_score(self, score: Score) -> None:
        """Keep a score."""
        self.score = score.raw_earned

    def publish_grade(self) -> None:
        """Publish the score that is kept."""
        self._publish_grade(self.get_score())


class PlainBlock(XBlock):  # type: ignore[misc]
    """Scored, without a completion of its own, and without a single declared service."""

    has_score = True
    weight = None

    def student_view(self, context: Any = None) -> Fragment:
        """The learner's view."""
        return Fragment("<p>plain</p>")

    @XBlock.json_handler
    def score(self, data: Any, suffix: str = "") -> dict[str, str]:
        """Publish whatever the test wants."""
        self.runtime.publish(self, data["event"], data["payload"])
        return {}

    def max_score(self) -> float:
        """The most points."""
        return 1.0


class BoxBlock(XBlock):  # type: ignore[misc]
    """Holds other blocks."""

    has_children = True

    def student_view(self, context: Any = None) -> Fragment:
        """The views of its children."""
        fragment = Fragment()
        fragment.add_fragments_resources(found := self.runtime.render_children(self))
        fragment.add_content("".join(child.content for child in found))
        return fragment


_SCRIPT = """
function CounterBlock(runtime, element, args) {
  element.dataset.plain = String(element instanceof Element);
  element.dataset.goal = args.goal;
  var button = document.createElement('button');
  button.textContent = 'Count';
  element.appendChild(button);
  button.addEventListener('click', function () {
    var token = document.cookie.match(/csrftoken=([^;]+)/)[1];
    fetch(runtime.handlerUrl(element, 'step'), {method: 'POST', headers: {'X-CSRFToken': token}, body: '{}'})
      .then(function (answer) { return answer.json(); })
      .then(function (data) { element.querySelector('.counter').textContent = data.count; });
  });
}
function CounterEditor(runtime, element) {
  element = element.jquery ? element[0] : element;
  element.querySelector('button').addEventListener('click', function () {
    runtime.notify('save', {state: 'start'});
    var token = document.cookie.match(/csrftoken=([^;]+)/)[1];
    fetch(runtime.handlerUrl(element, 'set_goal'), {
      method: 'POST', headers: {'X-CSRFToken': token},
      body: JSON.stringify({goal: Number(element.querySelector('input').value)})
    }).then(function () { runtime.notify('save', {state: 'end'}); });
  });
}
"""

BLOCKS = {"counter": CounterBlock, "plain": PlainBlock, "box": BoxBlock}
