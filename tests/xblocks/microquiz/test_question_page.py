"""A question's page: truth stays on the server until it is earned, nothing on it runs, everybody can use it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.answering import responses_to, right_response, wrong_response
from tests.xblocks.microquiz.marked import (
    ANSWERS,
    CHOICES,
    CLOZE,
    FLASHCARD,
    HEARD_WHEN_WRONG,
    MATCHING,
    MULTIPLE,
    NUMBER,
    ONE_OF_EACH,
    ORDERING,
    SHORT_TEXT,
    SINGLE,
    TRUE_FALSE,
    WHY,
    seen,
)
from tests.xblocks.microquiz.viewing import (
    ENGLISH,
    find,
    foreign,
    name_of,
    parsed,
    shown,
    text_of,
    texts,
    view_of,
)
from xblocks.base.sanitise import clean_html
from xblocks.microquiz import questions as q
from xblocks.microquiz.answer_words import answer_in_words, render_answer, short_name
from xblocks.microquiz.play import Standing
from xblocks.microquiz.question_page import render_feedback, render_hints, render_question
from xblocks.microquiz.responses import Response
from xblocks.microquiz.settings import FeedbackTiming, QuizSettings, ShowAnswer

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def typed(question: q.Question) -> str:
    return question.type


of_each_type = pytest.mark.parametrize("question", ONE_OF_EACH, ids=typed)
gradable = pytest.mark.parametrize("question", ONE_OF_EACH[:-1], ids=typed)
every_mode = pytest.mark.parametrize("mode", ShowAnswer)


def rules(mode: ShowAnswer, **more: Any) -> QuizSettings:
    return QuizSettings(show_answer=mode, attempts_allowed=3, **more)


# --- Truth stays on the server


@of_each_type
@every_mode
@pytest.mark.parametrize("timing", FeedbackTiming)
def test_before_the_answer_nothing_is_on_the_page_that_has_to_be_earned(
    question: q.Question, mode: ShowAnswer, timing: FeedbackTiming
) -> None:
    settings = rules(mode, feedback_timing=timing, ask_confidence=True)
    assert seen(question, shown(question, settings=settings)) == set()
    waiting = right_response(question)
    typed_themselves = seen(question, str(waiting))
    assert seen(question, shown(question, settings=settings, saved=waiting)) == typed_themselves
    assert seen(question, shown(question, settings=settings, locked=True)) == set()


@gradable
@pytest.mark.parametrize("mode", [mode for mode in ShowAnswer if mode is not ShowAnswer.ATTEMPTED])
def test_after_a_wrong_answer_one_hears_what_is_said_to_it_and_nothing_more(
    question: q.Question, mode: ShowAnswer
) -> None:
    html = shown(question, _wrong(question), settings=rules(mode))
    assert seen(question, html) == {"general-wrong"} | HEARD_WHEN_WRONG.get(question.type, set())
    assert "mu-answer" not in html


def _wrong(question: q.Question) -> Response:
    wrong = wrong_response(question)
    assert wrong is not None
    return wrong


@of_each_type
@every_mode
@pytest.mark.parametrize("given_", ["nothing", "wrong", "right"])
def test_no_id_of_a_question_or_of_a_part_of_it_is_ever_on_the_page(
    question: q.Question, mode: ShowAnswer, given_: str
) -> None:
    responses = {"nothing": None, "wrong": wrong_response(question), "right": right_response(question)}
    response = responses[given_]
    for closed in (False, True):
        html = shown(question, *([response] if response else []), settings=rules(mode), closed=closed)
        assert "id-" not in html
        assert "right:" not in html
        assert "extra:" not in html


@gradable
@pytest.mark.parametrize(
    ("mode", "wrongs", "closed"),
    [(ShowAnswer.ATTEMPTED, 1, False), (ShowAnswer.LAST_ATTEMPT, 3, False), (ShowAnswer.PAST_DUE, 1, True)],
)
def test_a_wrong_answer_earns_the_truth_when_the_mode_says_so(
    question: q.Question, mode: ShowAnswer, wrongs: int, closed: bool
) -> None:
    html = shown(question, *[_wrong(question)] * wrongs, settings=rules(mode), closed=closed)
    heard = HEARD_WHEN_WRONG.get(question.type, set())
    assert seen(question, html) == {"general-wrong"} | heard | WHY | ANSWERS.get(question.type, set())
    (answer,) = find(html, "//div[@class='mu-answer']")
    assert text_of(answer).startswith("The answer")


@gradable
def test_after_the_due_date_the_truth_is_there_also_for_who_never_answered(question: q.Question) -> None:
    html = shown(question, settings=rules(ShowAnswer.PAST_DUE), closed=True)
    assert seen(question, html) == WHY | ANSWERS.get(question.type, set())
    assert find(html, "//div[@class='mu-answer']")
    assert not find(html, "//*[@class='mu-verdict']")


@gradable
@every_mode
def test_a_right_answer_hears_that_it_is_right_and_why(question: q.Question, mode: ShowAnswer) -> None:
    html = shown(question, right_response(question), settings=rules(mode))
    assert seen(question, html) >= {"general-right"} | WHY
    assert not seen(question, html) & {"general-wrong", "general-partly", "hint-one", "hear-wrong", "hear-other"}
    assert "mu-answer" not in html
    assert texts(html, "//*[@class='mu-verdict']") == ["✓ Right"]


@every_mode
def test_a_card_keeps_its_back_until_it_is_turned_and_its_explanation_until_it_is_rated(mode: ShowAnswer) -> None:
    assert seen(FLASHCARD, shown(FLASHCARD, settings=rules(mode))) == set()
    assert seen(FLASHCARD, shown(FLASHCARD, settings=rules(mode), turned=True)) == {"the-back"}
    rated = shown(FLASHCARD, {"rating": "again"}, settings=rules(mode), turned=True)
    assert seen(FLASHCARD, rated) == {"the-back"} | WHY


def test_hints_are_there_one_by_one_when_they_were_asked_for() -> None:
    assert texts(shown(SINGLE), "//ul[@class='mu-hints']/li") == []
    assert texts(shown(SINGLE, hints_taken=1), "//ul[@class='mu-hints']/li") == ["hint-one"]
    assert texts(shown(SINGLE, hints_taken=2), "//ul[@class='mu-hints']/li") == ["hint-one", "hint-two"]
    assert render_hints(view_of(replace(SINGLE, hints=()))) == ""


# --- Two questions that differ only in what is right look the same


def another_truth(question: q.Question) -> q.Question:
    """The same question to the eye of somebody who has not answered it, with another truth behind it."""
    hidden: dict[str, Any] = {
        "hints": tuple(f"another {hint}" for hint in question.hints),
        "feedback": q.Feedback(right="another", partly="another", wrong="another"),
        "explanation": q.Explanation(text="another", source_url="https://example.org/another", source_title="another"),
        "title": "another",
        "points": 7.0,
        "tags": ("another",),
    }
    texts_: tuple[q.TextAnswer, ...] = (q.TextAnswer(pattern="another"),)
    match question:
        case q.SingleChoice() | q.MultipleChoice():
            hidden["choices"] = _turned(question.choices)
        case q.TrueFalse():
            hidden |= {"right": not question.right, "feedback_true": "another", "feedback_false": "another"}
        case q.ShortText():
            hidden |= {"answers": texts_, "fold_case": not question.fold_case}
        case q.Number():
            hidden["answers"] = (q.NumberAnswer(value=Decimal(42)),)
        case q.Cloze():
            hidden["gaps"] = tuple(
                replace(gap, options=_turned(gap.options))
                if isinstance(gap, q.PickedGap)
                else replace(gap, answers=texts_)
                for gap in question.gaps
            )
        case q.Ordering():
            hidden["items"] = (*question.items[1:], question.items[0])
        case q.Flashcard():
            hidden["back"] = "another"
    return replace(question, **hidden)


def _turned(choices: Any) -> Any:
    """What was right of the neighbour is right of each, and each says something else."""
    rights = [choice.right for choice in choices]
    turned = [*rights[1:], rights[0]]
    return tuple(
        replace(choice, right=right, feedback="another") for choice, right in zip(choices, turned, strict=True)
    )


@patiently
@given(strategies.questions(), strategies.quiz_settings(), st.booleans())
def test_questions_that_differ_only_in_what_is_right_look_the_same_before_the_answer(
    question: q.Question, settings: QuizSettings, locked: bool
) -> None:
    other = another_truth(question)
    one, two = (view_of(each, settings=settings, locked=locked, total=3) for each in (question, other))
    # That an order is not the right one is said openly: it may stand turned round.
    assume(not isinstance(question, q.Ordering) or one.order == two.order)
    assert render_question(one, ENGLISH) == render_question(two, ENGLISH)


@pytest.mark.parametrize("mode", [mode for mode in ShowAnswer if mode is not ShowAnswer.ATTEMPTED])
def test_after_a_wrong_choice_the_others_look_the_same_whichever_of_them_is_right(mode: ShowAnswer) -> None:
    def with_right(right: str) -> q.SingleChoice:
        return replace(SINGLE, choices=tuple(replace(one, right=one.id == right) for one in CHOICES))

    pages = {
        shown(with_right(right), {"choice": "id-wrong"}, settings=rules(mode)) for right in ("id-right", "id-other")
    }
    assert len(pages) == 1


def test_which_texts_belong_together_is_not_told_by_their_tokens() -> None:
    tokens = view_of(MATCHING).tokens
    assert len(set(tokens.values())) == len(tokens) == 5
    swapped = replace(
        MATCHING, pairs=tuple(replace(p, right=r) for p, r in zip(MATCHING.pairs, ("bird", "mammal"), strict=True))
    )

    def seen_pairs(question: q.Question) -> tuple[list[str], set[str]]:
        html = shown(question)
        return texts(html, "//label/span"), set(texts(html, "//option"))

    assert seen_pairs(MATCHING) == seen_pairs(swapped)


def test_the_options_of_a_gap_do_not_stand_as_the_author_ordered_them() -> None:
    options = tuple(q.GapOption(id=one, text=one, right=one == "a") for one in "abcd")

    def offered(gap: str, shown_options: tuple[q.GapOption, ...]) -> list[str]:
        question = q.Cloze(id="c", text=f"[[{gap}]]", gaps=(q.PickedGap(id=gap, options=shown_options),))
        return texts(shown(question), "//option")[1:]

    gaps = [f"gap{number}" for number in range(30)]
    assert {offered(gap, options)[0] for gap in gaps} == set("abcd")
    assert all(offered(gap, options) == offered(gap, options[::-1]) for gap in gaps)


def test_right_hand_texts_stand_in_the_learner_s_order() -> None:
    order = ("extra:fish", "right:id-owl", "right:id-cat")
    assert texts(shown(MATCHING, order=order), "//label[1]//option")[1:] == ["fish", "bird", "mammal"]


# --- Nothing on the page runs, whatever its author wrote


@st.composite
def anything_shown(draw: st.DrawFn) -> str:
    """A page of a question at any point of anybody's play."""
    question = draw(strategies.questions())
    settings = draw(strategies.quiz_settings())
    given_ = draw(st.lists(responses_to(question), max_size=2))
    saved = draw(st.one_of(st.none(), responses_to(question)))
    return shown(
        question,
        *given_,
        settings=settings,
        saved=saved,
        closed=draw(st.booleans()),
        turned=draw(st.booleans()),
        locked=draw(st.booleans()),
        current=draw(st.booleans()),
        hints_taken=draw(st.integers(0, len(question.hints))),
        total=draw(st.integers(1, 3)),
    )


