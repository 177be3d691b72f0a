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
use local_microunits\local\held;

/**
 * Everything that the companion holds in a course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_held extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters(['courseid' => new external_value(PARAM_INT, 'the course')]);
    }

    /**
     * Lists it.
     *
     * @param int $courseid the course
     * @return array
     */
    public static function execute(int $courseid): array {
        ['courseid' => $courseid] = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid]);
        return ['items' => held::of(self::course($courseid))];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'items' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'the external key'),
                'parentkey' => new external_value(PARAM_RAW, 'the component that a part belongs to, or ""'),
                'kind' => new external_value(PARAM_RAW, 'the kind, or "question"'),
                'targetid' => new external_value(PARAM_INT, 'what it is in Moodle'),
                'cmid' => new external_value(PARAM_INT, 'the course module, or 0'),
                'present' => new external_value(PARAM_BOOL, 'whether the target is still there; a part: in its component'),
                'removed' => new external_value(PARAM_BOOL, 'whether the bridge has hidden it'),
                'sectionkey' => new external_value(PARAM_RAW, 'the section in which it stands, or ""'),
                'position' => new external_value(PARAM_INT, 'in its section or component, from 0'),
                'attempts' => new external_value(PARAM_INT, 'how many attempts of learners hang on it'),
                'version' => new external_value(PARAM_INT, 'of a question; else 0'),
                'fields' => new external_multiple_structure(new external_single_structure([
                    'name' => new external_value(PARAM_RAW, 'the field'),
                    'hash' => new external_value(PARAM_RAW, 'of the source, when it was written or agreed on'),
                    'edited' => new external_value(PARAM_BOOL, 'whether somebody edited it in Moodle since'),
                ])),
            ])),
        ]);
    }
}
