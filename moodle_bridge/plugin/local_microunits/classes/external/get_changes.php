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

use context_system;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\outbox;

/**
 * What happened since a cursor, in all courses that the caller may sync.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_changes extends external_api {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'cursor' => new external_value(PARAM_RAW, 'what the last answer said, or ""', VALUE_DEFAULT, ''),
            'limit' => new external_value(PARAM_INT, 'at most so many', VALUE_DEFAULT, 200),
        ]);
    }

    /**
     * Returns it. Which courses the caller hears of is decided for each.
     *
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array
     */
    public static function execute(string $cursor = '', int $limit = 200): array {
        $params = self::validate_parameters(self::execute_parameters(), ['cursor' => $cursor, 'limit' => $limit]);
        self::validate_context(context_system::instance());
        return outbox::since($params['cursor'], $params['limit']);
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'changes' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'counts up'),
                'time' => new external_value(PARAM_INT, 'seconds since 1970'),
                'courseid' => new external_value(PARAM_INT, 'where'),
                'what' => new external_value(PARAM_RAW, 'happened'),
                'key' => new external_value(PARAM_RAW, 'the component or part that it is about, or ""'),
                'objectid' => new external_value(PARAM_INT, 'the attempt, module, bank entry or user'),
                'userid' => new external_value(PARAM_INT, 'the learner, or 0'),
            ])),
            'cursor' => new external_value(PARAM_RAW, 'for the next call'),
            'more' => new external_value(PARAM_BOOL, 'whether there is more just now'),
        ]);
    }
}
