"""A text that is written in several places at once, and of which nothing gets lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from xblocks.reflection import drafting
from xblocks.reflection.drafting import (
    MAX_ANSWER,
    MOST_ASIDE,
    MOST_PENS,
    Choice,
    Draft,
    Outcome,
    Sent,
    TooLongError,
    TooMuchAsideError,
    bring_back,
    choose,
    decode,
    discard,
    encode,
    joined_answers,
    receive,
)

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def sent(text: str, pen: str = "a", turn: int = 1, base: int = 0, name: str = "q") -> Sent:
    return Sent(pen, turn, base, {name: text})


def after(*all_sent: Sent) -> tuple[Draft, Outcome]:
    draft, outcome = Draft(), Outcome.KNOWN
    for one in all_sent:
        draft, outcome = receive(draft, one, NOW)
    return draft, outcome


def clash() -> Draft:
    """Two pages began from nothing; the second one's text waits aside."""
    return after(sent("first"), sent("second", "b"))[0]


# --- One page


def test_what_is_written_on_top_of_what_is_held_takes_its_place() -> None:
    draft, outcome = after(sent("I"), sent("I was", turn=2, base=1))
    assert (draft.answers, draft.version, outcome) == ({"q": "I was"}, 2, Outcome.SAVED)


def test_a_page_that_never_heard_that_it_was_saved_goes_on() -> None:
    draft, outcome = after(sent("I"), sent("I was", turn=2, base=0))
    assert (draft.answers, outcome) == ({"q": "I was"}, Outcome.SAVED)
    assert not draft.aside


def test_what_arrives_twice_or_late_changes_nothing() -> None:
    first, second = sent("I"), sent("I was", turn=2, base=0)
    once, _ = after(first, second)
    twice, outcome = after(first, second, second, first)
    assert (once, outcome) == (twice, Outcome.KNOWN)


def test_a_question_that_is_not_sent_keeps_its_answer() -> None:
    draft, _ = after(sent("old", name="gone"), sent("new", turn=2, base=1))
    assert draft.answers == {"gone": "old", "q": "new"}


# --- Two pages


def test_of_two_texts_the_first_is_held_and_the_second_put_aside() -> None:
    draft, outcome = after(sent("first"), sent("second", "b"))
    assert outcome is Outcome.CONFLICT
    assert draft.answers == {"q": "first"}
    assert [(one.answers, one.at) for one in draft.aside] == [({"q": "second"}, NOW)]


def test_who_writes_on_in_a_conflict_goes_on_with_what_was_put_aside() -> None:
    draft, outcome = receive(clash(), sent("second, and more", "b", turn=2, base=1), NOW)
    assert outcome is Outcome.CONFLICT
    assert [one.answers for one in draft.aside] == [{"q": "second, and more"}]


def test_what_says_the_same_is_no_conflict() -> None:
    draft, outcome = after(sent("same"), sent("same", "b"))
    assert (outcome, draft.aside) == (Outcome.KNOWN, ())
    assert drafting.is_of(draft, sent("same", "b"))


def test_nothing_written_is_nothing_to_put_aside() -> None:
    draft, outcome = after(sent("first"), sent(" \n", "b"))
    assert (outcome, draft.aside) == (Outcome.CONFLICT, ())


def test_what_was_put_aside_and_arrives_again_is_told_as_a_conflict_again() -> None:
    assert receive(clash(), sent("second", "b"), NOW) == (clash(), Outcome.CONFLICT)


# --- Choosing


def test_who_takes_their_own_puts_the_other_aside() -> None:
    draft, outcome = choose(clash(), sent("second", "b", turn=2, base=1), Choice.MINE, NOW)
    assert (draft.answers, outcome) == ({"q": "second"}, Outcome.SAVED)
    assert [one.answers for one in draft.aside] == [{"q": "first"}]


def test_who_takes_the_other_puts_their_own_aside() -> None:
    draft, _ = choose(clash(), sent("second!", "b", turn=2, base=1), Choice.THEIRS, NOW)
    assert draft.answers == {"q": "first"}
    assert [one.answers for one in draft.aside] == [{"q": "second!"}]


def test_who_takes_what_is_the_same_puts_nothing_aside() -> None:
    draft, _ = choose(after(sent("same"))[0], sent("same", "b"), Choice.THEIRS, NOW)
    assert not draft.aside