@patiently
@given(anything_shown())
def test_a_page_is_inert_and_whole_whatever_the_author_and_the_learner_wrote(html: str) -> None:
    assert foreign(html) == []
    ((item,), (after,)) = (
        find(f"<ol>{html}</ol><p id='after'>", path) for path in ("//body/ol/li", "//body/p[@id='after']")
    )
    assert item.get("class") == "mu-q"
    assert text_of(after) == ""


@patiently
@given(anything_shown())
def test_every_label_leads_somewhere_and_every_control_has_a_name(html: str) -> None:
    root = parsed(html)
    ids = [one.get("id") for one in root.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for one in root.xpath(f"//*[@{attribute}]"):
            assert set(one.get(attribute).split()) <= set(ids)
    controls = root.xpath("//input | //select | //button | //fieldset[@role]")
    assert [one.get("class") for one in controls if not name_of(one)] == []


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a><form><input>'


@pytest.mark.parametrize(
    "question",
    [
        replace(SINGLE, text=HOSTILE, hints=(HOSTILE,), choices=tuple(replace(c, text=HOSTILE) for c in CHOICES)),
        replace(SINGLE, image=q.Image(src='https://example.org/"onload="alert(1)', alt=HOSTILE)),
        replace(SINGLE, image=q.Image(src="javascript:alert(1)", alt=HOSTILE)),
        replace(
            SINGLE, feedback=q.Feedback(right=HOSTILE), choices=tuple(replace(c, feedback=HOSTILE) for c in CHOICES)
        ),
        replace(
            SINGLE, explanation=q.Explanation(text=HOSTILE, source_url="javascript:alert(1)", source_title=HOSTILE)
        ),
        replace(SINGLE, explanation=q.Explanation(source_url='https://x.org/"onclick="alert(1)', source_title=HOSTILE)),
        replace(NUMBER, unit=HOSTILE),
        replace(ORDERING, items=tuple(replace(item, text=HOSTILE) for item in ORDERING.items)),
        replace(MATCHING, pairs=(q.Pair(id="p", left=HOSTILE, right=HOSTILE),), distractors=(HOSTILE + "2",)),
        replace(FLASHCARD, back=HOSTILE),
        q.Cloze(
            id="c",
            text=f"{HOSTILE} [[g]]",
            gaps=(q.PickedGap(id="g", options=(q.GapOption(id="o", text=HOSTILE, right=True),)),),
        ),
        q.Cloze(id="c", text="[[g]]", gaps=(q.TypedGap(id="g", answers=(q.TextAnswer(pattern=HOSTILE),)),)),
        q.ShortText(id="s", text="?", answers=(q.TextAnswer(pattern=HOSTILE),)),
    ],
)
def test_markup_in_any_field_is_text_or_gone(question: q.Question) -> None:
    for html in (
        shown(question, hints_taken=2, turned=True),
        shown(question, right_response(question), hints_taken=2, settings=rules(ShowAnswer.ATTEMPTED)),
        shown(question, settings=rules(ShowAnswer.PAST_DUE), closed=True),
    ):
        assert foreign(html) == []
        assert not find(html, "//script | //form//form | //*[@onload or @onerror or @onclick]")
        assert len(find(html, "//form")) == 1


def test_list_items_pasted_without_their_list_stay_where_they_were_written() -> None:
    loose = "<li>One</li><li>Two</li>"
    ordering = replace(ORDERING, items=tuple(replace(item, text=loose) for item in ORDERING.items))
    single = replace(
        SINGLE, text=loose, hints=(loose,), choices=tuple(replace(choice, feedback=loose) for choice in CHOICES)
    )
    assert texts(shown(ordering), "//ol[@class='mu-order']/li/span[not(@class)]") == ["OneTwo"] * 3
    html = f"<ol>{shown(single, {'choice': 'id-wrong'}, hints_taken=1)}</ol>"
    assert len(find(html, "//body/ol/li")) == len(find(html, "//ul[@class='mu-hints']/li")) == 1
    assert clean_html(f'<ul title="</ul>"><li><ol>{loose}</ol></li></ul>').count("<li>") == 3
    assert clean_html(loose) == "One<br>Two<br>"


def test_what_the_learner_typed_comes_back_as_they_typed_it() -> None:
    (field,) = find(shown(SHORT_TEXT, saved={"text": HOSTILE}), "//input[@name='t']")
    assert field.get("value") == HOSTILE
    (gap, _) = find(shown(CLOZE, saved={"gaps": {"id-typed": HOSTILE}}), "//*[@class='mu-gap']")
    assert gap.get("value") == HOSTILE


# --- What one sees of each type


def test_choices_stand_in_the_learner_s_order_and_the_chosen_one_is_marked() -> None:
    html = shown(SINGLE, saved={"choice": "id-wrong"}, order=("id-other", "id-right", "id-wrong"))
    assert texts(html, "//label[@class='mu-choice']") == ["text-other", "text-right", "text-wrong"]
    assert [one.get("checked") is not None for one in find(html, "//input[@type='radio']")] == [False, False, True]
    assert find(html, "//fieldset[@role='radiogroup']")


def test_several_choices_may_be_taken_and_each_taken_one_says_whether_it_is_right() -> None:
    html = shown(MULTIPLE, {"choices": ["id-right", "id-wrong"]})
    marked = {text_of(label.find("span")): label.xpath("string(.//b)") for label in find(html, "//label")}
    assert marked == {"text-right": "right", "text-wrong": "not yet", "text-other": ""}
    assert "More than one can be right." in html
    assert len(find(html, "//input[@type='checkbox'][@checked]")) == 2


def test_true_and_false_are_two_choices() -> None:
    html = shown(TRUE_FALSE, {"value": False})
    assert texts(html, "//label") == ["True", "False"]
    assert [one.get("value") for one in find(html, "//input[@checked]")] == ["false"]
    assert not find(shown(TRUE_FALSE), "//input[@checked]")


def test_a_number_is_typed_with_its_unit_beside_it_on_a_number_pad() -> None:
    (field,) = find(shown(NUMBER, {"text": "3,5"}), "//input[@name='t']")
    assert (field.get("value"), field.get("inputmode")) == ("3,5", "decimal")
    assert texts(shown(NUMBER), "//span[@class='mu-typed']") == ["kg"]
    (field,) = find(shown(SHORT_TEXT), "//input[@name='t']")
    assert (field.get("value"), field.get("inputmode")) == ("", None)


def test_things_to_order_stand_as_the_learner_put_them_and_each_can_be_moved() -> None:
    order = ["id-third", "id-first", "id-second"]
    html = shown(ORDERING, {"order": order})
    assert texts(html, "//ol[@class='mu-order']/li/span[not(@class)]") == ["item-3", "item-1", "item-2"]
    assert [one.get("aria-label") for one in find(html, "//li[1]/button[@data-move]")] == ["Up: item-3", "Down: item-3"]
    assert texts(html, "//li/span[@class='mu-sign']/b") == ["not yet"] * 3
    fresh = texts(shown(ORDERING), "//ol[@class='mu-order']/li/span[not(@class)]")
    assert sorted(fresh) == ["item-1", "item-2", "item-3"]
    assert fresh != ["item-1", "item-2", "item-3"]


def test_each_left_hand_side_has_a_list_of_all_right_hand_texts() -> None:
    html = shown(MATCHING, {"pairs": {"id-owl": "right:id-owl"}})
    cat, owl = find(html, "//select")
    assert sorted(text_of(one) for one in cat) == ["Choose…", "bird", "fish", "mammal"]
    assert [text_of(one) for one in cat if one.get("selected") is not None] == []
    assert [text_of(one) for one in owl if one.get("selected") is not None] == ["bird"]
    assert texts(html, "//label/span[@class='mu-sign']/b") == ["not yet", "right"]


def test_gaps_stand_in_the_text_typed_or_picked() -> None:
    html = shown(CLOZE, {"gaps": {"id-typed": "mine", "id-picked": "id-off"}})
    (text,) = find(html, "//div[@class='mu-text']")
    assert text.text.strip() == "what-is-asked"
    typed_gap, picked_gap = find(html, "//*[@class='mu-gap']")
    assert (typed_gap.get("value"), typed_gap.get("aria-label")) == ("mine", "Gap 1")
    assert [text_of(one) for one in picked_gap if one.get("selected") is not None] == ["off"]
    assert texts(html, "//div[@class='mu-text']/span[@class='mu-sign']/b") == ["not yet", "not yet"]
    half = shown(CLOZE, {"gaps": {"id-typed": "mine"}})
    assert not find(half, "//option[@selected]")
    assert [one.get("value") for one in find(shown(CLOZE), "//input[@class='mu-gap']")] == [""]


def test_what_closes_a_gap_stays_on_its_line() -> None:
    question = q.Cloze(
        id="c", text="([[a]]), [[b]] ends here", gaps=tuple(replace(CLOZE.gaps[0], id=one) for one in "ab")
    )
    html = shown(question)
    assert texts(html, "//span[@class='mu-kept']") == ["),"]
    assert len(find(html, "//span[@class='mu-kept']/input")) == 1
    assert texts(html, "//div[@class='mu-text']") == ["(), ends here"]
    answered = shown(question, {"gaps": {"a": "x"}})
    assert texts(answered, "//div[@class='mu-text']") == ["(○not yet), ○not yet ends here"]


def test_a_gap_that_is_not_described_yet_stands_as_it_was_written() -> None:
    question = replace(CLOZE, text="A [[id-typed]] and [[later]].", gaps=CLOZE.gaps[:1])
    assert texts(shown(question), "//div[@class='mu-text']") == ["A and [[later]]."]


def test_a_card_is_turned_then_rated() -> None:
    front, back = shown(FLASHCARD), shown(FLASHCARD, turned=True)
    assert texts(front, "//button[@data-do='turn']") == ["Turn the card"]
    assert not find(front, "//button[@name='r']")
    assert not find(back, "//button[@data-do='turn']")
    assert texts(back, "//button[@name='r']") == ["Not yet", "With effort", "Yes", "Easily"]
    rated = find(shown(FLASHCARD, {"rating": "hard"}, turned=True), "//button[@aria-pressed='true']")
    assert [one.get("value") for one in rated] == ["hard"]


# --- Around it


def test_one_sees_where_one_is_when_there_is_more_than_one_question() -> None:
    assert texts(shown(SINGLE, place=2, total=5), "//*[contains(@class, 'mu-place')]") == ["Question 2 of 5"]
    assert not find(shown(SINGLE), "//*[contains(@class, 'mu-place')]")


def test_the_question_to_go_on_with_is_marked() -> None:
    assert find(shown(SINGLE, current=True), "//li[@data-current]")
    assert not find(shown(SINGLE), "//li[@data-current]")


def test_a_picture_comes_with_its_text() -> None:
    question = replace(SINGLE, image=q.Image(src="/static/mail.png", alt='A mail from "the bank"'))
    (image,) = find(shown(question), "//img[@class='mu-image']")
    assert (image.get("src"), image.get("alt")) == ("/static/mail.png", 'A mail from "the bank"')
    assert not find(shown(SINGLE), "//img")


def test_how_sure_one_is_is_asked_before_the_answer_only() -> None:
    asking = QuizSettings(ask_confidence=True, attempts_allowed=1)
    html = shown(SINGLE, settings=asking)
    assert texts(html, "//fieldset[@class='mu-sure']//label") == ["I am guessing", "Fairly sure", "Certain"]
    assert not find(shown(SINGLE), "//fieldset[@class='mu-sure']")
    assert not find(shown(SINGLE, {"choice": "id-wrong"}, settings=asking), "//fieldset[@class='mu-sure']")
    assert not find(shown(FLASHCARD, settings=asking, turned=True), "//fieldset[@class='mu-sure']")


@pytest.mark.parametrize(
    ("given_", "settings", "buttons"),
    [
        ([], QuizSettings(), ["Answer", "Hint"]),
        (["id-wrong"], QuizSettings(), ["Try again", "Hint"]),
        (["id-right"], QuizSettings(), []),
        (["id-wrong"], QuizSettings(attempts_allowed=1), []),
        ([], QuizSettings(feedback_timing=FeedbackTiming.END), ["Hint"]),
    ],
)
def test_what_one_can_do_next_is_on_the_buttons(given_: list[str], settings: QuizSettings, buttons: list[str]) -> None:
    html = shown(SINGLE, *({"choice": one} for one in given_), settings=settings)
    assert texts(html, "//div[@class='mu-actions']/button") == buttons
    assert bool(find(html, "//fieldset[@disabled]")) is (buttons == [])


def test_the_hint_button_goes_with_the_last_hint() -> None:
    assert texts(shown(SINGLE, hints_taken=2), "//div[@class='mu-actions']/button") == ["Answer"]
    assert texts(shown(replace(SINGLE, hints=())), "//div[@class='mu-actions']/button") == ["Answer"]


@pytest.mark.parametrize(("used", "text"), [(0, "3 attempts left"), (1, "2 attempts left"), (2, "1 attempt left")])
def test_attempts_that_are_left_are_counted(used: int, text: str) -> None:
    html = shown(SINGLE, *[{"choice": "id-wrong"}] * used, settings=QuizSettings(attempts_allowed=3))
    assert texts(html, "//small") == [text]
    assert not find(shown(SINGLE), "//small")


@of_each_type
@pytest.mark.parametrize("state", [{"locked": True}, {"closed": True}])
def test_who_may_not_answer_sees_inputs_that_are_shut_and_no_buttons(question: q.Question, state: Any) -> None:
    html = shown(question, turned=True, **state)
    inputs = find(html, "//input | //select | //button")
    assert inputs
    assert all(one.get("disabled") is not None or one.xpath("ancestor::fieldset[@disabled]") for one in inputs)
    assert not find(html, "//div[@class='mu-actions']")


# --- Feedback


@pytest.mark.parametrize(
    ("choices", "verdict", "general"),
    [(["id-right"], "✓ Right", "general-right"), (["id-wrong"], "○ Not yet", "general-wrong")],
)
def test_a_verdict_is_a_sign_a_word_and_what_the_author_says(choices: list[str], verdict: str, general: str) -> None:
    html = shown(MULTIPLE, {"choices": choices})
    assert texts(html, "//*[@class='mu-verdict']") == [verdict]
    assert general in html


def test_an_answer_that_is_partly_right_is_almost_right() -> None:
    both = replace(MULTIPLE, choices=tuple(replace(one, right=one.id != "id-wrong") for one in CHOICES))
    html = shown(both, {"choices": ["id-right"]})
    assert texts(html, "//*[@class='mu-verdict']") == ["◐ Almost"]
    assert seen(both, html) == {"hear-right", "general-partly"}
    assert texts(html, "//div[@class='mu-actions']/button")[0] == "Try again"


def test_the_verdict_stands_alone_when_the_author_says_nothing() -> None:
    assert texts(shown(q.TrueFalse(id="t", text="?"), {"value": False}), "//div[@class='mu-feedback']") == ["○ Not yet"]


def test_an_answer_that_was_edited_away_leaves_the_verdict_without_its_own_feedback() -> None:
    html = shown(SINGLE, {"choice": "id-wrong"}, response=None, mark=None)
    assert seen(SINGLE, html) == {"general-wrong"}
    assert not find(html, "//input[@checked]")


def test_an_answer_that_waits_to_be_handed_in_hears_no_verdict_on_the_one_before() -> None:
    end = QuizSettings(feedback_timing=FeedbackTiming.END)
    view = view_of(SINGLE, {"choice": "id-wrong"}, saved={"choice": "id-right"}, settings=end)
    assert view.rules.standing is Standing.SAVED
    assert render_feedback(view, ENGLISH) == ""


def test_there_is_no_feedback_before_the_answer() -> None:
    assert render_feedback(view_of(SINGLE), ENGLISH) == ""


def test_a_card_without_an_explanation_hears_nothing() -> None:
    card = replace(FLASHCARD, explanation=q.Explanation())
    assert render_feedback(view_of(card, {"rating": "good"}, turned=True), ENGLISH) == ""


@pytest.mark.parametrize(
    ("explanation", "source", "link"),
    [
        (
            q.Explanation(source_url="https://x.org/a", source_title="The book"),
            "Read more: The book",
            "https://x.org/a",
        ),
        (q.Explanation(source_url="https://x.org/a"), "Read more: https://x.org/a", "https://x.org/a"),
        (q.Explanation(source_url="/static/a.pdf", source_title=" "), "Read more: /static/a.pdf", "/static/a.pdf"),
        (q.Explanation(source_title="Cialdini, Influence"), "Read more: Cialdini, Influence", None),
        (q.Explanation(source_url="javascript:x", source_title="The book"), "Read more: The book", None),
        (q.Explanation(source_url="javascript:x"), None, None),
        (q.Explanation(text="Because."), None, None),
    ],
)
def test_a_source_is_a_link_when_it_has_an_address(
    explanation: q.Explanation, source: str | None, link: str | None
) -> None:
    html = shown(replace(SINGLE, explanation=explanation), {"choice": "id-right"})
    assert texts(html, "//*[@class='mu-source']") == ([source] if source else [])
    assert [one.get("href") for one in find(html, "//*[@class='mu-source']/a")] == ([link] if link else [])


# --- The answer in the page's words, and in the report's


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (SINGLE, "text-right"),
        (replace(MULTIPLE, choices=tuple(replace(c, right=True) for c in CHOICES[:2])), "text-righttext-wrong"),
        (TRUE_FALSE, "True"),
        (replace(TRUE_FALSE, right=False), "False"),
        (SHORT_TEXT, "pattern-right…"),
        (q.ShortText(id="s", answers=(q.TextAnswer(pattern="5 \\* *"),)), "5 * …"),
        (NUMBER, "271828.5 kg"),
        (replace(NUMBER, unit=""), "271828.5"),
        (ORDERING, "item-1item-2item-3"),
        (MATCHING, "cat → mammalowl → bird"),
        (CLOZE, "what-is-asked pattern-right and on."),
        (FLASHCARD, "the-back"),
    ],
)
def test_the_right_answer_is_shown_as_one_reads_it(question: q.Question, answer: str) -> None:
    assert text_of(find(f"<div id='x'>{render_answer(question, ENGLISH)}</div>", "//*[@id='x']")[0]) == answer


