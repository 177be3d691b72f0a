"""The course team's page in a real browser: any size, any eyes, any direction, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from devstack import people
from devstack.models import Course as DevstackCourse
from tests.browser.conftest import PATIENCE, Shot, fits
from tests.browser.test_accessibility import must_pass
from tests.xblocks.nudge.teamwork import DAY, KEY, card, course, lively, now, nudge, questions
from xblocks.base.accounts import OPENEDX
from xblocks.nudge import models, team

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PAGE = f"/microunits/team/{KEY}/"

Look = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """The browser's event loop runs in this thread, which Django fears; the database is used between its turns only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def no_course_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, the figures are those of now."""
    monkeypatch.setattr(team, "SLOW_SECONDS", float("inf"))


@pytest.fixture
def look(browser: Browser, live_server: Any) -> Iterator[Look]:
    """Opens pages as the course team; none may complain."""
    contexts = []
    complaints: list[str] = []

    def open_page(language: str = "en", size: Any = PHONE, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=size, **options)
        contexts.append(context)
        client = Client()
        client.force_login(people.person("team"))
        kept = {name: client.cookies[name].value for name in (django_settings.SESSION_COOKIE_NAME,)}
        kept["openedx-language-preference"] = language
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()])
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def small(page: Page) -> Any:
    """What a finger would miss: less than 44 pixels high; a box is as large as its label."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
          'button, summary, select, input:not([type=hidden], [type=checkbox]), label:has(> input), a')]
          .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 43.5).map(it => it.outerHTML)"""
    )


def in_swing() -> models.Course:
    """A course with everything that the page can show."""
    of = lively(60, held_out=24)
    of.target_at, of.tail = now() + 75 * DAY, [30, 61, 91, 182]
    of.save()
    learners = list(models.Learner.objects.all()[:40])
    for place, (status, reason) in enumerate(
        (("skipped", "opted_out"), ("skipped", "nothing_due"), ("failed", "SMTPRecipientsRefused 550"))
    ):
        nudge(learners[place + 30], of, now() - timedelta(days=2, minutes=place), status, reason)
    models.Preferences.objects.create(learner=learners[35], is_stopped=True)
    models.Preferences.objects.create(learner=learners[36], paused_until=now() + 9 * DAY)
    return of


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_with_everything_unfolded(look: Look, shot: Shot, language: str, size: Any) -> None:
    in_swing()
    page = look(language, size)
    page.goto(PAGE)
    must_pass(page, shot, "folded")
    assert fits(page)
    assert small(page) == []
    page.locator("details").evaluate_all("them => them.forEach(it => { it.open = true; })")
    must_pass(page, shot, "unfolded")
    assert fits(page)


@pytest.mark.parametrize("language", ["en", "rtl"])
def test_a_course_that_nobody_has_begun(look: Look, shot: Shot, language: str) -> None:
    DevstackCourse.objects.create(key=KEY, title="Phishing, seen through", language="en")
    page = look(language)
    page.goto(PAGE)
    must_pass(page, shot, "empty")
    assert fits(page)


