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
 * What learners wrote, of some submissions.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_submission_texts extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'submissionids' => new external_multiple_structure(new external_value(PARAM_INT, 'a submission')),
        ]);
    }

    /**
     * Returns them.
     *
     * @param int $courseid the course
     * @param int[] $submissionids which
     * @return array
     */
    public static function execute(int $courseid, array $submissionids): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'submissionids' => $submissionids,
        ]);
        $course = self::course($params['courseid']);
        require_capability('mod/assign:viewgrades', context_course::instance($course->id));
        return ['texts' => submissions::texts($course, $params['submissionids'])];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'texts' => new external_multiple_structure(new external_single_structure(get_submissions::submission() + [
                'text' => new external_value(PARAM_RAW, 'as the learner wrote it'),
                'format' => new external_value(PARAM_INT, 'of the text: 1 HTML, 0 what Moodle makes of it, 2 plain, 4 Markdown'),
            ])),
        ]);
    }
}
