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

use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\course_lock;
use local_microunits\local\item;

/**
 * Forgets what components stand for; everything stays in the course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class unlink extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'keys' => new external_multiple_structure(
                new external_value(PARAM_RAW, 'a component'),
                'which; none: all of the course',
                VALUE_DEFAULT,
                []
            ),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param string[] $keys which
     * @return array
     */
    public static function execute(int $courseid, array $keys = []): array {
        $params = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid, 'keys' => $keys]);
        $course = self::course($params['courseid']);
        return ['count' => course_lock::run($course, fn() => item::forget($course->id, $params['keys']))];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'count' => new external_value(PARAM_INT, 'how many components and parts were forgotten'),
        ]);
    }
}