def test_choosing_without_a_script(look: Look, shot: Shot) -> None:
    in_swing()
    page = look(java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("Messages a week").fill("9")
    page.get_by_label("How much of it?").select_option("0.95")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("At most 7: that is what the administrators of this site allow.")).to_be_visible()
    expect(page.get_by_label("Messages a week")).to_have_value("9")
    expect(page.get_by_label("How much of it?")).to_have_value("0.95")
    shot(page, "problem")
    page.get_by_label("Messages a week").fill("5")
    page.get_by_role("button", name="See the plan first").click()
    expect(page.get_by_text("It is not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    kept = models.Course.objects.get()
    assert (kept.retention, kept.policy) == (0.95, {"per_week": 5})


FOLD = "#choices .mt-form details"


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_days_hour_and_rest_behind_a_fold_that_opens_for_what_is_to_be_mended(
    look: Look, shot: Shot, language: str, size: Any
) -> None:
    of = in_swing()
    models.Preferences.objects.filter(is_stopped=False).update(hour=10)
    page = look(language, size, java_script_enabled=False)
    page.goto(PAGE)
    fold = page.locator(FOLD)
    expect(fold.locator("[name=hour]")).to_be_hidden()
    fold.locator("summary").click()
    for day in range(5):
        fold.locator(f"[type=checkbox][value='{day}']").uncheck()
    fold.locator("[name=hour]").select_option("21")
    fold.locator("[name=rest]").fill("1")
    fold.locator("[name=stop_after]").fill("99")
    assert small(page) == []
    page.locator("button[value=save]").click()
    expect(fold).to_have_attribute("open", "")
    expect(fold.locator(".mt-problem")).to_have_count(3)
    expect(fold.locator("[name=hour]")).to_have_value("21")
    expect(fold.locator("[name=rest]")).to_have_value("1")
    assert [box.is_checked() for box in fold.locator("[type=checkbox]").all()] == [False] * 5 + [True] * 2
    shot(page, "mend")
    fold.locator("[name=hour]").select_option("9")
    fold.locator("[name=rest]").fill("48")
    fold.locator("[name=stop_after]").fill("4")
    page.locator("button[value=save]").click()
    expect(page.locator(".mt-notice")).to_contain_text("9:00")
    shot(page, "saved")
    expect(page.locator(".mt-warning")).to_contain_text("1")
    expect(fold.locator("summary")).to_contain_text("9:00")
    expect(fold.locator("[name=hour]")).to_be_hidden()
    of.refresh_from_db()
    assert of.policy == {"days": 0b1100000, "hour": 9, "rest": 48, "stop_after": 4}
    assert fits(page)


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_choices_with_problems_pass_for_any_eyes(look: Look, shot: Shot, language: str, size: Any) -> None:
    course()
    page = look(language, size)
    page.goto(PAGE)
    page.locator(f"{FOLD} > summary").click()
    must_pass(page, shot, "choices")
    assert small(page) == []
    for box in page.locator(f"{FOLD} [type=checkbox]").all():
        box.uncheck()
    for name in ("rest", "slow_after", "stop_after"):
        page.locator(f"[name={name}]").fill("9999")
    page.locator("[name=hour]").select_option("20")
    page.locator("button[value=save]").click()
    expect(page.locator(f"{FOLD} .mt-problem")).to_have_count(5)
    must_pass(page, shot, "problems")
    assert fits(page)
    assert small(page) == []


def test_the_fold_is_filled_in_by_keyboard_alone(look: Look) -> None:
    course()
    page = look(size=DESKTOP)
    page.goto(PAGE)
    page.locator(f"{FOLD} > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(7):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Only around")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Hours without messages")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    expect(page.locator(".mt-notice")).to_contain_text("around 10:00")
    assert models.Course.objects.get().policy == {"days": 0b1111110, "hour": 10, "rest": 72}


def test_stopping_takes_two_steps_and_starting_again_too(look: Look, shot: Shot) -> None:
    course()
    page = look()
    page.goto(PAGE)
    expect(page.get_by_role("button", name="Stop all messages now")).to_be_hidden()
    page.get_by_text("Stop all messages of this course").click()
    shot(page, "asked")
    page.get_by_role("button", name="Stop all messages now").click()
    expect(page.get_by_text("The messages of this course are stopped.")).to_be_visible()
    must_pass(page, shot, "stopped")
    assert models.Course.objects.get().is_stopped
    page.get_by_text("Start again").click()
    page.get_by_role("button", name="Start the messages again").click()
    expect(page.get_by_text("Started again.")).to_be_visible()
    assert not models.Course.objects.get().is_stopped


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_message_in_a_frame_in_which_nothing_runs(look: Look, shot: Shot, size: Any) -> None:
    of = course()
    ann = models.Learner.objects.create(source=OPENEDX, external_id=str(people.person("ann").pk))
    models.Participation.objects.create(learner=ann, course=of, began_at=now())
    card(ann, questions(of, 1)[0], now() - DAY)
    page = look(size=size)
    page.goto(PAGE)
    page.get_by_label("User name or e-mail address").fill("ann")
    page.get_by_role("button", name="Show the message").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_be_visible()
    expect(frame.get_by_role("link", name="Practise now")).to_be_visible()
    must_pass(page, shot, "message")
    assert fits(page)
    page.get_by_label("User name or e-mail address").fill("nobody")
    page.get_by_role("button", name="Show the message").click()
    expect(page.get_by_text("Nobody of that name")).to_be_visible()
    must_pass(page, shot, "nobody")


def test_who_does_not_belong_to_the_team_reads_a_sentence(look: Look, browser: Browser, live_server: Any) -> None:
    course()
    client = Client()
    client.force_login(people.person("ann"))
    with browser.new_context(base_url=live_server.url) as context:
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        answer = page.goto(PAGE)
        assert answer
        assert answer.status == 403
        expect(page.get_by_text("This page is for the team of this course.")).to_be_visible()
