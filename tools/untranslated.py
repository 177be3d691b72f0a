"""Says which messages of a catalogue still wait for a translation: python tools/untranslated.py CATALOGUE.po"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


def untranslated(catalogue: Catalog) -> list[str]:
    """The English of each message without a (certain) translation; of a plural, its singular."""
    waiting = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and (message.fuzzy or not all(strings)):
            waiting.append(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)
    return waiting


def main(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    waiting = untranslated(catalogue)
    print(f"{path}: {len(catalogue)} messages, {len(waiting)} wait for a translation")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
