"""Setting text of any script on the pages of a PDF, pure: which font has a character, and where lines break.

fpdf2 sets the type: HarfBuzz joins Arabic letters and places vowel signs, and what is written from right to left is set
so. That takes time for each character, so lines of letters that stand beside each other as they are (Latin, Greek,
Cyrillic) are broken here, which is several times as fast.

A character that no font has is shown as a box, and said to be one (`Sheet.has_gaps`): a PDF must never break, and
nothing of a text may come into a log, where fpdf2 writes what its fonts lack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from xblocks.base.sanitise import clean_text

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
MAIN = "DejaVuSans.ttf"
OTHERS = ("NotoSansDevanagari-Regular.ttf", "NotoSansEthiopic-Regular.ttf", "NotoSansThai-Regular.ttf")
EMOJI = "NotoEmoji-Regular.ttf"
BOX = "\u25a1"
MARGIN = 22
"""In millimetres, as all measures here."""
LINE = 1.45
"""The height of a line, in heights of its letters."""
MILLIMETRES = 25.4 / 72
"""In a point."""

Colour = tuple[int, int, int]
INK: Colour = (33, 37, 41)

# Letters without marks of their own, and the punctuation between them: none of them joins, moves or turns around.
_PLAIN = re.compile(
    "[\t -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20cf]*"
)
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_WORDS = re.compile(r" *[^ ]+| +")
_TABS = "    "


class Sheet:
    """A PDF that is being written, from the top on; `content` gives it. It holds files open: use it in a `with`.

    Args:
        title: of the document; readers show it.
        language: of what is not the learner's ("nl").
        at: when it is made, in UTC.
        own_fonts: files of fonts (TTF or OTF) that are asked when ours lack a character.
    """

    def __init__(self, title: str, language: str, at: datetime, own_fonts: Sequence[Path] = ()) -> None:
        # It is large, and most requests have nothing to do with it.
        from fpdf import FPDF

        self.pdf: FPDF = FPDF(format="A4")
        # A learner may write "{nb}"; it is no number of pages here.
        self.pdf.alias_nb_pages("")
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("Microunits")
        self.pdf.set_creation_date(at)
        self.pdf.set_margin(MARGIN)
        self.pdf.set_auto_page_break(True, MARGIN)
        self._files = [FONTS / MAIN, *(FONTS / name for name in OTHERS), FONTS / EMOJI, *own_fonts]
        self._loaded: list[Path] = []
        self._fonts: list[Any] = []
        self._widths: dict[tuple[float, str], float] = {}
        self._size = 0.0
        self.has_gaps = False
        self.pdf.add_page()
        self._load(FONTS / MAIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        for font in self._fonts:
            font.close()

    def content(self) -> bytes:
        """The file."""
        return bytes(self.pdf.output())

    # --- Writing

    def write(self, text: str, size: float = 11, colour: Colour = INK, before: float = 0, keep: float = 0) -> None:
        """A text, each of its lines on lines of its own; what runs from right to left begins at the right.

        Args:
            size: in points.
            before: room above it.
            keep: room that must be left below its first line, or it begins a new page.
        """
        shown = self._shown(text)
        self._use(size)
        self.pdf.set_text_color(*colour)
        if self.pdf.will_page_break(before + keep + self._height):
            self.pdf.add_page()
        elif before:
            self.pdf.ln(before)
        for line in shown.split("\n"):
            self._line(line)

    def heading(self, text: str, level: int, size: float, before: float = 0, keep: float = 25) -> None:
        """As `write`, on one line and in the document's outline; level 0 is the highest."""
        shown = self._shown(" ".join(text.split())) or BOX
        if self.pdf.will_page_break(before + keep + size * LINE * MILLIMETRES):
            self.pdf.add_page()
            before = 0
        self.pdf.start_section(shown, level, strict=False)
        self.write(shown, size, before=before)

    def rule(self, before: float) -> None:
        """A fine line across the page."""
        self.pdf.ln(before)
        if not self.pdf.will_page_break(0):
            self.pdf.set_draw_color(200, 204, 208)
            self.pdf.line(MARGIN, self.pdf.y, self.pdf.w - MARGIN, self.pdf.y)

    @property
    def _height(self) -> float:
        return self._size * LINE * MILLIMETRES

    def _line(self, line: str) -> None:
        if not line.strip():
            self.pdf.ln(self._height)
        elif _PLAIN.fullmatch(line) and self._covers(line):
            for part in self._broken(line):
                self._set(part)
        else:
            self._shaped(line)

    def _set(self, part: str) -> None:
        if self._width(part) > self._room:
            self._shaped(part)
        else:
            self.pdf.cell(0, self._height, part, new_x="LMARGIN", new_y="NEXT")

    def _shaped(self, line: str) -> None:
        """What HarfBuzz must see, or what has no blank at which it could break."""
        self.pdf.set_text_shaping(True, direction="rtl" if runs_from_right(line) else "ltr")
        align = "R" if runs_from_right(line) else "L"
        self.pdf.multi_cell(0, self._height, line, align=align, new_x="LMARGIN", new_y="NEXT")
        self.pdf.set_text_shaping(False)

    # --- Lines

    @cached_property
    def _room(self) -> float:
        return float(self.pdf.epw - 2 * self.pdf.c_margin)

    def _broken(self, line: str) -> Iterator[str]:
        """The line as lines that fit, but for words that are too long by themselves."""
        held, width = "", 0.0
        for word in _WORDS.findall(line):
            more = self._width(word)
            if held and width + more > self._room:
                yield held
                held, width = word.lstrip(" "), self._width(word.lstrip(" "))
            else:
                held, width = held + word, width + more
        yield held

    def _width(self, word: str) -> float:
        key = (self._size, word)
        if key not in self._widths:
            self._widths[key] = float(self.pdf.get_string_width(word))
        return self._widths[key]

    # --- Characters and fonts

    def _use(self, size: float) -> None:
        self._size = size
        self.pdf.set_font(MAIN, size=size)

    def _shown(self, text: str) -> str:
        """The text as it can be set; fonts that it needs are loaded."""
        whole = unicodedata.normalize("NFC", clean_text(text)).replace("\t", _TABS)
        return "".join(one if one == "\n" or self._has(one) else self._gap(one) for one in whole)

    def _has(self, one: str) -> bool:
        for file in self._files:
            if ord(one) in characters_of(file):
                self._load(file)
                return True
        return False

    def _gap(self, one: str) -> str:
        # What nobody sees leaves no hole.
        if unicodedata.category(one) == "Cf" or _VARIATION.match(one):
            return ""
        self.has_gaps = True
        return BOX

    def _covers(self, line: str) -> bool:
        return characters_of(FONTS / MAIN).issuperset(map(ord, line))

    def _load(self, file: Path) -> None:
        if file in self._loaded:
            return
        self._loaded.append(file)
        self.pdf.add_font(file.name, fname=str(file))
        self._fonts.append(self.pdf.fonts[file.name.lower()])
        self.pdf.set_fallback_fonts([one.name for one in self._loaded[1:]], exact_match=False)


@lru_cache(maxsize=32)
def characters_of(file: Path) -> frozenset[int]:
    """The characters that a font has, by their numbers."""
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})


def runs_from_right(line: str) -> bool:
    """Whether the first letter is one that is written from right to left (Unicode's bidirectional algorithm, P2)."""
    return next(_directions(line), "L") != "L"


def _directions(line: Iterable[str]) -> Iterator[str]:
    for one in line:
        direction = unicodedata.bidirectional(one)
        if direction in ("L", "R", "AL"):
            yield direction
