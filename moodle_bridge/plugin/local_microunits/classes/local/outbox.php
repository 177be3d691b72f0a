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

/**
 * What happened in the courses that the bridge syncs, for it to fetch.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class outbox {
    /** @var string The table. */
    private const TABLE = 'local_microunits_change';

    /** @var int So many seconds old a change must be: another process may just now be adding one with a smaller id. */
    private const SETTLED = 2;

    /** @var int Most changes in one answer. */
    public const MOST = 1000;

    /**
     * Adds a change.
     *
     * @param string $what happened
     * @param int $courseid where
     * @param string $key of the component that it is about, or ""
     * @param int $objectid of the attempt, module, bank entry or user
     * @param int $userid of the learner, or 0
     */
    public static function add(string $what, int $courseid, string $key = '', int $objectid = 0, int $userid = 0): void {
        global $DB;
        $DB->insert_record(self::TABLE, (object) [
            'what' => $what,
            'courseid' => $courseid,
            'itemkey' => $key,
            'objectid' => $objectid,
            'userid' => $userid,
            'timecreated' => time(),
        ]);
    }

    /**
     * What happened since a cursor, in the courses that the caller may sync.
     *
     * @param string $cursor what the last answer said, or "" for everything that is kept
     * @param int $limit at most so many rows are looked at
     * @return array changes, cursor, more
     * @throws problem "cursor_expired", "invalidcursor"
     */
    public static function since(string $cursor, int $limit): array {
        global $DB;
        $after = self::position($cursor);
        $limit = max(1, min($limit, self::MOST));
        $rows = $DB->get_records_select(
            self::TABLE,
            'id > ? AND timecreated <= ?',
            [$after, time() - self::SETTLED],
            'id',
            '*',
            0,
            $limit + 1
        );
        $more = count($rows) > $limit;
        $changes = [];
        foreach (array_slice($rows, 0, $limit) as $row) {
            $after = (int) $row->id;
            if (self::may_read((int) $row->courseid)) {
                $changes[] = [
                    'id' => (int) $row->id,
                    'time' => (int) $row->timecreated,
                    'courseid' => (int) $row->courseid,
                    'what' => $row->what,
                    'key' => $row->itemkey,
                    'objectid' => (int) $row->objectid,
                    'userid' => (int) $row->userid,
                ];
            }
        }
        return ['changes' => $changes, 'cursor' => (string) $after, 'more' => $more];
    }

    /**
     * Deletes what is too old, and notes how far.
     *
     * @param int $before when it happened
     */
    public static function expire(int $before): void {
        global $DB;
        $last = (int) $DB->get_field_select(self::TABLE, 'MAX(id)', 'timecreated < ?', [$before]);
        if ($last) {
            set_config('expiredupto', $last, 'local_microunits');
            $DB->delete_records_select(self::TABLE, 'id <= ?', [$last]);
        }
    }

    /**
     * After which row a cursor stands.
     *
     * @param string $cursor as it was sent
     * @return int
     */
    private static function position(string $cursor): int {
        global $DB;
        $expired = (int) get_config('local_microunits', 'expiredupto');
        if ($cursor === '') {
            return $expired;
        }
        if (!ctype_digit($cursor) || strlen($cursor) > 18) {
            throw new problem('invalidcursor', $cursor);
        }
        $position = (int) $cursor;
        $last = max($expired, (int) $DB->get_field(self::TABLE, 'MAX(id)', []));
        if ($position < $expired || $position > $last) {
            throw new problem('cursor_expired');
        }
        return $position;
    }

    /**
     * Whether the caller may know of a course. Who may sync everywhere also hears of courses that are gone.
     *
     * @param int $courseid the course
     * @return bool
     */
    private static function may_read(int $courseid): bool {
        static $known = [];
        global $USER;
        $context = context_course::instance($courseid, IGNORE_MISSING) ?: \context_system::instance();
        return $known[$USER->id][$courseid] ??= has_capability('local/microunits:sync', $context);
    }
}
