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

namespace local_microunits\local;

use context_course;
use stdClass;

/**
 * What learners marked as done of the activities that the companion holds in a course, and what they took back.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class completions {
    /** @var int Most in one answer. */
    public const MOST = 500;

    /**
     * What was marked since a cursor, in the order in which it was changed last.
     *
     * @param stdClass $course the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array completions, cursor, more
     * @throws problem "invalidcursor"
     */
    public static function since(stdClass $course, string $cursor, int $limit): array {
        $place = cursor::read($cursor);
        $limit = max(1, min($limit, self::MOST));
        $now = time();
        $rows = self::rows($course, $place, $limit + 1);
        $more = count($rows) > $limit;
        $rows = array_slice($rows, 0, $limit);
        $last = end($rows);
        return [
            'completions' => array_map(fn(stdClass $row) => [
                'id' => (int) $row->id,
                'key' => $row->itemkey,
                'userid' => (int) $row->userid,
                'done' => $row->completionstate != COMPLETION_INCOMPLETE,
                'time' => (int) $row->timemodified,
            ], $rows),
            'cursor' => $more ? cursor::at($last->timemodified, $last->id) : $place->after_all($now),
            'more' => $more,
        ];
    }

    /**
     * Rows of learners; teachers who try a page out are none.
     *
     * @param stdClass $course the course
     * @param cursor $place after which
     * @param int $limit at most so many
     * @return array<int, stdClass> by id, in their order
     */
    private static function rows(stdClass $course, cursor $place, int $limit): array {
        global $CFG, $DB;
        require_once($CFG->libdir . '/completionlib.php');
        $kinds = array_filter(kind::names(), fn(string $name) => kind::named($name, $course)->reports_completion());
        [$of, $params] = $DB->get_in_or_equal($kinds, SQL_PARAMS_NAMED, 'kind');
        [$after, $more] = $place->condition('c.timemodified', 'c.id');
        $context = context_course::instance($course->id);
        [$tracked, $who] = get_enrolled_sql($context, 'moodle/course:isincompletionreports', 0, true);
        $sql = "SELECT c.id, c.userid, c.completionstate, c.timemodified, i.itemkey
                  FROM {course_modules_completion} c
                  JOIN {local_microunits_item} i ON i.cmid = c.coursemoduleid AND i.parentid = 0
                  JOIN ({$tracked}) e ON e.id = c.userid
                 WHERE i.courseid = :courseid AND i.kind {$of} AND {$after}
              ORDER BY c.timemodified, c.id";
        return $DB->get_records_sql($sql, $params + $more + $who + ['courseid' => $course->id], 0, $limit);
    }
}
