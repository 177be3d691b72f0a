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
use local_microunits\local\file_pieces;
use local_microunits\local\payload;

/**
 * Keeps a file, or a piece of one, until a component that shows it arrives.
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
            'content' => new external_value(PARAM_RAW, 'its bytes in base64, or those of a piece'),
            'offset' => new external_value(PARAM_INT, 'where in the file the piece begins', VALUE_DEFAULT, 0),
            'total' => new external_value(PARAM_INT, 'bytes of the whole file; 0: it is whole', VALUE_DEFAULT, 0),
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
     * @param int $offset where in the file the piece begins
     * @param int $total bytes of the whole file; 0: it is whole
     * @return array
     */
    public static function execute(
        int $courseid,
        string $sha256,
        string $name,
        string $mimetype,
        string $content,
        int $offset = 0,
        int $total = 0
    ): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'sha256' => $sha256,
            'name' => $name,
            'mimetype' => $mimetype,
            'content' => $content,
            'offset' => $offset,
            'total' => $total,
        ]);
        $course = self::course($params['courseid']);
        payload::expect(preg_match('/^[0-9a-f]{64}$/D', $params['sha256']), 'sha256', 'a sha256 expected');
        raise_memory_limit(MEMORY_EXTRA);
        $pieces = new file_pieces(context_course::instance($course->id), $params['sha256']);
        [$status, $next] = $pieces->take($params['content'], $params['offset'], $params['total']);
        return ['status' => $status, 'next' => $next];
    }

    /**
     * The answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'status' => new external_value(PARAM_RAW, 'stored, present, or partial: more of it is to come'),
            'next' => new external_value(PARAM_INT, 'where the next piece begins: so many bytes are here without a gap'),
        ]);
    }
}
