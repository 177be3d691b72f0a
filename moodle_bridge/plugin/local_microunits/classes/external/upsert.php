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

/**
 * Creates or changes a component and its parts.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class upsert extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'kind' => new external_value(PARAM_RAW, 'the kind of component'),
            'key' => new external_value(PARAM_RAW, 'its external key'),
            'payload' => new external_value(PARAM_RAW, 'JSON: fields, parts, files, accept, after'),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param string $kind the kind of component
     * @param string $key its external key
     * @param string $payload JSON
     * @return array
     */
    public static function execute(int $courseid, string $kind, string $key, string $payload): array {
        $params = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'kind' => $kind, 'key' => $key, 'payload' => $payload]
        );
        $course = self::course($params['courseid']);
        return \local_microunits\local\upsert::run($course, $params['kind'], $params['key'], $params['payload']);
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'status' => new external_value(PARAM_RAW, 'created, changed or unchanged'),
            'cmid' => new external_value(PARAM_INT, 'the course module, or 0'),
            'targetid' => new external_value(PARAM_INT, 'what it is in Moodle'),
            'written' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'the component or part'),
                'name' => new external_value(PARAM_RAW, 'the field that was written'),
            ])),
            'parts' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'the part'),
                'status' => new external_value(PARAM_RAW, 'created, changed or unchanged'),
                'targetid' => new external_value(PARAM_INT, 'its question bank entry, or 0'),
                'version' => new external_value(PARAM_INT, 'the latest version, or 0'),
            ])),
            'warnings' => new external_multiple_structure(new external_single_structure([
                'path' => new external_value(PARAM_RAW, 'what it is about'),
                'code' => new external_value(PARAM_RAW, 'which of the cases it is'),
                'message' => new external_value(PARAM_RAW, 'the same in words'),
            ])),
        ]);
    }
}
