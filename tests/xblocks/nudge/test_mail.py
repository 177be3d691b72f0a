"""Messages as they arrive: sent through edx-ace and SMTP to a real sink, and parsed there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.template import engines
from django.test import override_settings
from edx_ace import policy as ace_policy
from edx_ace.channel import ChannelType
from edx_ace.channel.django_email import DjangoEmailChannel
from edx_ace.errors import RecoverableChannelDeliveryError
from edx_ace.policy import Policy, PolicyResult
from edx_ace.signals import ACE_MESSAGE_SENT
from edx_ace.utils.date import get_current_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xblocks.nudge.mailing import Scene, course, html_of, paths_in, scene, text_of
from tests.xblocks.nudge.sink import Sink
from xblocks.microquiz.questions import Number, NumberAnswer
from xblocks.nudge import mail, models
from xblocks.nudge.kinds import Kind
from xblocks.nudge.mail import Outcome, Result

pytestmark = pytest.mark.django_db


def sent(of: Scene, kind: Kind = Kind.REVIEWS, about: Any = None, **values: Any) -> Any:
    """The mail that arrives."""
    with Sink() as sink:
        outcome = mail.send(of.nudge(kind, **values), of.person, of.about if about is None else about, of.now)
        assert outcome == Outcome(Result.SENT)
        return sink.mail


# --- What arrives


def test_a_mail_has_both_parts_and_each_says_everything() -> None:
    ann = scene()
    ann.ask()
    arrived = sent(ann)
    text, html = text_of(arrived), html_of(arrived)
    assert arrived["To"] == "ann@example.com"
    assert arrived["Subject"] == "One question, half a minute: Spot the phish"
    for said in ("One question, half a minute", "What do you look at first?", "Practise now", "You get this because"):
        assert said in text
        assert said in html
    assert paths_in(text) == paths_in(html)
    assert set(paths_in(text)) == {"go", "q", "stop"}


def test_the_first_line_of_the_text_is_what_and_how_long() -> None:
    assert text_of(sent(scene())).splitlines()[0] == "One question, half a minute"


def test_unsubscribing_takes_one_click() -> None:
    """RFC 8058."""
    arrived = sent(scene())
    assert re.fullmatch(r"<http://127\.0\.0\.1:8000/microunits/stop/[^<>]+>", arrived["List-Unsubscribe"].strip())
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobodys_absence_note_answers() -> None:
    """RFC 3834."""
    assert sent(scene())["Auto-Submitted"] == "auto-generated"


def test_nothing_in_a_mail_tells_that_it_was_read() -> None:
    ann = scene()
    ann.ask()
    html = html_of(sent(ann))
    assert not re.search(r"<img|url\(|<script|<link|<iframe", html)


def test_nothing_in_a_mail_names_the_learner() -> None:
    ann = scene()
    arrived = sent(ann)
    assert "Ann-Secret" not in text_of(arrived) + html_of(arrived) + str(arrived["Subject"])


def test_choices_are_not_in_the_mail() -> None:
    ann = scene()
    ann.ask()
    arrived = sent(ann)
    for secret in ("The sender", "The logo", "hear-", "because-", "hint-"):
        assert secret not in text_of(arrived) + html_of(arrived)


def test_a_question_that_takes_a_page_is_not_in_the_mail() -> None:
    ann = scene()
    ann.ask(Number(id="n", text="How many?", answers=(NumberAnswer(value=3),)))  # type: ignore[arg-type]
    assert set(paths_in(text_of(sent(ann)))) == {"go", "stop"}


def test_a_question_of_another_course_is_not_in_the_mail() -> None:
    ann = scene()
    ann.ask()
    other = course("Passwords", "PASS")
    assert set(paths_in(text_of(sent(ann, about=[(other, 1)])))) == {"go", "stop"}


def test_several_courses_are_one_mail() -> None:
    ann = scene()
    arrived = sent(ann, Kind.DIGEST, about=[(ann.course, 2), (course("Passwords", "PASS"), 1)], questions=3)
    text = text_of(arrived)
    assert "- Spot the phish: 2\u00a0questions\n- Passwords: 1\u00a0question\n" in text
    assert "<li" in html_of(arrived)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.integers(0, 2))
def test_whatever_a_course_is_called_its_mail_arrives(name: str, variant: int) -> None:
    ann = scene_of(name)
    arrived = sent(ann, variant=variant)
    assert "\n" not in arrived["Subject"]
    assert not arrived.defects


def scene_of(name: str) -> Scene:
    from django.contrib.auth.models import User

    User.objects.all().delete()
    models.Learner.objects.all().delete()
    models.Course.objects.all().delete()
    return scene(name="".join(one for one in name if one.isprintable() or one in "\r\n\t"))


def test_a_name_with_markup_is_text() -> None:
    html = html_of(sent(scene(name="<script>alert(1)</script> & co")))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    text = text_of(sent(scene_of('<b> & "co"')))
    assert '<b> & "co"' in text


def test_a_line_end_in_a_name_starts_no_header() -> None:
    arrived = sent(scene(name="Phish\r\nBcc: everybody@example.com"))
    assert arrived["Bcc"] is None
    assert arrived["Subject"].endswith("Phish Bcc: everybody@example.com")


@pytest.mark.parametrize("kind", [Kind.REVIEWS, Kind.DIGEST, Kind.COMEBACK, Kind.GOODBYE])
def test_the_html_is_well_formed(kind: Kind) -> None:
    ann = scene()
    ann.ask()
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    parser.parse(html_of(sent(ann, kind)))


# --- Languages


def test_a_mail_is_in_the_language_of_its_reader() -> None:
    ann = scene(language="nl")
    ann.ask()
    arrived = sent(ann)
    assert text_of(arrived).startswith("Eén vraag, een halve minuut\n")
    assert arrived["Subject"] == "Eén vraag, een halve minuut: Spot the phish"
    assert arrived["Content-Language"] == "nl"
    assert 'lang="nl" dir="ltr"' in html_of(arrived)


@pytest.mark.parametrize("code", ["nl-NL", "nl_BE", "NL"])
def test_a_variant_of_a_language_is_that_language(code: str) -> None:
    assert sent(scene(language=code))["Content-Language"] == "nl"


def test_without_a_language_of_theirs_it_is_the_courses() -> None:
    from devstack.models import Course

    ann = scene()
    Course.objects.update(language="nl")
    assert sent(ann)["Content-Language"] == "nl"


@pytest.mark.parametrize("code", ["tlh", "x", "ar"])
def test_a_language_that_is_not_there_is_english_from_left_to_right(code: str) -> None:
    arrived = sent(scene(language=code))
    assert arrived["Content-Language"] == "en"
    assert 'lang="en" dir="ltr"' in html_of(arrived)


def test_a_platforms_language_without_words_of_ours_gives_way_to_the_courses() -> None:
    from devstack.models import Course

    ann = scene(language="fr")
    Course.objects.update(language="nl")
    with override_settings(LANGUAGES=[("en", "English"), ("nl", "Nederlands"), ("fr", "français")]):
        assert sent(ann)["Content-Language"] == "nl"


def test_where_nobodys_language_has_words_of_ours_it_is_english() -> None:
    with override_settings(LANGUAGES=[("fr", "français")], LANGUAGE_CODE="fr"):
        assert sent(scene(language="fr"))["Content-Language"] == "en"


def test_what_is_written_from_right_to_left_stands_so() -> None:
    html = html_of(sent(scene(language="rtl")))
    assert html.count('dir="rtl"') >= 3
    assert 'dir="ltr"' not in html


# --- Messages that others asked for

TEXTS = {
    "en": {"subject": "Soon", "text": "On Tuesday.\n\nBring a mail.", "button": "Prepare"},
    "nl": {"subject": "Binnenkort", "text": "Op dinsdag.", "button": "Bereid je voor"},
    "de": {"subject": "Bald", "text": "Am Dienstag."},
}


def anchor(of: Scene, texts: Any = TEXTS) -> models.Anchor:
    hour = timedelta(hours=1)
    return models.Anchor.objects.create(
        learner=of.learner, course=of.course, key="workshop", at=of.now, until=of.now + hour, texts=texts, path="/w/"
    )


@pytest.mark.parametrize(("language", "subject"), [("", "Soon"), ("nl", "Binnenkort"), ("tlh", "Soon")])
def test_an_anchored_message_is_in_a_language_that_its_asker_wrote(language: str, subject: str) -> None:
    ann = scene(language=language)
    arrived = sent(ann, Kind.ANCHORED, anchor_id=anchor(ann).pk)
    assert arrived["Subject"] == subject


def test_an_anchored_message_may_be_in_a_language_that_we_do_not_speak() -> None:
    ann = scene(language="de")
    with override_settings(LANGUAGES=[("en", "English"), ("de", "Deutsch")]):
        arrived = sent(ann, Kind.ANCHORED, anchor_id=anchor(ann).pk)
    assert arrived["Subject"] == "Bald"
    assert "Am Dienstag." in text_of(arrived)


def test_an_anchored_message_whose_request_is_gone_is_not_sent() -> None:
    ann = scene()
    with Sink() as sink:
        outcome = mail.send(ann.nudge(Kind.ANCHORED, anchor_id=99), ann.person, ann.about, ann.now)
    assert outcome == Outcome(Result.UNDELIVERABLE, "nothing_to_say")
    assert sink.calls == 0


# --- What a transport can do


def outcome_with(sink: Sink) -> Outcome:
    ann = scene()
    with sink:
        return mail.send(ann.nudge(), ann.person, ann.about, ann.now)


def test_a_recipient_that_is_refused_is_an_outcome() -> None:
    sink = Sink(refuse_recipient=True)
    assert outcome_with(sink) == Outcome(Result.REFUSED, "SMTPRecipientsRefused 550")
    assert sink.raw == []


def test_a_content_that_is_refused_is_an_outcome() -> None:
    assert outcome_with(Sink(refuse_content=True)) == Outcome(Result.REFUSED, "SMTPDataError 554")


@pytest.mark.parametrize("when", ["greeting", "EHLO", "MAIL", "RCPT"])
def test_a_connection_that_breaks_before_the_message_is_on_its_way_is_a_refusal(when: str) -> None:
    outcome = outcome_with(Sink(hang_up=when))
    assert outcome == Outcome(Result.REFUSED, "SMTPServerDisconnected")


@pytest.mark.parametrize("when", ["DATA", "after DATA"])
def test_a_connection_that_breaks_with_the_message_on_its_way_is_uncertain(when: str) -> None:
    outcome = outcome_with(Sink(hang_up=when))
    assert outcome.is_uncertain
    assert not outcome.is_sent
    assert outcome.reason == "SMTPServerDisconnected"


def test_a_server_that_hangs_up_after_it_took_the_message_has_taken_it() -> None:
    sink = Sink(hang_up="QUIT")
    assert outcome_with(sink).is_sent
    assert len(sink.raw) == 1


def test_no_server_is_a_refusal() -> None:
    ann = scene()
    with Sink():
        pass
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    ):
        outcome = mail.send(ann.nudge(), ann.person, ann.about, ann.now)
    assert outcome == Outcome(Result.REFUSED, "ConnectionRefusedError")


class Broken(BaseEmailBackend):
    """A transport with an error of its own."""

    def send_messages(self, email_messages: Any) -> int:
        raise RuntimeError("no such bucket")


def test_an_error_that_is_not_mails_own_leaves_it_uncertain() -> None:
    ann = scene()
    with override_settings(EMAIL_BACKEND=f"{__name__}.Broken"):
        assert mail.send(ann.nudge(), ann.person, ann.about, ann.now) == Outcome(Result.UNCERTAIN, "RuntimeError")


@pytest.mark.parametrize("address", ["", "nobody", "a@b\nBcc: c@d.example", "two@example.com, three@example.com"])
def test_an_address_that_is_none_is_never_offered(address: str) -> None:
    ann = scene(email=address)
    with Sink() as sink:
        outcome = mail.send(ann.nudge(), ann.person, ann.about, ann.now)
    assert outcome == Outcome(Result.UNDELIVERABLE, "no_address")
    assert sink.calls == 0


# --- edx-ace


@pytest.fixture
def ace_policies(monkeypatch: pytest.MonkeyPatch) -> list[Policy]:
    """Policies of the platform; edx-ace reads them once a process."""
    policies: list[Policy] = []
    monkeypatch.setattr(ace_policy, "policies", lambda: policies)
    return policies


class OptedOut(Policy):  # type: ignore[misc]
    """As the platform's own opt-out by course: it looks at `course_ids`."""

    def check(self, message: Any) -> PolicyResult:
        wanted = message.context.get("course_ids") == ["course-v1:Org+PHISH+R"]
        return PolicyResult(deny={ChannelType.EMAIL} if wanted and message.recipient.lms_user_id else set())


