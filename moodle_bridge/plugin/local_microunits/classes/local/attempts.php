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
 * The attempts at the quizzes that the companion holds in a course, those that are over.
 *
 * They come in the order in which they were changed last, for Moodle gives an attempt that it ended by itself an end in
 * the past, and an abandoned one none.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class attempts {
    /** @var int Most attempts in one answer. */
    public const MOST = 500;

    /** @var string[] The states in which a learner works on it no more; "submitted" is handed in and not graded yet. */
    private const OVER = ['finished', 'abandoned', 'submitted'];

    /**
     * Attempts since a cursor.
     *
     * @param stdClass $course the course
     * @param string $cursor what the last answer said, or ""
     * @param int $limit at most so many
     * @return array attempts, cursor, more
     * @throws problem "invalidcursor"
     */
    public static function since(stdClass $course, string $cursor, int $limit): array {
        $place = cursor::read($cursor);
        $limit = max(1, min($limit, self::MOST));
        $now = time();
        [$after, $params] = $place->condition('a.timemodified', 'a.id');
        $rows = self::rows($course, $after, $params, $limit + 1);
        $more = count($rows) > $limit;
        $rows = array_slice($rows, 0, $limit, true);
        $last = end($rows);
        $cursor = $more ? cursor::at($last->timemodified, $last->id) : $place->after_all($now);
        return ['attempts' => self::told($course, $rows), 'cursor' => $cursor, 'more' => $more];
    }

    /**
     * Some attempts, whenever they were.
     *
     * @param stdClass $course the course
     * @param int[] $ids which
     * @return array attempts, cursor, more
     */
    public static function of_ids(stdClass $course, array $ids): array {
        global $DB;
        payload::expect(count($ids) <= self::MOST, 'attemptids', 'at most ' . self::MOST . ' expected');
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
        $rows = self::rows($course, "a.id {$in}", $params, self::MOST);
        return ['attempts' => self::told($course, $rows), 'cursor' => '', 'more' => false];
    }

    /**
     * Rows of attempts that are over.
     *
     * @param stdClass $course the course
     * @param string $condition which
     * @param array $params of the condition
     * @param int $limit at most so many
     * @return array<int, stdClass> by id, in their order
     */
    private static function rows(stdClass $course, string $condition, array $params, int $limit): array {
        global $DB;
        [$over, $states] = $DB->get_in_or_equal(self::OVER, SQL_PARAMS_NAMED, 'state');
        $sql = "SELECT a.id, a.uniqueid, a.userid, a.attempt, a.state, a.timestart, a.timefinish, a.timemodified, a.sumgrades,
                       i.itemkey, q.sumgrades AS maxgrade
                  FROM {quiz_attempts} a
                  JOIN {quiz} q ON q.id = a.quiz
                  JOIN {local_microunits_item} i ON i.targetid = q.id AND i.courseid = q.course AND i.kind = 'microquiz'
                 WHERE i.courseid = :courseid AND a.preview = 0 AND a.state {$over} AND {$condition}
              ORDER BY a.timemodified, a.id";
        return $DB->get_records_sql($sql, $params + $states + ['courseid' => $course->id], 0, $limit);
    }

    /**
     * Attempts as they are told, with their questions.
     *
     * @param stdClass $course the course
     * @param array<int, stdClass> $rows of attempts
     * @return array[]
     */
    private static function told(stdClass $course, array $rows): array {
        $questions = attempt_questions::of($course, $rows);
        return array_values(array_map(fn(stdClass $row) => [
            'attemptid' => (int) $row->id,
            'key' => $row->itemkey,
            'userid' => (int) $row->userid,
            'number' => (int) $row->attempt,
            'state' => $row->state,
            'timestart' => (int) $row->timestart,
            'timefinish' => (int) $row->timefinish,
            'timemodified' => (int) $row->timemodified,
            'sumgrades' => $row->sumgrades === null ? null : (float) $row->sumgrades,
            'maxgrade' => (float) $row->maxgrade,
            'questions' => $questions[$row->uniqueid] ?? [],
        ], $rows));
    }
}
