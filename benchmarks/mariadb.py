"""A MariaDB for measuring: the one that MICROUNITS_TEST_MARIADB names, or one of our own that goes at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoMariaDb(Exception):  # noqa: N818 - it is a sentence for a person
    """There is none; says what to install."""


@contextmanager
def server(room_mb: int = 0) -> Iterator[str]:
    """The address of a server, mysql://user:password@host:port, where databases may be made.

    Args:
        room_mb: what it may keep in memory (InnoDB's buffer pool), which makes it one of our own; 0: as it comes.

    Raises:
        NoMariaDb: when the machine lacks the server or the library that talks to it.
    """
    try:
        import MySQLdb  # noqa: F401
    except ImportError as error:
        raise NoMariaDb("mysqlclient is missing: apt install gcc pkg-config libmariadb-dev, then again.") from error
    given = os.environ.get("MICROUNITS_TEST_MARIADB")
    if given and not room_mb:
        yield given.rpartition("/")[0]
        return
    program = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    if program is None:
        raise NoMariaDb("MariaDB is missing: apt install mariadb-server, then again.")
    with tempfile.TemporaryDirectory() as folder:
        yield from _started(program, Path(folder), [f"--innodb-buffer-pool-size={room_mb}M"] if room_mb else [])


def _started(program: str, folder: Path, room: list[str]) -> Iterator[str]:
    folder.chmod(0o711)
    data = folder / "data"
    data.mkdir()
    user = []
    if os.getuid() == 0:
        shutil.chown(data, "mysql")
        user = ["--user=mysql"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    install = ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--skip-test-db"]
    subprocess.run([*install, "--auth-root-authentication-method=normal"], check=True, **quiet)  # type: ignore[call-overload]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--datadir={data}", f"--socket={data}/socket", f"--pid-file={data}/pid", "--bind-address=127.0.0.1"]
    running = subprocess.Popen(  # type: ignore[call-overload]
        [program, "--no-defaults", *user, *options, *room, f"--port={port}", "--skip-log-bin"], **quiet
    )
    try:
        client = ["mariadb", "--no-defaults", "--user=root", f"--socket={data}/socket", "--execute"]
        grant = "CREATE USER 'bench'@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO 'bench'@'127.0.0.1';"
        for _attempt in range(120):
            if subprocess.run([*client, grant], check=False, **quiet).returncode == 0:  # type: ignore[call-overload]
                break
            time.sleep(0.5)
        else:
            raise NoMariaDb("MariaDB does not start here.")
        yield f"mysql://bench:bench@127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()
