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

use stdClass;

/**
 * What learners handed in at the assignments that the companion holds in a course. A draft is nobody's business, and what a
 * group hands in together belongs to no single learner.
 *
 * They come in the order in which they were changed last. Who asks what happened is not told what was written: that is
 * asked for by itself (`texts`), by who has a place to keep it.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class submissions {
    /** @var int Most submissions in one answer. */
    public const MOST = 500;

    /** @var int Most texts in one answer. */
    public const MOST_TEXTS = 50;

    /**
     * Submissions since a cursor, without what was written.
     *
     * @param stdClass $course the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array submissions, cursor, more
     * @throws problem "invalidcursor"
     */
    public static function since(stdClass $course, string $cursor, int $limit): array {
        $place = cursor::read($cursor);
        $limit = max(1, min($limit, self::MOST));
        $now = time();
        [$after, $params] = $place->condition('s.timemodified', 's.id');
        $rows = self::rows($course, $after, $params, $limit + 1);
        $more = count($rows) > $limit;
        $rows = array_slice($rows, 0, $limit);
        $last = end($rows);
        return [
            'submissions' => array_map(self::told(...), $rows),
            'cursor' => $more ? cursor::at($last->timemodified, $last->id) : $place->after_all($now),
            'more' => $more,
        ];
    }

    /**
     * What was written in some submissions, as it is now; those that are not handed in (any more) are left out.
     *
     * @param stdClass $course the course
     * @param int[] $ids which
     * @return array[]
     */
    public static function texts(stdClass $course, array $ids): array {
        global $DB;
        payload::expect(count($ids) <= self::MOST_TEXTS, 'submissionids', 'at most ' . self::MOST_TEXTS . ' expected');
        if (!$ids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
        $rows = self::rows($course, "s.id {$in}", $params, self::MOST_TEXTS);
        if (!$rows) {
            return [];
        }
        $columns = 'submission, onlinetext, onlineformat';
        $written = $DB->get_records_list('assignsubmission_onlinetext', 'submission', array_keys($rows), '', $columns);
        return array_values(array_map(fn(stdClass $row) => self::told($row) + [
            'text' => (string) ($written[$row->id]->onlinetext ?? ''),
            'format' => (int) ($written[$row->id]->onlineformat ?? FORMAT_HTML),
        ], $rows));
    }

    /**
     * Rows of what is handed in by single learners.
     *
     * @param stdClass $course the course
     * @param string $condition which
     * @param array $params of the condition
     * @param int $limit at most so many
     * @return array<int, stdClass> by id, in their order
     */
    private static function rows(stdClass $course, string $condition, array $params, int $limit): array {
        global $DB;
        $sql = "SELECT s.id, s.userid, s.attemptnumber, s.timemodified, i.itemkey
                  FROM {assign_submission} s
                  JOIN {assign} a ON a.id = s.assignment
                  JOIN {local_microunits_item} i ON i.targetid = a.id AND i.courseid = a.course AND i.kind = 'reflection'
                 WHERE i.courseid = :courseid AND s.status = 'submitted' AND s.userid > 0 AND a.teamsubmission = 0
                       AND {$condition}
              ORDER BY s.timemodified, s.id";
        return $DB->get_records_sql($sql, $params + ['courseid' => $course->id], 0, $limit);
    }

    /**
     * A submission as it is told.
     *
     * @param stdClass $row of it
     * @return array
     */
    private static function told(stdClass $row): array {
        return [
            'id' => (int) $row->id,
            'key' => $row->itemkey,
            'userid' => (int) $row->userid,
            'number' => (int) $row->attemptnumber + 1,
            'time' => (int) $row->timemodified,
        ];
    }
}
