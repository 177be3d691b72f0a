"""Where a course comes from: an export on this machine, or the Studio of a running Open edX."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from moodle_bridge.config import Configuration, environment, installed_keyring
from moodle_bridge.exports import Export, opened, unpacked
from moodle_bridge.openedx_address import course_address, is_address
from moodle_bridge.studio import Studio


def located(source: str, folder: Path) -> str:
    """A source of the configuration, of which a path is meant from the file's folder on."""
    return source if is_address(source) else str(folder / source)


@contextmanager
def export_of(
    source: str, configuration: Configuration | None = None, waits: Callable[[float], None] = lambda seconds: None
) -> Iterator[Export]:
    """The export that a path or an address names; nothing of it is left on this machine's disk that was not there.

    Args:
        configuration: says what is known of the Open edX with that address.
        waits: is told now and then for how many seconds Studio has been at work.

    Raises:
        ConfigurationError: there is no course in it, or no token for it.
        BridgeError: Studio does not give it.
    """
    if not is_address(source):
        with opened(Path(source)) as export:
            yield export
        return
    known, address = configuration or Configuration(), course_address(source)
    openedx = known.openedx_of(address.studio)
    secret = known.openedx_secret(openedx, environment, installed_keyring())
    # A file without a name, which is gone whatever ends this program.
    with tempfile.TemporaryFile(prefix="moodle-bridge-") as archive:
        Studio(openedx, secret, waits=waits).save(address, archive)
        archive.seek(0)
        with unpacked(archive, source) as export:
            yield export
