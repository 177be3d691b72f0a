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
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\removal;

/**
 * Hides or deletes a component.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class remove extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'key' => new external_value(PARAM_RAW, 'the component'),
            'mode' => new external_value(PARAM_RAW, 'hide or delete', VALUE_DEFAULT, 'hide'),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param string $key the component
     * @param string $mode hide or delete
     * @return array
     */
    public static function execute(int $courseid, string $key, string $mode = 'hide'): array {
        $params = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'key' => $key, 'mode' => $mode]
        );
        return ['status' => removal::run(self::course($params['courseid']), $params['key'], $params['mode'])];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'status' => new external_value(PARAM_RAW, 'hidden, deleted or unchanged'),
        ]);
    }
}
