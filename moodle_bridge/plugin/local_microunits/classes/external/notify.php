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
use local_microunits\local\notices;

/**
 * Sends notifications to learners, each key once.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class notify extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'messages' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'never sent twice in a course'),
                'userid' => new external_value(PARAM_INT, 'to whom'),
                'subject' => new external_value(PARAM_RAW, 'the first line, plain text'),
                'text' => new external_value(PARAM_RAW, 'plain text'),
                'html' => new external_value(PARAM_RAW, 'the same as HTML; it is cleaned', VALUE_DEFAULT, ''),
                'url' => new external_value(PARAM_URL, 'where it leads', VALUE_DEFAULT, ''),
                'urlname' => new external_value(PARAM_RAW, 'what is there, plain text', VALUE_DEFAULT, ''),
            ])),
        ]);
    }

    /**
     * Sends them.
     *
     * @param int $courseid the course
     * @param array[] $messages what and to whom
     * @return array
     */
    public static function execute(int $courseid, array $messages): array {
        $params = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'messages' => $messages]
        );
        return ['results' => notices::send(self::course($params['courseid']), $params['messages'])];
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
                'status' => new external_value(PARAM_RAW, 'sent, already, uncertain, refused or failed'),
                'reason' => new external_value(PARAM_RAW, 'not_enrolled, suspended, switched_off or empty; else ""'),
            ])),
        ]);
    }
}