def test_the_platforms_opt_out_by_course_is_honoured(ace_policies: list[Policy]) -> None:
    ace_policies.append(OptedOut())
    ann = scene()
    with Sink() as sink:
        outcome = mail.send(ann.nudge(), ann.person, ann.about, ann.now)
        other = [(course("Passwords", "PASS"), 1)]
        assert mail.send(ann.nudge(), ann.person, other, ann.now).is_sent
    assert outcome == Outcome(Result.UNDELIVERABLE, "denied_by_policy")
    assert len(sink.raw) == 1


class Failing(Policy):  # type: ignore[misc]
    """A policy with a mistake in it."""

    def check(self, message: Any) -> PolicyResult:
        raise LookupError("policy")


def test_a_mistake_before_the_transport_is_raised(ace_policies: list[Policy]) -> None:
    ace_policies.append(Failing())
    ann = scene()
    with Sink() as sink, pytest.raises(LookupError, match="policy"):
        mail.send(ann.nudge(), ann.person, ann.about, ann.now)
    assert sink.calls == 0


def test_a_missing_template_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "NAME", "nothing_of_that_name")
    ann = scene()
    with Sink() as sink:
        outcome = mail.send(ann.nudge(), ann.person, ann.about, ann.now)
    assert outcome == Outcome(Result.UNDELIVERABLE, "no_template")
    assert sink.calls == 0


