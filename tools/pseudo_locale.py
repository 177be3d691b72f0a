"""Makes the pseudo-locale `rtl`, in which every message runs from right to left without anybody having to translate.

python tools/pseudo_locale.py TEMPLATE.pot LOCALE_FOLDER

What is shown in Latin letters on a page in this language is a message that nobody marked for translation; what stands
on the wrong side is CSS that says left or right. Placeholders, markup, entities and addresses stay as they are.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = "rtl"

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_HEBREW = "אבצדעפגהיזקלמנוףרשסטחךתםץן"
_MIRRORED = str.maketrans(_LATIN + _LATIN.upper(), _HEBREW + _HEBREW)

# A date would make every run another file.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

_KEPT = re.compile(
    r"%\(\w+\)[sdif]"  # %(name)s
    r"|%[sd%]"
    r"|\[\[\w+\]\]"  # a gap of a text, by its name
    r"|\{[^\s{}]*\}|\{=[^{}]*\}"  # the answers of a question in GIFT
    r"|</?[a-zA-Z][^>]*>"
    r"|&#?\w+;"
    r"|https?:(?://\S*)?"
    r"|/static/\S*"
)


def mirrored(message: str) -> str:
    """The message in letters that run from right to left; the same length, the same placeholders."""
    parts = []
    end = 0
    for kept in _KEPT.finditer(message):
        parts.append(message[end : kept.start()].translate(_MIRRORED))
        parts.append(kept.group())
        end = kept.end()
    parts.append(message[end:].translate(_MIRRORED))
    return "".join(parts)


def mirror(template: Catalog) -> Catalog:
    """A whole catalogue in the pseudo-locale."""
    catalogue = Catalog(
        project=template.project, version=template.version, creation_date=_NO_DATE, revision_date=_NO_DATE
    )
    for message in template:
        if not message.id:
            continue
        if isinstance(message.id, (tuple, list)):
            string: str | tuple[str, ...] = tuple(mirrored(text) for text in message.id)
        else:
            string = mirrored(message.id)
        flags = message.flags - {"fuzzy"}
        catalogue.add(message.id, string, locations=message.locations, flags=flags, context=message.context)
    catalogue.fuzzy = False
    return catalogue


def main(template: Path, folder: Path) -> None:
    with template.open("rb") as file:
        catalogue = mirror(read_po(file))
    target = folder / LOCALE / "LC_MESSAGES" / "django.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=True)
    with target.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