def test_a_type_that_has_no_answer_to_show_is_an_error() -> None:
    with pytest.raises(TypeError, match="no answer to show for Question"):
        render_answer(q.Question(id="q"), ENGLISH)


@pytest.mark.parametrize(
    ("question", "response", "words"),
    [
        (SINGLE, {"choice": "id-wrong"}, "text-wrong"),
        (MULTIPLE, {"choices": ["id-right", "id-other"]}, "text-right; text-other"),
        (TRUE_FALSE, {"value": True}, "True"),
        (TRUE_FALSE, {"value": False}, "False"),
        (SHORT_TEXT, {"text": "=1+1"}, "=1+1"),
        (NUMBER, {"text": "3,5 kg"}, "3,5 kg"),
        (ORDERING, {"order": ["id-third", "id-first", "id-second"]}, "item-3 > item-1 > item-2"),
        (MATCHING, {"pairs": {"id-cat": "right:id-owl", "id-owl": "extra:fish"}}, "cat = bird; owl = fish"),
        (CLOZE, {"gaps": {"id-typed": "mine", "id-picked": "id-off"}}, "mine; off"),
        (FLASHCARD, {"rating": "hard"}, "With effort"),
    ],
)
def test_an_answer_is_told_to_the_course_team_in_words(question: q.Question, response: Response, words: str) -> None:
    assert answer_in_words(question, response, ENGLISH) == words


