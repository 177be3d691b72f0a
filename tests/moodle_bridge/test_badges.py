"""The badges of a course on their way to Moodle: what is carried, how it looks, and what stays behind."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from moodle_bridge.components import Component, Course, Fate
from moodle_bridge.keys import LONGEST, badge_key
from moodle_bridge.plan import Action, Held, HeldField, make_plan
from moodle_bridge.plan_calls import steps
from moodle_bridge.plan_text import lines, loss_lines
from moodle_bridge.syncing import course_of
from tests.moodle_bridge.exported import EXPORT, carried

CRITERION = '<completed blocks="microquiz@sender"/>'


def export(*badges: str, block: str = "badges", **files: str | bytes) -> dict[str, str | bytes]:
    """The export with a block of badges in its first unit."""
    whole = f'<badges url_name="{block}" display_name="Badges">{"".join(badges)}</badges>'
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", f"{whole}</vertical>")
    return {
        **EXPORT,
        "vertical/v1.xml": unit,
        **{f"static/{name.replace('_png', '.png')}": data for name, data in files.items()},
    }


def badge(inside: str = CRITERION, id_: str = "steady", name: str = "Keeps going", **more: str) -> str:
    attributes = "".join(f' {key}="{value}"' for key, value in more.items())
    return f'<badge id="{id_}" name="{name}"{attributes}>{inside}</badge>'


def carried_badge(*badges: str, **files: str | bytes) -> tuple[Component, Course]:
    course = carried(export(*badges, **files))
    (one,) = course.beside
    return one, course


def losses(course: Course) -> set[tuple[str, Fate]]:
    return {(loss.path, loss.fate) for loss in course.losses if loss.key == course.beside[0].key}


def picture_of(one: Component) -> Image.Image:
    (file,) = one.files
    assert one.fields["picture"] == f"@@FILE:{file.sha256}@@"
    assert file.made is not None
    return Image.open(BytesIO(file.made))


def test_a_badge_stands_beside_the_sections_with_what_it_says() -> None:
    one, course = carried_badge(
        badge(f"<description><![CDATA[<p>Comes <b>back</b>.</p><p>Again &amp; again.</p>]]></description>{CRITERION}")
    )
    assert (one.kind, one.key, one.title) == ("badge", badge_key("course-v1:Org+PHISH+2026", "steady"), "Keeps going")
    assert one.origin == "block-v1:Org+PHISH+2026+type@badges+block@badges"
    assert {name: one.fields[name] for name in ("name", "description", "needed", "validity", "visible")} == {
        "name": "Keeps going",
        "description": "Comes back.\nAgain & again.",
        "needed": "all",
        "validity": 0,
        "visible": True,
    }
    assert one.fields["criteria"] == "<p>Complete “Who is writing?”.</p>"
    assert one.key not in {component.key for _section, component in course.placed()}
    assert one in list(course.all())
    assert losses(course) == set()


def test_a_key_is_short_and_of_the_course_and_the_badge_alone() -> None:
    keys = {badge_key(course, id_) for course in ("course-v1:A+B+C", "course-v1:A+B+D") for id_ in ("a", "b", "x" * 64)}
    assert len(keys) == 6
    assert max(map(len, keys)) <= LONGEST
    (here,) = carried(export(badge())).beside
    (there,) = carried(export(badge(), block="elsewhere")).beside
    assert here.key == there.key


def test_several_things_to_do_are_a_list() -> None:
    inside = f'<any>{CRITERION}<all><weeks weeks="4"/><first_try number="2"/></all></any>'
    one, _course = carried_badge(badge(inside))
    assert one.fields["needed"] == "any"
    assert str(one.fields["criteria"]).count("<ul>") == 2
    assert str(one.fields["criteria"]).count("<li>") == 4


def test_a_teams_own_words_come_first() -> None:
    words = '<narrative><![CDATA[<p>Just <i>stay</i>. <img src="/static/a.png" alt="x"></p>]]></narrative>'
    one, course = carried_badge(badge(words + CRITERION))
    assert "<i>stay</i>" in str(one.fields["criteria"])
    assert "<img" not in str(one.fields["criteria"])
    assert losses(course) == {("narrative", Fate.LOST)}
    plain, course = carried_badge(badge(f"<narrative>Just stay.</narrative>{CRITERION}"))
    assert (plain.fields["criteria"], losses(course)) == ("Just stay.", set())


def test_a_badge_without_a_picture_gets_the_one_of_its_design() -> None:
    one, _course = carried_badge(badge(f'<design shape="circle" letters="KG" ground="#0f766e"/>{CRITERION}'))
    image = picture_of(one)
    assert (image.format, image.width) == ("PNG", image.height)
    other, _course = carried_badge(badge(f'<design shape="star" letters="KG" ground="#0f766e"/>{CRITERION}'))
    again, _course = carried_badge(badge(f'<design shape="circle" letters="KG" ground="#0f766e"/>{CRITERION}'))
    assert one.fields["picture"] == again.fields["picture"] != other.fields["picture"]


def test_a_picture_of_the_course_is_carried() -> None:
    one, course = carried_badge(badge(image="/static/b.png"), b_png=b"png")
    (file,) = one.files
    assert (file.name, file.made) == ("b.png", None)
    assert losses(course) == set()


@pytest.mark.parametrize(("image", "fate"), [("/static/b.svg", Fate.CHANGED), ("/static/none.png", Fate.LOST)])
def test_a_picture_that_moodle_cannot_take_is_drawn_and_that_is_said(image: str, fate: Fate) -> None:
    one, course = carried_badge(badge(image=image), **{"b.svg": b"<svg/>"})
    picture_of(one)
    assert losses(course) == {("image", fate)}
    plain, _course = carried_badge(badge())
    assert plain.fields["picture"] != one.fields["picture"]


def test_what_moodles_badges_have_no_place_for_is_said() -> None:
    alignment = '<alignment name="NIST" url="https://example.org"/>'
    one, course = carried_badge(badge(f"{CRITERION}<tag>mail</tag>{alignment}", minutes="60", months="12"))
    assert losses(course) == {(name, Fate.LOST) for name in ("minutes", "tags", "alignments")}
    assert one.fields["validity"] == 365 * 86_400
    assert "Keeps going: minutes" in "\n".join(loss_lines(course))


def test_a_badge_that_two_blocks_have_is_carried_once() -> None:
    unit = str(export(badge())["vertical/v1.xml"])
    twice = unit.replace("</vertical>", f'<badges url_name="more">{badge(name="Other")}</badges></vertical>')
    course = carried({**EXPORT, "vertical/v1.xml": twice})
    assert [one.title for one in course.beside] == ["Keeps going"]
    assert [one.title for one in course.left_out if one.type == "badges"] == ["Other"]


def test_badges_that_cannot_be_read_are_left_out_and_the_rest_is_carried() -> None:
    course = carried(export("<badge/>"))
    assert course.beside == ()
    assert [one.type for one in course.left_out] == ["video", "badges"]
    assert len(list(course.placed())) == 3


def held_of(course: Course) -> list[Held]:
    from moodle_bridge.components import hashes

    whole = [*(section.itself() for section in course.sections), *course.all()]
    return [
        Held(key=one.key, kind=one.kind, fields={name: HeldField(hash=value) for name, value in hashes(one).items()})
        for one in whole
        if not one.parts
    ]


def test_a_badge_is_planned_field_by_field_and_removed_when_it_goes() -> None:
    described = f"<description>Comes back.</description>{CRITERION}"
    one, course = carried_badge(badge(described))
    plan = make_plan(course, [])
    made = next(step for step in steps(plan, 7) if step.key == one.key)
    assert made.call.params["payload"]["files"] == {
        one.files[0].sha256: {"name": "steady.png", "mimetype": "image/png"}
    }
    assert "  + Keeps going (badge): new" in "\n".join(lines(plan))
    _one, changed = carried_badge(badge(described, name="Goes on"))
    again = make_plan(changed, held_of(course))
    plans = {one.key: one for one in again.components}
    assert (plans[one.key].action, {change.name for change in plans[one.key].fields}) == (
        Action.CHANGED,
        {"name"},
    )
    gone = make_plan(carried(EXPORT), held_of(course))
    assert [(one.key, one.action) for one in gone.components if one.kind == "badge"] == [(one.key, Action.REMOVED)]


def test_a_drawn_picture_has_its_bytes_while_the_course_is_open(tmp_path: Any) -> None:
    for name, content in export(badge()).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with course_of(str(tmp_path)) as found:
        (one,) = found.course.beside
        assert found.content(one.files[0]) == one.files[0].made