def test_both_texts_stand_under_each_other() -> None:
    draft, _ = choose(clash(), sent("second", "b", turn=2, base=1), Choice.BOTH, NOW)
    assert draft.answers == {"q": "first\n\nsecond"}
    assert not draft.aside


def test_a_choice_between_texts_of_which_one_has_changed_is_asked_again() -> None:
    changed, _ = receive(clash(), sent("first, changed", turn=2, base=1), NOW)
    draft, outcome = choose(changed, sent("second", "b", turn=2, base=1), Choice.MINE, NOW)
    assert outcome is Outcome.CONFLICT
    assert draft.answers == {"q": "first, changed"}


def test_a_choice_that_arrives_twice_is_made_once() -> None:
    mine = sent("second", "b", turn=2, base=1)
    once, _ = choose(clash(), mine, Choice.MINE, NOW)
    assert choose(once, mine, Choice.MINE, NOW) == (once, Outcome.KNOWN)


def test_a_choice_of_the_one_who_wrote_last_needs_nothing_aside() -> None:
    draft, _ = choose(after(sent("I"))[0], sent("I was", turn=2), Choice.MINE, NOW)
    assert (draft.answers, draft.aside) == ({"q": "I was"}, ())


def test_a_page_that_never_heard_that_both_were_joined_does_not_take_the_place_of_them() -> None:
    both, _ = choose(clash(), sent("second", "b", turn=2, base=1), Choice.BOTH, NOW)
    draft, outcome = receive(both, sent("second, more", "b", turn=3, base=0), NOW)
    assert (draft.answers, outcome) == ({"q": "first\n\nsecond"}, Outcome.CONFLICT)


def test_both_texts_do_not_go_together_when_that_is_too_long() -> None:
    long = after(sent("x" * MAX_ANSWER), sent("y", "b"))[0]
    with pytest.raises(TooLongError):
        choose(long, sent("y", "b", turn=2, base=1), Choice.BOTH, NOW)


def test_a_text_within_the_other_is_not_written_twice() -> None:
    assert joined_answers({"q": "one\ntwo"}, {"q": "two", "r": "new"}) == {"q": "one\ntwo", "r": "new"}
    assert joined_answers({"q": "two"}, {"q": "one\ntwo"}) == {"q": "one\ntwo"}


def test_a_word_that_is_the_beginning_of_another_is_not_taken_for_it() -> None:
    assert joined_answers({"q": "form"}, {"q": "formal"}) == {"q": "form\n\nformal"}


# --- Aside


def test_a_text_that_is_brought_back_changes_places_with_what_is_held() -> None:
    draft = bring_back(clash(), 1, NOW)
    assert (draft.answers, draft.version) == ({"q": "second"}, 2)
    assert [one.answers for one in draft.aside] == [{"q": "first"}]
    assert bring_back(draft, 99, NOW) == draft


def test_a_page_that_still_shows_the_old_text_hears_of_it() -> None:
    draft, outcome = receive(bring_back(clash(), 1, NOW), sent("first, more", turn=2, base=1), NOW)
    assert outcome is Outcome.CONFLICT
    assert draft.answers == {"q": "second"}


def test_a_text_is_thrown_away_by_its_number_only() -> None:
    assert discard(clash(), 2) == clash()
    assert not discard(clash(), 1).aside


def test_when_there_is_no_more_room_nothing_is_taken_in() -> None:
    draft, _ = after(sent("held"), *(sent(f"text {n}", f"pen{n}") for n in range(MOST_ASIDE)))
    assert len(draft.aside) == MOST_ASIDE
    with pytest.raises(TooMuchAsideError):
        receive(draft, sent("one more", "late"), NOW)
    with pytest.raises(TooMuchAsideError):
        choose(draft, sent("one more", "late", base=1), Choice.MINE, NOW)


def test_pens_from_long_ago_are_forgotten() -> None:
    draft = Draft()
    for number in range(MOST_PENS + 5):
        draft, _ = receive(draft, sent(f"{number}", f"pen{number}", base=draft.version), NOW)
    assert len(draft.pens) == MOST_PENS
    assert "pen0" not in draft.pens


def test_a_text_does_not_show_in_the_repr_of_what_holds_it() -> None:
    assert "second" not in repr(clash())
    assert "secret" not in repr(sent("secret"))


# --- Whatever the network does

TOKENS = "token"


