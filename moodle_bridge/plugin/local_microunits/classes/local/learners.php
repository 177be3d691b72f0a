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
 * The learners of a course: those who are enrolled now and may attempt a quiz.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class learners {
    /** @var int Most learners in one answer. */
    public const MOST = 1000;

    /**
     * Those who take part in the course, of some.
     *
     * @param stdClass $course the course
     * @param int[] $ids users
     * @return array<int, stdClass> whole accounts by id
     */
    public static function taking_part(stdClass $course, array $ids): array {
        global $DB;
        if (!$ids) {
            return [];
        }
        [$enrolled, $params] = get_enrolled_sql(context_course::instance($course->id), '', 0, true);
        [$in, $more] = $DB->get_in_or_equal(array_unique($ids), SQL_PARAMS_NAMED, 'user');
        $sql = "SELECT u.* FROM {user} u JOIN ({$enrolled}) e ON e.id = u.id WHERE u.deleted = 0 AND u.id {$in}";
        return $DB->get_records_sql($sql, $params + $more);
    }

    /**
     * Learners after a cursor.
     *
     * @param stdClass $course the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array learners, cursor, more
     */
    public static function after(stdClass $course, string $cursor, int $limit): array {
        global $CFG, $DB;
        if ($cursor !== '' && (!ctype_digit($cursor) || strlen($cursor) > 18)) {
            throw new problem('invalidcursor', $cursor);
        }
        $limit = max(1, min($limit, self::MOST));
        [$enrolled, $params] = get_enrolled_sql(context_course::instance($course->id), 'mod/quiz:attempt', 0, true);
        $sql = "SELECT u.id, u.email, u.idnumber, u.username, u.lang, u.timezone, u.suspended, u.emailstop,
                       l.timeaccess
                  FROM {user} u
                  JOIN ({$enrolled}) e ON e.id = u.id
             LEFT JOIN {user_lastaccess} l ON l.userid = u.id AND l.courseid = :accesscourse
                 WHERE u.deleted = 0 AND u.id > :after
              ORDER BY u.id";
        $params += ['accesscourse' => $course->id, 'after' => (int) $cursor];
        $rows = $DB->get_records_sql($sql, $params, 0, $limit + 1);
        $more = count($rows) > $limit;
        $rows = array_slice($rows, 0, $limit);
        $notices = channels::open($rows);
        $learners = array_map(fn(stdClass $row) => [
            'userid' => (int) $row->id,
            'email' => $row->email,
            'idnumber' => $row->idnumber,
            'username' => $row->username,
            'lang' => $row->lang ?: $CFG->lang,
            'timezone' => \core_date::get_user_timezone($row),
            'suspended' => (bool) $row->suspended,
            'notices' => $notices[$row->id],
            'lastaccess' => (int) $row->timeaccess,
        ], $rows);
        $last = end($rows);
        return ['learners' => $learners, 'cursor' => $last ? (string) $last->id : $cursor, 'more' => $more];
    }
}
