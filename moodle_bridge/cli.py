"""The command `moodle-bridge`: what it takes, and which of `commands` does it.

It speaks the language of the environment (LC_ALL, LC_MESSAGES, LANG). Exit codes: 0 all is well; 1 something failed,
which is said; 2 the arguments or the configuration cannot be used; 3 fields were changed both in the course and in
Moodle, and somebody has to decide.
"""

from __future__ import annotations

import argparse
import gettext
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from moodle_bridge import commands, pull_command
from moodle_bridge.config import FILE
from moodle_bridge.errors import BridgeError, ConfigurationError
from moodle_bridge.words import CATALOGUES, DOMAIN, spoken
from xblocks.base.problems import N_, ContentError

OK, FAILED, UNUSABLE, UNDECIDED = 0, 1, 2, 3

# What argparse itself says, which it looks up in the process's own catalogue.
_ = [
    N_("usage: "), N_("positional arguments"), N_("options"), N_("show this help message and exit"),
    N_("the following arguments are required: %s"), N_("unrecognized arguments: %s"), N_("expected one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"), N_("not allowed with argument %s"),
    N_("argument %(argument_name)s: %(message)s"), N_("invalid %(type)s value: %(value)r"),
    N_("%(prog)s: error: %(message)s\n"),
]  # fmt: skip


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout, errors: TextIO = sys.stderr) -> int:
    """Runs a command; its exit code."""
    words = spoken()
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
    parser = _parser(words.gettext)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as error:  # argparse has said why
        return int(error.code or 0)
    level = logging.DEBUG if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(message)s", stream=errors)

    def complain(text: str) -> None:
        print(f"moodle-bridge: {text}", file=errors)

    try:
        code: int = options.run(options, commands.Voice(out, errors, is_json=options.json, words=words))
    except ContentError as error:
        complain("; ".join(f"{one.path}: {one.sentence(words.gettext)}" for one in error.problems))
        return UNUSABLE
    except BridgeError as error:
        complain(error.sentence(words.gettext))
        return UNUSABLE if isinstance(error, ConfigurationError) else FAILED
    except BrokenPipeError:  # whoever read this has read enough (`| head`); what is left has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        complain(words.gettext("stopped; run the same again and it goes on where it was."))
        return FAILED
    return code


def _parser(_: Callable[[str], str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="moodle-bridge",
        description=_("Keeps micro-quizzes and texts of an Open edX course the same in Moodle."),
        epilog=_(
            "COURSE is the name of a course in moodle-bridge.toml; or, with --course, the path of an export or the "
            "address of a course in Studio (https://studio.example.org/course-v1:Org+Course+Run)."
        ),
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config", default=FILE, help=_("where the configuration is (default: %(file)s)") % {"file": FILE}
    )
    common.add_argument("--json", action="store_true", help=_("answer in JSON, for scripts"))
    common.add_argument("--verbose", action="store_true", help=_("name every call"))
    commands_of = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")

    def command(name: str, text: str, run: commands.Command, *, takes_course: bool = True) -> argparse.ArgumentParser:
        one = commands_of.add_parser(name, help=text, description=text, parents=[common])
        one.add_argument("--site", default="", help=_("which site, where the configuration has several"))
        if takes_course:
            one.add_argument(
                "source",
                metavar="COURSE",
                help=_("a course of the configuration, an export of Open edX, or the address of a course in Studio"),
            )
            one.add_argument("--course", type=int, default=0, metavar="ID", help=_("the course's id in Moodle"))
        one.set_defaults(run=run)
        return one

    doctor = command("doctor", _("see whether a site is fit for the bridge"), commands.doctor, takes_course=False)
    doctor.add_argument("--course", type=int, default=0, metavar="ID", help=_("also whether a course is"))
    plan = command("plan", _("say what a sync would do, and do nothing"), commands.plan)
    sync = command("sync", _("make Moodle's course what the plan says"), commands.sync)
    for one in (plan, sync):
        decision = one.add_mutually_exclusive_group()
        decision.add_argument("--ours", action="store_true", help=_("overwrite what was edited in Moodle"))
        decision.add_argument("--theirs", action="store_true", help=_("agree with what was edited in Moodle"))
    plan.add_argument("--all", action="store_true", help=_("also what stays as it is"))
    sync.add_argument("--delete", action="store_true", help=_("delete, not hide, what the course has no more"))
    pull = command("pull", _("read what learners did since last time"), pull_command.pull, takes_course=False)
    pull.add_argument(
        "source", metavar=_("COURSE"), nargs="?", default="", help=_("only of this course; else of the site")
    )
    pull.add_argument(
        "--course", type=int, default=0, metavar="ID", help=_("the course's id in Moodle, for an export or an address")
    )
    pull.add_argument("--out", default="", metavar="FILE", help=_("add what is new to a file (.csv or .jsonl)"))
    pull.add_argument("--state", default="", metavar="FILE", help=_("where it is noted how far results were read"))
    command("status", _("count what Moodle holds of a course"), commands.status)
    unlink = command("unlink", _("let go of a course: everything stays in Moodle and is Moodle's"), commands.unlink)
    unlink.add_argument(
        "--key", action="append", default=[], help=_("only this component (may be given several times)")
    )
    unlink.add_argument("--yes", action="store_true", help=_("do not ask"))
    export = command("export", _("write Moodle XML and GIFT files to import by hand"), commands.export)
    export.add_argument("folder", metavar="FOLDER", help=_("where the files go"))
    return parser
