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

namespace local_microunits\local\kinds;

use calendar_event;
use local_microunits\local\field_type;
use local_microunits\local\files;
use local_microunits\local\item;
use local_microunits\local\kind;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\state;
use stdClass;

/**
 * A moment in the calendar, of the whole course or of one learner.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class event extends kind {
    #[\Override]
    public function fields(): array {
        return [
            'name' => field_type::LINE,
            'description' => field_type::HTML,
            'timestart' => field_type::COUNT,
            'duration' => field_type::COUNT,
            'userid' => field_type::COUNT,
            'visible' => field_type::TRUTH,
        ];
    }

    #[\Override]
    public function required(): array {
        return ['name', 'timestart'];
    }

    #[\Override]
    public function capabilities(): array {
        return ['moodle/calendar:manageentries'];
    }

    #[\Override]
    public function check(array $values): void {
        if (!empty($values['userid'])) {
            $enrolled = is_enrolled($this->context(), $values['userid'], '', true);
            payload::expect($enrolled, 'fields.userid', 'somebody who takes part in the course expected');
        }
        payload::expect(!str_contains($values['description'] ?? '', '@@FILE:'), 'fields.description', 'no files in an event');
    }

    #[\Override]
    public function find(string $key, payload $payload): ?item {
        global $DB;
        $rows = $DB->get_records('event', ['uuid' => $this->uuid($key)], 'id', 'id, eventtype, userid', 0, 1);
        $row = reset($rows);
        $userid = $row && $row->eventtype === 'user' ? (int) $row->userid : 0;
        return $row ? new item($this->course->id, $key, 'event', $row->id, userid: $userid) : null;
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        return $this->make($key, $payload->values);
    }

    /**
     * Makes an event.
     *
     * @param string $key the external key
     * @param array<string, mixed> $values by field
     * @return item not saved
     */
    public function make(string $key, array $values): item {
        global $CFG;
        require_once($CFG->dirroot . '/calendar/lib.php');
        $userid = $values['userid'] ?? 0;
        $columns = $this->place($userid) + [
            'uuid' => $this->uuid($key),
            'name' => $values['name'],
            'description' => $values['description'] ?? '',
            'format' => FORMAT_HTML,
            'timestart' => $values['timestart'],
            'timeduration' => $values['duration'] ?? 0,
            'visible' => 1,
        ];
        $made = calendar_event::create((object) $columns, false);
        return new item($this->course->id, $key, 'event', $made->id, userid: $userid);
    }

    #[\Override]
    public function states(array $items): array {
        global $DB;
        if (!$items) {
            return [];
        }
        [$scope, $params] = $this->scope($items);
        $sql = "SELECT i.id AS itemid, e.name, e.description, e.timestart, e.timeduration, e.eventtype, e.userid, e.visible
                  FROM {local_microunits_item} i
                  JOIN {event} e ON e.id = i.targetid
                 WHERE {$scope}";
        $rows = $DB->get_records_sql($sql, $params);
        $states = [];
        foreach ($items as $item) {
            $row = $rows[$item->id] ?? null;
            $states[$item->id] = $row ? new state(true, array_map(prints::of(...), $this->told($row))) : new state();
        }
        return $states;
    }

    #[\Override]
    public function write(item $item, array $values, files $files): void {
        $this->change($item, $values);
    }

    /**
     * Writes fields; an event has no files.
     *
     * @param item $item the component
     * @param array<string, mixed> $values those that are to be written, no others
     */
    public function change(item $item, array $values): void {
        global $CFG;
        require_once($CFG->dirroot . '/calendar/lib.php');
        if (!$values) {
            return;
        }
        $changes = [];
        $columns = ['name' => 'name', 'description' => 'description', 'timestart' => 'timestart', 'duration' => 'timeduration'];
        foreach (array_intersect_key($columns, $values) as $name => $column) {
            $changes[$column] = $values[$name];
        }
        if (isset($values['visible'])) {
            $changes['visible'] = (int) $values['visible'];
        }
        if (isset($values['userid'])) {
            $changes += $this->place($values['userid']);
            $item->userid = $values['userid'];
        }
        calendar_event::load($item->targetid)->update((object) $changes, false);
    }

    #[\Override]
    public function values(item $item): array {
        global $DB;
        $row = $DB->get_record('event', ['id' => $item->targetid]);
        return $row ? $this->told($row) : [];
    }

    #[\Override]
    public function hide(item $item): void {
        global $CFG;
        require_once($CFG->dirroot . '/calendar/lib.php');
        calendar_event::load($item->targetid)->update((object) ['visible' => 0], false);
    }

    #[\Override]
    public function delete(item $item): void {
        global $CFG;
        require_once($CFG->dirroot . '/calendar/lib.php');
        calendar_event::load($item->targetid)->delete();
    }

    /**
     * What tells an event of ours from others, also when the companion has forgotten it.
     *
     * @param string $key the external key
     * @return string
     */
    public function uuid(string $key): string {
        return "local_microunits:{$this->course->id}:{$key}";
    }

    /**
     * Whose event it is.
     *
     * @param int $userid a learner, or 0 for the course
     * @return array<string, mixed> columns
     */
    private function place(int $userid): array {
        global $USER;
        return $userid
            ? ['eventtype' => 'user', 'userid' => $userid, 'courseid' => 0]
            : ['eventtype' => 'course', 'userid' => $USER->id, 'courseid' => $this->course->id];
    }

    /**
     * The fields of an event.
     *
     * @param stdClass $row of the table
     * @return array<string, mixed>
     */
    private function told(stdClass $row): array {
        return [
            'name' => $row->name,
            'description' => $row->description,
            'timestart' => (int) $row->timestart,
            'duration' => (int) $row->timeduration,
            'userid' => $row->eventtype === 'user' ? (int) $row->userid : 0,
            'visible' => (bool) $row->visible,
        ];
    }
}
