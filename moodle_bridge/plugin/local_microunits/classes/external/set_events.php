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

namespace local_microunits\external;

use context_course;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\kinds\event;
use local_microunits\local\learner_events;

/**
 * Makes, changes and takes away events in the calendars of single learners.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class set_events extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'events' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'the external key'),
                'userid' => new external_value(PARAM_INT, 'whose it is'),
                'name' => new external_value(PARAM_RAW, 'plain text', VALUE_DEFAULT, ''),
                'description' => new external_value(PARAM_RAW, 'HTML; it is cleaned', VALUE_DEFAULT, ''),
                'timestart' => new external_value(PARAM_INT, 'seconds since 1970; 0: the event goes away'),
                'duration' => new external_value(PARAM_INT, 'seconds', VALUE_DEFAULT, 0),
            ])),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param array[] $events what, when and whose
     * @return array
     */
    public static function execute(int $courseid, array $events): array {
        $params = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'events' => $events]
        );
        $course = self::course($params['courseid']);
        require_all_capabilities((new event($course))->capabilities(), context_course::instance($course->id));
        return ['results' => learner_events::set($course, $params['events'])];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'results' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'as it was sent'),
                'status' => new external_value(PARAM_RAW, 'created, changed, unchanged, removed or refused'),
                'reason' => new external_value(PARAM_RAW, 'why it was refused: not_enrolled, suspended, kinddiffers; else ""'),
            ])),
        ]);
    }
}
