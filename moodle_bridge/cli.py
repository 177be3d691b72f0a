"""The command `moodle-bridge`: what it takes, and which of `commands` does it.

Exit codes: 0 all is well; 1 something failed, which is said; 2 the arguments or the configuration cannot be used;
3 fields were changed both in the course and in Moodle, and somebody has to decide.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import TextIO

from moodle_bridge import commands, pull_command
from moodle_bridge.config import FILE
from moodle_bridge.errors import BridgeError, ConfigurationError
from xblocks.base.problems import ContentError

OK, FAILED, UNUSABLE, UNDECIDED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout, errors: TextIO = sys.stderr) -> int:
    """Runs a command; its exit code."""
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as error:  # argparse has said why
        return int(error.code or 0)
    level = logging.DEBUG if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(message)s", stream=errors)
    try:
        code: int = options.run(options, commands.Voice(out, errors, is_json=options.json))
    except (ConfigurationError, ContentError) as error:
        print(f"moodle-bridge: {error}", file=errors)
        return UNUSABLE
    except BridgeError as error:
        print(f"moodle-bridge: {error}", file=errors)
        return FAILED
    except KeyboardInterrupt:
        print("moodle-bridge: stopped; run the same again and it goes on where it was.", file=errors)
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="moodle-bridge",
        description="Keeps micro-quizzes and texts of an Open edX course the same in Moodle.",
        epilog="COURSE is the name of a course in moodle-bridge.toml, or the path of an export with --course.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", default=FILE, help=f"where the configuration is (default: {FILE})")
    common.add_argument("--json", action="store_true", help="answer in JSON, for scripts")
    common.add_argument("--verbose", action="store_true", help="name every call")
    commands_of = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, text: str, run: commands.Command, *, takes_course: bool = True) -> argparse.ArgumentParser:
        one = commands_of.add_parser(name, help=text, description=text, parents=[common])
        one.add_argument("--site", default="", help="which site, where the configuration has several")
        if takes_course:
            one.add_argument("source", metavar="COURSE", help="a course of the configuration, or an export of Open edX")
            one.add_argument("--course", type=int, default=0, metavar="ID", help="the course's id in Moodle")
        one.set_defaults(run=run)
        return one

    doctor = command("doctor", "see whether a site is fit for the bridge", commands.doctor, takes_course=False)
    doctor.add_argument("--course", type=int, default=0, metavar="ID", help="also whether a course is")
    plan = command("plan", "say what a sync would do, and do nothing", commands.plan)
    sync = command("sync", "make Moodle's course what the plan says", commands.sync)
    for one in (plan, sync):
        decision = one.add_mutually_exclusive_group()
        decision.add_argument("--ours", action="store_true", help="overwrite what was edited in Moodle")
        decision.add_argument("--theirs", action="store_true", help="agree with what was edited in Moodle")
    plan.add_argument("--all", action="store_true", help="also what stays as it is")
    sync.add_argument("--delete", action="store_true", help="delete, not hide, what the course has no more")
    pull = command("pull", "read what learners did since last time", pull_command.pull, takes_course=False)
    pull.add_argument("source", metavar="COURSE", nargs="?", default="", help="only of this course; else of the site")
    pull.add_argument("--course", type=int, default=0, metavar="ID", help="the course's id in Moodle, for an export")
    pull.add_argument("--out", default="", metavar="FILE", help="add what is new to a file (.csv or .jsonl)")
    pull.add_argument("--state", default="", metavar="FILE", help="where it is noted how far results were read")
    command("status", "count what Moodle holds of a course", commands.status)
    unlink = command("unlink", "let go of a course: everything stays in Moodle and belongs to Moodle", commands.unlink)
    unlink.add_argument("--key", action="append", default=[], help="only this component (may be given several times)")
    unlink.add_argument("--yes", action="store_true", help="do not ask")
    export = command("export", "write Moodle XML and GIFT files to import by hand", commands.export)
    export.add_argument("folder", metavar="FOLDER", help="where the files go")
    return parser
