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
use core_external\external_single_structure;
use core_external\external_value;
use local_microunits\local\files;
use local_microunits\local\payload;

/**
 * Keeps a file until a component that shows it arrives.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class put_file extends course_function {
    /**
     * The parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'the course'),
            'sha256' => new external_value(PARAM_RAW, 'of the bytes, hexadecimal'),
            'name' => new external_value(PARAM_RAW, 'the name of the file'),
            'mimetype' => new external_value(PARAM_RAW, 'its type'),
            'content' => new external_value(PARAM_RAW, 'its bytes in base64'),
        ]);
    }

    /**
     * Does it.
     *
     * @param int $courseid the course
     * @param string $sha256 of the bytes
     * @param string $name of the file
     * @param string $mimetype of the file
     * @param string $content base64
     * @return array
     */
    public static function execute(int $courseid, string $sha256, string $name, string $mimetype, string $content): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'sha256' => $sha256,
            'name' => $name,
            'mimetype' => $mimetype,
            'content' => $content,
        ]);
        $course = self::course($params['courseid']);
        payload::expect(preg_match('/^[0-9a-f]{64}$/D', $params['sha256']), 'sha256', 'a sha256 expected');
        $isnew = (new files(context_course::instance($course->id)))->keep($params['sha256'], $params['content']);
        return ['status' => $isnew ? 'stored' : 'present'];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'status' => new external_value(PARAM_RAW, 'stored or present'),
        ]);
    }
}
