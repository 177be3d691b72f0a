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
use context_system;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\status;

/**
 * What this site and the companion are, and what the caller may do.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_status extends external_api {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'a course, or 0 for the site', VALUE_DEFAULT, 0),
        ]);
    }

    /**
     * Says it. Everybody with a token of the service may ask: the answer tells them what they lack.
     *
     * @param int $courseid a course, or 0
     * @return array
     */
    public static function execute(int $courseid = 0): array {
        ['courseid' => $courseid] = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid]);
        $context = $courseid ? context_course::instance($courseid) : context_system::instance();
        self::validate_context($context);
        return status::of($context, $courseid);
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'companion' => new external_value(PARAM_RAW, 'version of the companion'),
            'release' => new external_value(PARAM_RAW, 'release of the companion'),
            'api' => new external_value(PARAM_INT, 'of these functions'),
            'moodle' => new external_value(PARAM_RAW, 'release of Moodle'),
            'time' => new external_value(PARAM_INT, 'seconds since 1970'),
            'post_max_bytes' => new external_value(PARAM_INT, 'the longest request; 0: no limit'),
            'upload_max_bytes' => new external_value(PARAM_INT, 'the largest file; 0: no limit'),
            'max_input_vars' => new external_value(PARAM_INT, 'a request with more parameters is cut short'),
            'kinds' => new external_multiple_structure(new external_value(PARAM_RAW, 'a kind of component')),
            'qtypes' => new external_multiple_structure(new external_value(PARAM_RAW, 'a question type')),
            'capabilities' => new external_multiple_structure(new external_single_structure([
                'name' => new external_value(PARAM_RAW, 'a capability'),
                'allowed' => new external_value(PARAM_BOOL, 'whether the caller has it'),
            ])),
            'course' => new external_single_structure([
                'id' => new external_value(PARAM_INT, 'the course'),
                'shortname' => new external_value(PARAM_RAW, 'its short name'),
                'fullname' => new external_value(PARAM_RAW, 'its name'),
                'lang' => new external_value(PARAM_RAW, 'its language; "": that of the site'),
                'format' => new external_value(PARAM_RAW, 'its format'),
                'startdate' => new external_value(PARAM_INT, 'seconds since 1970'),
                'enddate' => new external_value(PARAM_INT, 'seconds since 1970; 0: none'),
            ], 'the course that was asked about', VALUE_OPTIONAL),
            'messaging' => new external_value(PARAM_BOOL, 'whether the notifications of the bridge are switched on'),
            'cron_age' => new external_value(
                PARAM_INT,
                'seconds since cron began last; null: never',
                VALUE_REQUIRED,
                null,
                NULL_ALLOWED
            ),
        ]);
    }
}
