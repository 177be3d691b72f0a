"""The block as the platform meets it: views, OLX, data for programs, the course team's download, learners who leave."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.test import Client
from django.utils import translation
from lxml import etree
from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import add_block, block_for, call, duplicate, export, import_olx, unit, view, who
from tests.xblocks.microquiz.quizzes import TRUTH, WRONG, answer, name_of, one_of_each, text_of
from xblocks.base.learner import viewer_of
from xblocks.base.problems import ContentError
from xblocks.microquiz import api, retirement
from xblocks.microquiz.models import Answer, QuestionContent
from xblocks.microquiz.reporting import LINK_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = ("hear-b", "hear-wrong", "because-single", "hint-one", "secret-word", "secret-back")


# --- Views


def test_nothing_that_is_still_to_be_earned_leaves_the_server() -> None:
    key = add_block(one_of_each())
    block = block_for(key)
    shown = [
        view(key),
        view(key, "", "public_view"),
        json.dumps(block_for(key).student_view_data()),
        call(key, "student_view_user_state", method="GET").text,
        json.dumps(block.index_dictionary()),
    ]
    for secret in SECRETS:
        assert not any(secret in text for text in shown), secret


def test_the_page_knows_no_ids_of_choices() -> None:
    key = add_block(one_of_each().replace('id="a"', 'id="the-right-one"'))
    assert "the-right-one" not in view(key)
    assert "the-right-one" not in json.dumps(block_for(key).student_view_data())


def test_a_learner_sees_the_same_order_each_time_and_others_see_others() -> None:
    choices = "".join(f'<choice id="c{n}" right="{str(n == 0).lower()}">choice {n}</choice>' for n in range(8))
    key = add_block(f'<microquiz url_name="m"><single id="q"><text>?</text>{choices}</single></microquiz>')
    assert view(key) == view(key)
    assert len({text_of(view(key, name)) for name in ("ann", "bob", "carol", "coach")}) > 1


def test_two_views_of_one_quiz_go_on_where_the_learner_stopped() -> None:
    key = add_block(one_of_each())
    answer(key, "single", TRUTH["single"])
    html = view(key)
    current = html[html.index("data-current") - 200 : html.index("data-current")]
    assert 'data-type="multiple"' in current


def test_a_quiz_without_questions_says_so_to_learners_and_authors() -> None:
    key = add_block('<microquiz url_name="empty"/>')
    assert "no questions here yet" in view(key)
    assert block_for(key).has_score is False
    assert block_for(key).max_score() == 0


def test_a_block_speaks_the_learners_language(settings: Any) -> None:
    key = add_block(one_of_each())
    english = view(key)
    with translation.override("rtl"):
        other = view(key)
    assert english != other


def test_addresses_of_course_files_work_where_they_are_shown() -> None:
    key = add_block(
        '<microquiz url_name="m"><truefalse id="q" right="true"><text>?</text><image src="/static/a.svg" alt="A"/>'
        "</truefalse></microquiz>"
    )
    assert 'src="/static/a.svg"' not in view(key)


def test_what_a_colleague_broke_by_hand_does_not_take_the_rest_along() -> None:
    key = add_block(one_of_each())
    block = block_for(key, "team", studio=True)
    block.questions = [*block.questions, {"type": "riddle", "id": "x"}]
    block.save()
    assert "Pick" in view(key)
    assert len(block_for(key).prepared.problems) == 1


# --- OLX


def test_export_and_import_give_the_same_block() -> None:
    text = one_of_each(attempts=3, more='weight="2" ungraded="true" show_answer="attempted"')
    key = add_block(text)
    first = export(key)
    import_olx(key, first)
    assert export(key) == first
    assert block_for(key).quiz_settings.attempts_allowed == 3


def test_a_copy_keeps_ids_and_its_own_history() -> None:
    key = add_block(one_of_each())
    answer(key, "single", TRUTH["single"])
    copy = duplicate(key)
    assert [q["id"] for q in block_for(copy).questions] == [q["id"] for q in block_for(key).questions]
    assert name_of(copy, "single") != name_of(key, "single")
    assert api.all_answers(who("ann").pk, copy) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<riddle/>", "riddle"),
        ('<single id="x"><text>?</text></single>', "two choices"),
        ("<single>" * 40 + "</single>" * 40, ""),
    ],
)
def test_olx_that_cannot_be_read_says_where_and_why(broken: str, said: str) -> None:
    node = etree.fromstring(f'<microquiz url_name="m">{broken}</microquiz>')
    block = block_for(add_block(one_of_each()))
    with pytest.raises(ContentError) as caught:
        type(block).parse_xml(node, block.runtime, block.scope_ids)
    assert said in str(caught.value)


def test_a_due_date_of_the_platform_survives_the_round_trip() -> None:
    key = add_block(one_of_each(more='due="2030-01-01T00:00:00Z"'))
    assert "2030-01-01" in export(key)
    assert block_for(key).due.year == 2030


# --- For programs


def test_the_mobile_app_gets_every_question_and_can_answer_with_it() -> None:
    key = add_block(one_of_each())
    data = block_for(key).student_view_data()
    by_type = {question["type"]: question for question in data["questions"]}
    assert list(by_type) == list(TRUTH)
    right = next(choice for choice in by_type["single"]["choices"] if choice["text"] == "yes-a")
    reply = call(key, "answer", {"question": by_type["single"]["question"], "response": {"choice": right["token"]}})
    assert reply.json["answered"] == 1
    state = call(key, "student_view_user_state", method="GET").json
    assert state["questions"][by_type["single"]["question"]]["standing"] == "right"
    assert "because-single" in state["questions"][by_type["single"]["question"]]["feedback"]


def test_a_visitor_has_no_state_and_learns_no_answer_through_it() -> None:
    key = add_block(one_of_each(more='show_answer="past_due"'), unit("late", due="2020-01-01T00:00:00+00:00"))
    answer = call(key, "student_view_user_state", method="GET", user="")
    assert answer.status == 403
    assert answer.json["error"] == "sign_in"
    assert "secret-word" in call(key, "student_view_user_state", method="GET").text


def test_tokens_are_the_same_where_the_platform_names_branch_and_version() -> None:
    key = add_block(one_of_each())
    block = block_for(key)
    plain = block.student_view_data()
    versioned = key.for_branch("published-branch").for_version("0" * 24)
    block.scope_ids = block.scope_ids._replace(usage_id=versioned)
    assert block.student_view_data() == plain


def test_search_finds_a_quiz_by_its_questions_but_not_by_their_answers() -> None:
    found = block_for(add_block(one_of_each())).index_dictionary()
    assert "Pick" in found["content"]["questions"]
    assert "yes-a" not in json.dumps(found)


# --- The course team's download


def link_for(key: UsageKey, user: str = "team") -> str:
    page = call(key, "report", method="GET", user=user).text
    return page.split('class="mu-button" href="')[1].split('"')[0]


def test_the_download_is_safe_in_a_spreadsheet_and_tells_every_answer() -> None:
    key = add_block(one_of_each())
    answer(key, "shorttext", {"text": '=HYPERLINK("http://evil.example")'}, elapsed_ms=1500)
    answer(key, "single", WRONG["single"], user="bob")
    client = Client()
    client.force_login(who("team"))
    reply = client.get(link_for(key))
    assert reply.streaming
    rows = list(csv.reader(io.StringIO(b"".join(reply.streaming_content).decode("utf-8-sig"))))
    assert rows[0][0] == "learner"
    assert [row[0] for row in rows[1:]] == ["ann", "bob"]
    assert rows[1][5].startswith("'=HYPERLINK")
    assert rows[1][8] == "1.5"
    assert rows[2][5] == "no-b"


def test_a_download_link_is_good_for_one_person_only() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    link = link_for(key)
    client = Client()
    assert client.get(link).status_code == 302
    client.force_login(who("ann"))
    assert client.get(link).status_code == 403
    client.force_login(who("team"))
    forged = signing.dumps({"user": who("team").pk, "usage": str(key)}, salt="something else")
    assert client.get(link.replace(link.split("/")[-1], f"{forged}.csv")).status_code == 403
    with time_machine_at(LINK_SECONDS + 60):
        assert client.get(link).status_code == 403
    assert client.get(link).status_code == 200


@contextmanager
def time_machine_at(seconds: float) -> Iterator[None]:
    """Signatures are looked at that many seconds later."""
    now = time.time()
    with patch("django.core.signing.time.time", return_value=now + seconds):
        yield


def test_figures_tell_which_question_is_misunderstood_and_how() -> None:
    key = add_block(one_of_each())
    for name in ("ann", "bob", "carol"):
        answer(key, "single", WRONG["single"], user=name, elapsed_ms=4000)
    answer(key, "truefalse", TRUTH["truefalse"], elapsed_ms=2000)
    page = text_of(call(key, "report", method="GET", user="team").text)
    assert "Most often missed at the first try: Pick (0% right)" in " ".join(page.split())
    assert "no-b" in page
    assert "3×" in page


# --- Learners who leave, and others who look


def test_a_retired_learner_leaves_nothing_behind() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    answer(key, "single", WRONG["single"], user="bob")
    retirement.forget_retired(None, user=who("ann"))
    retirement.forget_retired(None, user=who("ann"))
    retirement.forget_retired(None)
    assert [row.user_id for row in Answer.objects.all()] == [who("bob").pk]


def test_everything_kept_of_a_learner_can_be_handed_to_them() -> None:
    key = add_block(one_of_each())
    answer(key, "single", WRONG["single"])
    (row,) = api.export_learner(who("ann").pk)
    assert json.loads(json.dumps(row))["usage_key"] == str(key)
    assert row["response"] == {"choice": "b"}


def test_what_staff_do_through_a_learners_eyes_is_not_the_learners() -> None:
    key = add_block(one_of_each())
    block = block_for(key)
    service = block.runtime.service(block, "user")
    learner = who("ann")
    learner.real_user = who("team")
    service._django_user = learner
    viewer = viewer_of(SimpleNamespace(runtime=SimpleNamespace(service=lambda *_: service)))
    assert viewer.is_masquerading
    assert viewer.user_id == who("ann").pk


def test_a_runtime_without_users_has_visitors_only() -> None:
    block = SimpleNamespace(runtime=SimpleNamespace(service=lambda *_: None))
    assert viewer_of(block).user_id is None


def test_one_content_is_kept_once_however_often_it_is_answered() -> None:
    key = add_block(one_of_each())
    copy = duplicate(key)
    for usage_key in (key, copy):
        for name in ("ann", "bob"):
            answer(usage_key, "truefalse", TRUTH["truefalse"], user=name)
    assert QuestionContent.objects.count() == 1


def test_a_unit_that_is_past_its_due_date_shows_everything_and_takes_nothing() -> None:
    key = add_block(one_of_each(more='show_answer="past_due"'), unit("late", due="2020-01-01T00:00:00+00:00"))
    html = view(key)
    assert "secret-word" in html
    assert "mu-go" not in html
