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
use local_microunits\local\attempts;

/**
 * The attempts at the quizzes that the companion holds in a course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_attempts extends course_function {
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
            'attemptids' => new external_multiple_structure(
                new external_value(PARAM_INT, 'an attempt'),
                'only these, without regard to cursor and limit',
                VALUE_DEFAULT,
                []
            ),
        ]);
    }

    /**
     * Returns them.
     *
     * @param int $courseid the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @param int[] $attemptids only these
     * @return array
     */
    public static function execute(int $courseid, string $cursor = '', int $limit = 200, array $attemptids = []): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'cursor' => $cursor,
            'limit' => $limit,
            'attemptids' => $attemptids,
        ]);
        $course = self::course($params['courseid']);
        require_capability('mod/quiz:viewreports', context_course::instance($course->id));
        if ($params['attemptids']) {
            return attempts::of_ids($course, $params['attemptids']);
        }
        return attempts::since($course, $params['cursor'], $params['limit']);
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        $orneither = [VALUE_REQUIRED, null, NULL_ALLOWED];
        return new external_single_structure([
            'attempts' => new external_multiple_structure(new external_single_structure([
                'attemptid' => new external_value(PARAM_INT, 'the attempt'),
                'key' => new external_value(PARAM_RAW, 'the quiz'),
                'userid' => new external_value(PARAM_INT, 'the learner'),
                'number' => new external_value(PARAM_INT, 'of this learner at this quiz, from 1'),
                'state' => new external_value(PARAM_RAW, 'finished, abandoned or submitted'),
                'timestart' => new external_value(PARAM_INT, 'seconds since 1970'),
                'timefinish' => new external_value(PARAM_INT, 'seconds since 1970; 0: abandoned'),
                'timemodified' => new external_value(PARAM_INT, 'seconds since 1970'),
                'sumgrades' => new external_value(PARAM_FLOAT, 'points; null: not graded', ...$orneither),
                'maxgrade' => new external_value(PARAM_FLOAT, 'most points'),
                'questions' => new external_multiple_structure(new external_single_structure([
                    'key' => new external_value(PARAM_RAW, 'the question'),
                    'version' => new external_value(PARAM_INT, 'the version that was answered'),
                    'slot' => new external_value(PARAM_INT, 'where in the attempt, from 1'),
                    'fraction' => new external_value(PARAM_FLOAT, '0 to 1; null: not graded', ...$orneither),
                    'tries' => new external_value(PARAM_INT, 'how many answers were judged'),
                    'hints' => new external_value(PARAM_INT, 'how many hints were shown'),
                    'choice' => new external_value(PARAM_INT, 'of a single choice the answer, from 0; else null', ...$orneither),
                    'time' => new external_value(PARAM_INT, 'of the last answer, seconds since 1970; 0: none'),
                    'duration' => new external_value(PARAM_INT, 'seconds; null: cannot be said', ...$orneither),
                ])),
            ])),
            'cursor' => new external_value(PARAM_RAW, 'for the next call'),
            'more' => new external_value(PARAM_BOOL, 'whether there is more just now'),
        ]);
    }
}
