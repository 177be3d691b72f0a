"""`python -m devstack serve`: play the suite in a browser. `python -m devstack manage ...`: Django's own commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devstack.settings")
    if arguments and arguments[0] == "manage":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["python -m devstack manage", *arguments[1:]])
        return 0
    return serve(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devstack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="serve | manage")
    command = commands.add_parser("serve", help="make everything ready and serve it on this machine")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--host", default="127.0.0.1", help="an address of this machine only")
    command.add_argument("--reset", action="store_true", help="forget what was learned and edited, and begin anew")
    commands.add_parser("manage", help="a command of Django's, such as: manage shell")
    return parser


def serve(options: argparse.Namespace) -> int:
    """Serve until somebody stops it."""
    import django
    from django.conf import settings

    django.setup()
    from devstack.serving import CannotServe, prepare, server

    try:
        httpd = server(options.host, options.port)
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return 1
    for line in prepare(options.reset):
        print(line, flush=True)
    host = f"[{options.host}]" if ":" in options.host else options.host
    # Links in mails lead here.
    settings.SITE_URL = f"http://{host}:{httpd.server_port}"
    print(f"Microunits is ready: {settings.SITE_URL}  (Ctrl+C stops it)", flush=True)
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        httpd.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