class Page:
    """A page as `reflection.js` does it: fields with a text, a pen, a turn, and the version that it has seen."""

    def __init__(self, number: int, draft: Draft) -> None:
        self.number = number
        self.opened = 0
        self.turn = 0
        self.load(draft)

    def load(self, draft: Draft) -> None:
        self.opened += 1
        self.pen = f"pen{self.number}-{self.opened}"
        self.base = draft.version
        self.texts = {"a": draft.answers.get("a", ""), "b": draft.answers.get("b", "")}
        self.conflict: int | None = None

    def message(self, base: int | None = None) -> Sent:
        self.turn += 1
        return Sent(self.pen, self.turn, self.base if base is None else base, dict(self.texts))

    def hear(self, said: Sent, draft: Draft, outcome: Outcome) -> None:
        if said.pen != self.pen:
            return
        if outcome is Outcome.CONFLICT:
            self.conflict = draft.version
        elif drafting.is_of(draft, said):
            self.base, self.conflict = max(self.base, draft.version), None


def tokens(texts: list[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


class Writing(RuleBasedStateMachine):
    """Pages, a network that loses, doubles, delays and turns around, and one server."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.pages: list[Page] = []
        self.under_way: list[Sent] = []
        self.arrived: set[str] = set()
        self.typed = 0

    def page(self, number: int) -> Page:
        if not self.pages:
            self.pages.append(Page(0, self.draft))
        return self.pages[number % len(self.pages)]

    @rule()
    def open_page(self) -> None:
        if len(self.pages) < 4:
            self.pages.append(Page(len(self.pages), self.draft))

    @rule(number=st.integers(0, 3), name=st.sampled_from("ab"))
    def type(self, number: int, name: str) -> None:
        self.typed += 1
        page = self.page(number)
        page.texts[name] = f"{page.texts[name]} {TOKENS}{self.typed}".strip()

    @rule(number=st.integers(0, 3))
    def send(self, number: int) -> None:
        self.under_way.append(self.page(number).message())

    @rule(which=st.integers(0, 50), again=st.booleans(), heard=st.booleans())
    def arrive(self, which: int, again: bool, heard: bool) -> None:
        if not self.under_way:
            return
        index = which % len(self.under_way)
        said = self.under_way[index] if again else self.under_way.pop(index)
        try:
            self.draft, outcome = receive(self.draft, said, NOW)
        except TooMuchAsideError:
            return
        self.arrived |= tokens(list(said.answers.values()))
        if heard:
            for page in self.pages:
                page.hear(said, self.draft, outcome)

    @rule(number=st.integers(0, 3), choice=st.sampled_from(Choice), heard=st.booleans(), late=st.booleans())
    def decide(self, number: int, choice: Choice, heard: bool, late: bool) -> None:
        page = self.page(number)
        if page.conflict is None:
            return
        said = page.message(page.conflict)
        if late:
            # It goes astray and arrives as if it were an ordinary one.
            self.under_way.append(replace(said, base=page.base))
            return
        try:
            self.draft, outcome = choose(self.draft, said, choice, NOW)
        except (TooMuchAsideError, TooLongError):
            return
        self.arrived |= tokens(list(said.answers.values()))
        if heard and outcome is not Outcome.CONFLICT:
            page.load(self.draft)
        elif heard:
            page.hear(said, self.draft, outcome)

    @rule(which=st.integers(0, 5))
    def bring_back(self, which: int) -> None:
        if self.draft.aside and len(self.draft.aside) < MOST_ASIDE:
            self.draft = bring_back(self.draft, self.draft.aside[which % len(self.draft.aside)].number, NOW)

    @invariant()
    def nothing_that_arrived_is_gone(self) -> None:
        kept = [*self.draft.answers.values(), *(text for one in self.draft.aside for text in one.answers.values())]
        assert self.arrived <= tokens(kept)

    @invariant()
    def it_is_kept_as_it_is(self) -> None:
        assert decode(json.loads(json.dumps(encode(self.draft)))) == self.draft

    @invariant()
    def no_two_texts_aside_have_one_number(self) -> None:
        numbers = [one.number for one in self.draft.aside]
        assert numbers == sorted(set(numbers))

    def teardown(self) -> None:
        """The network comes back, and every page sends what it holds: then everything that was ever typed is there."""
        for page in self.pages:
            try:
                self.draft, _ = receive(self.draft, page.message(), NOW)
            except TooMuchAsideError:
                continue
            self.arrived |= tokens(list(page.texts.values()))
        self.nothing_that_arrived_is_gone()


TestWriting = Writing.TestCase
TestWriting.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