def test_a_platform_without_a_mail_channel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from edx_ace import channel

    monkeypatch.setattr(channel, "channels", lambda: channel.ChannelMap([]))
    ann = scene()
    assert mail.send(ann.nudge(), ann.person, ann.about, ann.now) == Outcome(Result.UNDELIVERABLE, "no_channel")


def test_a_channel_that_asks_to_wait_too_long_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(self: Any, message: Any, rendered: Any) -> None:
        raise RecoverableChannelDeliveryError("busy", get_current_time() + timedelta(hours=1))

    monkeypatch.setattr(DjangoEmailChannel, "deliver", wait)
    ann = scene()
    assert mail.send(ann.nudge(), ann.person, ann.about, ann.now) == Outcome(Result.REFUSED, "expired")


def test_who_fails_at_hearing_that_it_was_sent_does_not_undo_it() -> None:
    def fail(**_others: Any) -> None:
        raise LookupError("listener")

    ACE_MESSAGE_SENT.connect(fail)
    try:
        ann = scene()
        with Sink() as sink:
            assert mail.send(ann.nudge(), ann.person, ann.about, ann.now).is_sent
    finally:
        ACE_MESSAGE_SENT.disconnect(fail)
    assert len(sink.raw) == 1


def test_listening_for_one_message_leaves_no_listener_behind() -> None:
    before = len(ACE_MESSAGE_SENT.receivers)
    sent(scene())
    assert len(ACE_MESSAGE_SENT.receivers) == before


