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
use local_microunits\local\awards;

/**
 * Awards and revokes badges that the companion holds.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class set_awards extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'awards' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'of the award; awarded once and revoked once'),
                'badge' => new external_value(PARAM_RAW, 'the external key of the badge'),
                'userid' => new external_value(PARAM_INT, 'whose it is'),
                'time' => new external_value(PARAM_INT, 'when it was awarded, seconds since 1970; 0: now', VALUE_DEFAULT, 0),
                'expires' => new external_value(PARAM_INT, 'until when it is valid; 0: for ever', VALUE_DEFAULT, 0),
                'revoked' => new external_value(PARAM_BOOL, 'it does not count any more', VALUE_DEFAULT, false),
                'quiet' => new external_value(PARAM_BOOL, 'the learner gets no message', VALUE_DEFAULT, false),
            ])),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param array[] $awards which, and whose
     * @return array
     */
    public static function execute(int $courseid, array $awards): array {
        $params = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'awards' => $awards]
        );
        $course = self::course($params['courseid']);
        require_all_capabilities(awards::CAPABILITIES, context_course::instance($course->id));
        return ['results' => awards::set($course, $params['awards'])];
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
                'status' => new external_value(PARAM_RAW, 'awarded, revoked, unchanged or refused'),
                'reason' => new external_value(PARAM_RAW, 'why refused: not_enrolled, suspended, no_badge, revoked; else ""'),
            ])),
        ]);
    }
}
