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
use local_microunits\local\submissions;

/**
 * Who handed something in at the assignments that the companion holds in a course, and when; not what they wrote.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_submissions extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'cursor' => new external_value(PARAM_RAW, 'what the last answer said, or ""', VALUE_DEFAULT, ''),
            'limit' => new external_value(PARAM_INT, 'at most so many', VALUE_DEFAULT, 200),
        ]);
    }

    /**
     * Returns them.
     *
     * @param int $courseid the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array
     */
    public static function execute(int $courseid, string $cursor = '', int $limit = 200): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'cursor' => $cursor,
            'limit' => $limit,
        ]);
        $course = self::course($params['courseid']);
        require_capability('mod/assign:viewgrades', context_course::instance($course->id));
        return submissions::since($course, $params['cursor'], $params['limit']);
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'submissions' => new external_multiple_structure(new external_single_structure(self::submission())),
            'cursor' => new external_value(PARAM_RAW, 'for the next call'),
            'more' => new external_value(PARAM_BOOL, 'whether there is more just now'),
        ]);
    }

    /**
     * What is told of a submission.
     *
     * @return array<string, external_value>
     */
    public static function submission(): array {
        return [
            'id' => new external_value(PARAM_INT, 'the submission'),
            'key' => new external_value(PARAM_RAW, 'the reflection'),
            'userid' => new external_value(PARAM_INT, 'the learner'),
            'number' => new external_value(PARAM_INT, 'which attempt of this learner it is, from 1'),
            'time' => new external_value(PARAM_INT, 'when it was handed in last, seconds since 1970'),
        ];
    }
}
