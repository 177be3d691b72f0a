"""Makes the bridge's contract files small: python tools/moodle_contract.py DUMP.json > moodle_bridge/contracts/5.1.json

The dump is what tools/dump_moodle_contract.php writes on a Moodle site: every external function with its parameters and
returns. What is kept are the functions named below, in the notation that moodle_bridge/contract.py explains.

With --companion the companion's own functions are kept instead, so that contracts/companion.json, which is written by
hand, can be compared with what a site really has: --compare moodle_bridge/contracts/companion.json says what differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

# What the bridge calls, what it may call soon, and what its tests ask of a real site.
FUNCTIONS = """
    core_badges_get_user_badges
    core_calendar_create_calendar_events core_calendar_delete_calendar_events core_calendar_get_calendar_events
    core_completion_get_activities_completion_status core_completion_override_activity_completion_status
    core_completion_update_activity_completion_status_manually
    core_course_create_courses core_course_delete_modules core_course_get_contents core_course_get_course_module
    core_course_get_courses_by_field core_course_get_updates_since
    core_courseformat_get_state core_courseformat_update_course
    core_enrol_get_enrolled_users enrol_manual_enrol_users enrol_manual_unenrol_users
    core_files_upload
    core_grades_update_grades gradereport_user_get_grade_items
    core_message_send_instant_messages message_popup_get_popup_notifications
    core_update_inplace_editable
    core_user_create_users core_user_get_users_by_field core_user_update_user_preferences core_user_update_users
    core_webservice_get_site_info
    mod_assign_get_assignments mod_assign_get_submission_status mod_assign_save_submission
    mod_page_get_pages_by_courses
    mod_quiz_get_attempt_data mod_quiz_get_attempt_review mod_quiz_get_quizzes_by_courses mod_quiz_get_user_attempts
    mod_quiz_get_user_quiz_attempts mod_quiz_process_attempt mod_quiz_save_attempt mod_quiz_start_attempt
    tool_mobile_call_external_functions
""".split()
COMPANION = "local_microunits_"

# What companion.json says more exactly than Moodle can: to Moodle these are raw texts.
RAW = {"any", "hash", "key", "notice", "sha256"}

Json = Any


def small(node: Json) -> Json:
    """One description of the dump in our notation; None for a function that returns nothing."""
    if node is None:
        return None
    if node["type"] == "array":
        written: Json = [small(node["items"])]
    elif node["type"] == "object":
        written = {
            name + ("" if member["required"] else "?"): small(member)
            for name, member in sorted(dict(node["properties"]).items())
        }
    else:
        return node["param"] + ("|null" if node.get("nullable") else "")
    return {"$or_null": written} if node.get("nullable") else written


def function(described: Json) -> Json:
    return {"type": described["type"], "params": small(described["params"]), "returns": small(described["returns"])}


def as_moodle_knows(node: Json) -> Json:
    """Our notation with nothing that Moodle cannot say, so that it can be compared with a dump."""
    if isinstance(node, list):
        return [as_moodle_knows(node[0])]
    if isinstance(node, dict):
        if "$json" in node:
            return "raw"
        return {name: as_moodle_knows(member) for name, member in sorted(node.items())}
    if not isinstance(node, str):
        return node
    param, bar, null = node.partition("|")
    return ("raw" if param in RAW else param) + bar + null


def differences(ours: Json, theirs: Json, path: str = "") -> list[str]:
    """Where two descriptions differ, as lines to read."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for name in sorted(set(ours) | set(theirs)):
            below = f"{path}.{name}" if path else name
            if name not in theirs:
                found.append(f"{below}: only in ours")
            elif name not in ours:
                found.append(f"{below}: only in theirs")
            else:
                found += differences(ours[name], theirs[name], below)
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        return differences(ours[0], theirs[0], f"{path}[]")
    # Moodle lets nearly everything be null that nobody ever makes null; ours may be stricter.
    same = ours == theirs or f"{ours}|null" == theirs
    return [] if same else [f"{path}: ours {json.dumps(ours)}, theirs {json.dumps(theirs)}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--companion", action="store_true", help="keep the companion's own functions")
    parser.add_argument("--compare", type=Path, metavar="CONTRACT.json", help="say what differs, write nothing")
    options = parser.parse_args()
    dump = json.loads(options.dump.read_text())
    names = [name for name in dump["functions"] if name.startswith(COMPANION)] if options.companion else FUNCTIONS
    kept = {name: function(dump["functions"][name]) for name in sorted(names) if name in dump["functions"]}
    if options.compare:
        ours = {
            name: {part: as_moodle_knows(value) for part, value in described.items()}
            for name, described in json.loads(options.compare.read_text())["functions"].items()
        }
        found = differences(ours, {name: {p: as_moodle_knows(v) for p, v in f.items()} for name, f in kept.items()})
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    release = ".".join(dump["release"].split("+")[0].split(" ")[0].split(".")[:2])
    sys.stdout.write(json.dumps({"release": release, "functions": kept}, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
