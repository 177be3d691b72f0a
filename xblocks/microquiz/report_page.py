"""The course team's page: few numbers, a bar before each, and the table as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations
from html import escape

from xblocks.base.numerals import numeral
from xblocks.microquiz.answer_words import short_name
from xblocks.microquiz.figures import QuestionFigures
from xblocks.microquiz.questions import MultipleChoice, Question


def render_report(
    title: str,
    lines: Sequence[QuestionFigures],
    *,
    css_url: str,
    csv_url: str,
    lang: str,
    rtl: bool,
    words: NullTranslations,
) -> str:
    """A whole HTML page."""
    heading = words.gettext("How it goes: %(title)s") % {"title": title}
    return (
        f'<!DOCTYPE html><html lang="{escape(lang)}" dir="{"rtl" if rtl else "ltr"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(heading)}</title>'
        f'<link rel="stylesheet" href="{escape(css_url)}"></head><body class="mu-report"><main>'
        f"<h1>{escape(heading)}</h1>{_body(lines, csv_url, words)}</main></body></html>"
    )


def _body(lines: Sequence[QuestionFigures], csv_url: str, words: NullTranslations) -> str:
    if not any(line.answers for line in lines):
        return f"<p>{words.gettext('Nobody has answered yet. Come back once the first learners have played.')}</p>"
    hardest = min(
        (line for line in lines if line.first_right is not None), key=lambda line: line.first_right or 0.0, default=None
    )
    told = ""
    if hardest is not None and hardest.first_right is not None and hardest.first_right < 1:
        sentence = words.gettext("Most often missed at the first try: %(question)s (%(percent)d%% right).")
        percent = round(100 * hardest.first_right)
        told = f"<p>{escape(sentence % {'question': question_name(hardest.question), 'percent': percent})}</p>"
    download = ""
    if csv_url:
        download = (
            f'<p><a class="mu-button" href="{escape(csv_url)}">{words.gettext("Download all answers (CSV)")}</a></p>'
        )
    return f"{told}{_table(lines, words)}{download}"


def question_name(question: Question) -> str:
    """A question's title, or its text on one line."""
    return short_name(question, 120) or question.id


def _table(lines: Sequence[QuestionFigures], words: NullTranslations) -> str:
    heads = (
        words.gettext("Question"),
        words.gettext("Right at the first try"),
        words.gettext("Learners"),
        words.gettext("Answers"),
        words.gettext("Median seconds"),
        words.gettext("Wrong answers given most"),
    )
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    rows = "".join(_row(number, line, heads, words) for number, line in enumerate(lines, 1))
    return (
        f'<div class="mu-scroll" tabindex="0" role="region" aria-label="{escape(heads[0])}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(number: int, line: QuestionFigures, heads: Sequence[str], words: NullTranslations) -> str:
    share = "–"
    if line.first_right is not None:
        percent = round(100 * line.first_right)
        share = f'<span class="mu-meter"><i style="inline-size:{percent}%"></i></span> {percent}%'
    seconds = "–" if line.median_seconds is None else numeral(line.median_seconds, words)
    cells = (share, str(line.learners), str(line.answers), seconds, _wrong(line, words))
    filled = "".join(f'<td data-head="{escape(heads[i])}">{cell}</td>' for i, cell in enumerate(cells, 1))
    return f'<tr><th scope="row">{number}. <bdi>{escape(question_name(line.question))}</bdi></th>{filled}</tr>'


def _wrong(line: QuestionFigures, words: NullTranslations) -> str:
    if not line.wrong:
        return "–"
    items = "".join(f"<li><bdi>{escape(text)}</bdi> <bdi><b>{times}×</b></bdi></li>" for text, times in line.wrong)
    note = ""
    if isinstance(line.question, MultipleChoice):
        note = f"<small>{words.gettext('+ taken though wrong, − left out though right')}</small>"
    return f"<ul>{items}</ul>{note}"