def test_templates_only_print_what_the_letter_says() -> None:
    """No text of ours is in a template, so the catalogue has all of it."""
    for name in ("subject.txt", "body.txt", "body.html", "from_name.txt", "head.html"):
        template = engines["django"].get_template(f"microunits_nudge/edx_ace/nudge/email/{name}")
        source = re.sub(
            r"\{[{%].*?[%}]\}|<style>.*?</style>|<!--.*?-->|<[^>]*>|&nbsp;",
            "",
            template.template.source,
            flags=re.DOTALL,
        )
        assert not re.search(r"[A-Za-z]", source), source


# --- Previews, and the tray


def test_a_preview_is_the_mail_with_links_that_lead_nowhere() -> None:
    ann = scene(language="nl")
    ann.ask()
    nudge = models.Nudge(learner=ann.learner, kind=Kind.REVIEWS, questions=1)
    shown = mail.preview(nudge, ann.person, ann.about, ann.now)
    assert shown is not None
    assert shown.subject == "Eén vraag, een halve minuut: Spot the phish"
    assert paths_in(shown.text + shown.html) == {}
    assert "What do you look at first?" in shown.html
    assert models.Nudge.objects.count() == 0


def test_there_is_no_preview_of_a_request_that_is_gone() -> None:
    ann = scene()
    nudge = models.Nudge(learner=ann.learner, kind=Kind.ANCHORED, anchor_id=99)
    assert mail.preview(nudge, ann.person, ann.about, ann.now) is None


def test_the_tray_says_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from devstack.platform import Devstack

    told: list[Any] = []
    monkeypatch.setattr(Devstack, "notify", lambda self, *what: told.append(what) or True)
    ann = scene()
    assert mail.notify(ann.nudge(), ann.person, ann.about, ann.now).is_sent
    ((users, key, text, address),) = told
    assert (users, str(key), text) == (
        [ann.user.pk],
        "course-v1:Org+PHISH+R",
        "One question, half a minute: Spot the phish",
    )
    assert "/microunits/go/" in address


def test_a_platform_without_a_tray_is_told() -> None:
    ann = scene()
    assert mail.notify(ann.nudge(), ann.person, ann.about, ann.now) == Outcome(Result.UNDELIVERABLE, "no_tray")
    assert mail.notify(ann.nudge(Kind.GOODBYE), ann.person, [], ann.now).reason == "nothing_to_say"
