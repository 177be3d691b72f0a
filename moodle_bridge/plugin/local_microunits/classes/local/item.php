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
 * What stands for what: a key of the bridge, and the thing in Moodle that it means.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class item {
    /** @var string The table. */
    private const TABLE = 'local_microunits_item';

    /** @var int Id of the row; 0 before it is saved. */
    public int $id = 0;

    /** @var bool Whether the component was hidden since the source has it no more. */
    public bool $removed = false;

    /**
     * @var array<string, array{hash: string, print: string|null, value?: mixed}> For each field the source's hash and what
     *     was written then; the value too where Moodle forgets it: what a question earns, when it leaves its quiz.
     */
    public array $fields = [];

    /** @var array{state: string, prints: array<string, string>}|null A question as it was last looked at. */
    public ?array $seen = null;

    /**
     * Makes an item that is not saved yet.
     *
     * @param int $courseid the course
     * @param string $key the external key
     * @param string $kind the kind of component, or "question"
     * @param int $targetid id of the quiz, page, section, event or question bank entry
     * @param int $cmid the course module, where there is one
     * @param int $parentid the component's item, for a part
     * @param int $userid the learner whose own it is; 0: it is there for all
     */
    public function __construct(
        /** @var int The course. */
        public int $courseid,
        /** @var string The external key. */
        public string $key,
        /** @var string The kind of component, or "question". */
        public string $kind,
        /** @var int Id of the target. */
        public int $targetid,
        /** @var int The course module, or 0. */
        public int $cmid = 0,
        /** @var int The component's item, for a part. */
        public int $parentid = 0,
        /** @var int The learner whose own it is; 0: it is there for all. */
        public int $userid = 0
    ) {
    }

    /**
     * The item of a key in a course.
     *
     * @param int $courseid the course
     * @param string $key the external key
     * @return self|null
     */
    public static function find(int $courseid, string $key): ?self {
        global $DB;
        $row = $DB->get_record(self::TABLE, ['courseid' => $courseid, 'itemkey' => $key]);
        return $row ? self::from_row($row) : null;
    }

    /**
     * Items of a course, without those that are a learner's own.
     *
     * @param int $courseid the course
     * @param array $conditions columns and their values, beside the course
     * @return array<int, self> by id, in the order in which they were made
     */
    public static function all(int $courseid, array $conditions = []): array {
        global $DB;
        $rows = $DB->get_records(self::TABLE, ['courseid' => $courseid, 'userid' => 0] + $conditions, 'id');
        return array_map(self::from_row(...), $rows);
    }

    /**
     * Items of a course by their keys; keys that nothing stands for are left out.
     *
     * @param int $courseid the course
     * @param string[] $keys the external keys
     * @return array<string, self> by key
     */
    public static function by_keys(int $courseid, array $keys): array {
        global $DB;
        $found = [];
        foreach (array_chunk($keys, 500) as $some) {
            [$in, $params] = $DB->get_in_or_equal($some, SQL_PARAMS_NAMED);
            $params['courseid'] = $courseid;
            foreach ($DB->get_records_select(self::TABLE, "courseid = :courseid AND itemkey {$in}", $params) as $row) {
                $found[$row->itemkey] = self::from_row($row);
            }
        }
        return $found;
    }

    /**
     * The item that a target belongs to.
     *
     * @param string $kind the kind
     * @param int $targetid the target
     * @return self|null
     */
    public static function of_target(string $kind, int $targetid): ?self {
        global $DB;
        $rows = $DB->get_records(self::TABLE, ['kind' => $kind, 'targetid' => $targetid], 'id', '*', 0, 1);
        return $rows ? self::from_row(reset($rows)) : null;
    }

    /**
     * The item that a course module belongs to.
     *
     * @param int $cmid the course module
     * @return self|null
     */
    public static function of_module(int $cmid): ?self {
        global $DB;
        $rows = $DB->get_records(self::TABLE, ['cmid' => $cmid, 'parentid' => 0], 'id', '*', 0, 1);
        return $rows ? self::from_row(reset($rows)) : null;
    }

    /**
     * Forgets items; their targets stay.
     *
     * @param int $courseid the course
     * @param string[] $keys which, with their parts; none: all of the course
     * @return int how many were forgotten
     */
    public static function forget(int $courseid, array $keys): int {
        global $DB;
        if (!$keys) {
            $count = $DB->count_records(self::TABLE, ['courseid' => $courseid]);
            $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
            return $count;
        }
        $ids = array_map(fn(self $item) => $item->id, self::by_keys($courseid, $keys));
        $count = 0;
        foreach (array_chunk($ids, 500) as $some) {
            [$in, $params] = $DB->get_in_or_equal($some, SQL_PARAMS_NAMED);
            [$inparent, $more] = $DB->get_in_or_equal($some, SQL_PARAMS_NAMED, 'parent');
            $select = "id {$in} OR parentid {$inparent}";
            $count += $DB->count_records_select(self::TABLE, $select, $params + $more);
            $DB->delete_records_select(self::TABLE, $select, $params + $more);
        }
        return $count;
    }

    /**
     * Whether the companion holds anything of a course.
     *
     * @param int $courseid the course
     * @return bool
     */
    public static function any(int $courseid): bool {
        global $DB;
        return $DB->record_exists(self::TABLE, ['courseid' => $courseid]);
    }

    /**
     * Keeps the item as it is now.
     */
    public function save(): void {
        global $DB;
        $row = (object) [
            'courseid' => $this->courseid,
            'itemkey' => $this->key,
            'kind' => $this->kind,
            'targetid' => $this->targetid,
            'cmid' => $this->cmid,
            'parentid' => $this->parentid,
            'userid' => $this->userid,
            'removed' => (int) $this->removed,
            'fields' => json_encode((object) $this->fields),
            'seen' => $this->seen === null ? null : json_encode($this->seen),
            'timemodified' => time(),
        ];
        if ($this->id) {
            $row->id = $this->id;
            $DB->update_record(self::TABLE, $row);
        } else {
            $row->timecreated = $row->timemodified;
            $this->id = $DB->insert_record(self::TABLE, $row);
        }
    }

    /**
     * Whether somebody edited a field in Moodle since it was written or agreed on.
     *
     * @param string $name the field
     * @param state $state the target as it is now
     * @return bool
     */
    public function edited(string $name, state $state): bool {
        $written = $this->fields[$name]['print'] ?? null;
        $now = $state->prints[$name] ?? null;
        if ($written === null || $now === null) {
            return false;
        }
        return prints::differ($written, $now);
    }

    /**
     * Takes what Moodle has now as what was written.
     *
     * @param string $name the field
     * @param string $hash the source's hash
     * @param state $state the target as it is now
     */
    public function agree(string $name, string $hash, state $state): void {
        $kept = array_intersect_key($this->fields[$name] ?? [], ['value' => 1]);
        $this->fields[$name] = ['hash' => $hash, 'print' => $state->prints[$name] ?? null] + $kept;
    }

    /**
     * An item from its row.
     *
     * @param stdClass $row of the table
     * @return self
     */
    private static function from_row(stdClass $row): self {
        $item = new self(
            (int) $row->courseid,
            $row->itemkey,
            $row->kind,
            (int) $row->targetid,
            (int) $row->cmid,
            (int) $row->parentid,
            (int) $row->userid
        );
        $item->id = (int) $row->id;
        $item->removed = (bool) $row->removed;
        $item->fields = json_decode($row->fields ?? '', true) ?: [];
        $item->seen = json_decode($row->seen ?? '', true);
        return $item;
    }
}
