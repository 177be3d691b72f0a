<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * The bridge's functions, and the service that offers them.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_microunits_get_status' => [
        'classname' => \local_microunits\external\get_status::class,
        'description' => 'Says what this site and the companion are, and what the caller may do.',
        'type' => 'read',
    ],
    'local_microunits_get_held' => [
        'classname' => \local_microunits\external\get_held::class,
        'description' => 'Lists everything that the companion holds in a course, and what was edited since.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_get_values' => [
        'classname' => \local_microunits\external\get_values::class,
        'description' => 'Returns what Moodle has now for the fields of some components.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_upsert' => [
        'classname' => \local_microunits\external\upsert::class,
        'description' => 'Creates or changes a component and its parts.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync, moodle/course:manageactivities',
    ],
    'local_microunits_remove' => [
        'classname' => \local_microunits\external\remove::class,
        'description' => 'Hides or deletes a component.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync, moodle/course:manageactivities',
    ],
    'local_microunits_unlink' => [
        'classname' => \local_microunits\external\unlink::class,
        'description' => 'Forgets which components stand for what; everything stays in the course.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_put_file' => [
        'classname' => \local_microunits\external\put_file::class,
        'description' => 'Keeps a file until a component that shows it arrives.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_get_changes' => [
        'classname' => \local_microunits\external\get_changes::class,
        'description' => 'Returns what happened since a cursor.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_get_attempts' => [
        'classname' => \local_microunits\external\get_attempts::class,
        'description' => 'Returns the attempts at the quizzes that the companion holds.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync, mod/quiz:viewreports',
    ],
    'local_microunits_get_submissions' => [
        'classname' => \local_microunits\external\get_submissions::class,
        'description' => 'Tells who handed something in at the assignments that the companion holds, and when.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync, mod/assign:viewgrades',
    ],
    'local_microunits_get_submission_texts' => [
        'classname' => \local_microunits\external\get_submission_texts::class,
        'description' => 'Returns what learners wrote, of some submissions.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync, mod/assign:viewgrades',
    ],
    'local_microunits_get_completions' => [
        'classname' => \local_microunits\external\get_completions::class,
        'description' => 'Returns what learners marked as done of the activities that the companion holds.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync, report/progress:view',
    ],
    'local_microunits_notify' => [
        'classname' => \local_microunits\external\notify::class,
        'description' => 'Sends notifications to learners, each key once.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync',
    ],
    'local_microunits_set_events' => [
        'classname' => \local_microunits\external\set_events::class,
        'description' => 'Makes, changes and takes away events in the calendars of single learners.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync, moodle/calendar:manageentries',
    ],
    'local_microunits_set_awards' => [
        'classname' => \local_microunits\external\set_awards::class,
        'description' => 'Awards badges to learners and revokes them, each award once.',
        'type' => 'write',
        'capabilities' => 'local/microunits:sync, moodle/badges:awardbadge, moodle/badges:revokebadge',
    ],
    'local_microunits_get_learners' => [
        'classname' => \local_microunits\external\get_learners::class,
        'description' => 'Lists the learners of a course.',
        'type' => 'read',
        'capabilities' => 'local/microunits:sync, moodle/course:viewparticipants, moodle/course:useremail',
    ],
];

$services = [
    'Microunits' => [
        'shortname' => 'local_microunits',
        'functions' => array_merge(array_keys($functions), [
            'core_webservice_get_site_info',
            'core_course_get_courses_by_field',
            'tool_mobile_call_external_functions',
        ]),
        'enabled' => 1,
        'restrictedusers' => 1,
        'downloadfiles' => 1,
        'uploadfiles' => 0,
    ],
];
