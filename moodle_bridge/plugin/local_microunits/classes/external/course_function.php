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
use core_external\external_api;
use stdClass;

/**
 * A function of the bridge that is about one course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class course_function extends external_api {
    /**
     * The course, when the caller may sync it.
     *
     * @param int $courseid the course
     * @return stdClass
     */
    protected static function course(int $courseid): stdClass {
        $context = context_course::instance($courseid);
        self::validate_context($context);
        require_capability('local/microunits:sync', $context);
        return get_course($courseid);
    }
}