@patiently
@given(strategies.questions(), st.data())
def test_an_answer_in_words_names_no_ids_and_stands_on_one_line(question: q.Question, data: st.DataObject) -> None:
    words = answer_in_words(question, data.draw(responses_to(question)), ENGLISH)
    assert not words.startswith(("right:", "extra:", "option:"))
    assert isinstance(question, q.ShortText | q.Number | q.Cloze | q.Matching) or "\n" not in words


@patiently
@given(strategies.questions())
def test_the_truth_can_be_shown_of_every_question(question: q.Question) -> None:
    assert foreign(f"<div>{render_answer(question, ENGLISH)}</div>") == []


@pytest.mark.parametrize(
    ("question", "short"),
    [
        (q.TrueFalse(id="q", title="A title", text="A text"), "A title"),
        (q.TrueFalse(id="q", title="  ", text="<p>A <b>text</b></p>"), "A text"),
        (q.Cloze(id="q", text="A [[g]] here"), "A … here"),
        (q.TrueFalse(id="q", image=q.Image(src="/a.png", alt="A picture")), "A picture"),
        (q.TrueFalse(id="q", image=q.Image(src="/a.png")), ""),
        (q.TrueFalse(id="q", text="x" * 20), "x" * 20),
        (q.TrueFalse(id="q", text="x" * 21), "x" * 19 + "…"),
    ],
)
def test_a_question_is_named_by_its_title_its_text_or_its_picture(question: q.Question, short: str) -> None:
    assert short_name(question, 20) == short
    assert unescape(short) == short


def test_one_always_knows_how_long_it_still_takes() -> None:
    view = replace(view_of(SINGLE), total=3, minutes_left=2)
    assert "about 2 minutes left" in render_question(view, ENGLISH)
    assert "left" not in render_question(replace(view, minutes_left=0), ENGLISH)
