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
 * What the outbox listens to. Observers run after the transaction is committed, so that nothing is told that did not happen.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$listened = [
    '\mod_quiz\event\attempt_submitted' => 'attempt',
    '\mod_quiz\event\attempt_abandoned' => 'attempt',
    '\mod_quiz\event\attempt_reopened' => 'attempt',
    '\mod_quiz\event\attempt_deleted' => 'attempt_deleted',
    '\mod_quiz\event\attempt_graded' => 'graded',
    '\mod_quiz\event\attempt_regraded' => 'graded',
    '\mod_quiz\event\question_manually_graded' => 'graded',
    '\mod_assign\event\assessable_submitted' => 'submitted',
    '\core\event\course_module_completion_updated' => 'completed',
    '\core\event\course_module_deleted' => 'module_deleted',
    '\core\event\question_created' => 'question_edited',
    '\core\event\question_updated' => 'question_edited',
    '\core\event\question_deleted' => 'question_edited',
    '\core\event\user_enrolment_created' => 'enrolled',
    '\core\event\user_enrolment_updated' => 'enrolment_updated',
    '\core\event\user_enrolment_deleted' => 'unenrolled',
    '\core\event\user_deleted' => 'user_deleted',
    '\core\event\user_updated' => 'user_updated',
    '\core\event\course_deleted' => 'course_deleted',
];

$observers = [];
foreach ($listened as $event => $method) {
    $observers[] = [
        'eventname' => $event,
        'callback' => '\local_microunits\observer::' . $method,
        'internal' => false,
    ];
}
