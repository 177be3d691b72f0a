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

use local_microunits\local\kinds\event;
use stdClass;

/**
 * Events in the calendars of single learners, such as when their next questions are due; many in one call.
 *
 * They are no part of the course that is kept in step, so nobody who plans a sync sees them. What a learner has changed
 * in an event, or that it was deleted, is left alone until something else is sent.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class learner_events {
    /** @var int Most events in one call. */
    public const MOST = 200;

    /** @var stdClass[] The learners by id. */
    private array $learners;

    /** @var array<string, item> What is held, by key. */
    private array $items;

    /** @var array<int, stdClass> The events that are there, by id. */
    private array $rows;

    /**
     * Reads what is there: a few queries, however many events are sent.
     *
     * @param stdClass $course the course
     * @param event $kind of them
     * @param array[] $events as they were sent
     */
    private function __construct(
        stdClass $course,
        /** @var event The kind. */
        private readonly event $kind,
        array $events
    ) {
        global $DB;
        $keys = array_column($events, 'key');
        $this->learners = learners::taking_part($course, array_column($events, 'userid'));
        $this->items = item::by_keys($course->id, $keys);
        // Those that were forgotten are found by what tells them from others.
        $uuids = [];
        foreach (array_diff($keys, array_keys($this->items)) as $key) {
            $uuids[$kind->uuid($key)] = $key;
        }
        $columns = 'id, uuid, userid, eventtype';
        foreach ($DB->get_records_list('event', 'uuid', array_keys($uuids), 'id DESC', $columns) as $row) {
            $key = $uuids[$row->uuid];
            $userid = $row->eventtype === 'user' ? (int) $row->userid : 0;
            $this->items[$key] = new item($course->id, $key, 'event', (int) $row->id, userid: $userid);
        }
        $targets = array_map(fn(item $item) => $item->kind === 'event' ? $item->targetid : 0, $this->items);
        $this->rows = $DB->get_records_list('event', 'id', array_values($targets), '', 'id');
    }

    /**
     * Makes, changes and takes away events.
     *
     * @param stdClass $course the course
     * @param array[] $events key, userid, name, description, timestart (0: it goes away), duration
     * @return array[] key, status, reason
     * @throws problem "invalidpayload", before anything is done
     */
    public static function set(stdClass $course, array $events): array {
        payload::expect(count($events) <= self::MOST, 'events', 'at most ' . self::MOST . ' expected');
        $seen = [];
        foreach ($events as $index => $sent) {
            payload::key($sent['key'], "events.{$index}.key");
            payload::expect(!isset($seen[$sent['key']]), "events.{$index}.key", 'another key than before expected');
            payload::expect($sent['userid'] > 0, "events.{$index}.userid", 'a learner expected');
            payload::expect(min($sent['timestart'], $sent['duration']) >= 0, "events.{$index}", 'times from 0 on expected');
            $length = \core_text::strlen(trim($sent['name']));
            $fits = $length <= 255 && ($length || !$sent['timestart']);
            payload::expect($fits, "events.{$index}.name", 'a line of 1 to 255 characters expected');
            $seen[$sent['key']] = true;
        }
        return course_lock::run($course, function (stdClass $course) use ($events) {
            $writer = new self($course, new event($course), $events);
            return array_map(function (array $sent) use ($writer) {
                [$status, $reason] = $writer->one($sent);
                return ['key' => $sent['key'], 'status' => $status, 'reason' => $reason];
            }, $events);
        });
    }

    /**
     * Deletes learners' own events, and forgets them.
     *
     * @param string $select which rows of the items, all of single learners
     * @param array $params of the condition
     */
    public static function forget(string $select, array $params): void {
        global $DB;
        $rows = $DB->get_records_select('local_microunits_item', $select, $params, '', 'id, targetid, kind');
        foreach ($rows as $row) {
            $DB->delete_records('event', ['id' => $row->targetid]);
        }
        $DB->delete_records_list('local_microunits_item', 'id', array_keys($rows));
    }

    /**
     * Does what is to be done for one event.
     *
     * @param array $sent as it was sent
     * @return string[] status and reason
     */
    private function one(array $sent): array {
        $item = $this->items[$sent['key']] ?? null;
        if ($item && ($item->kind !== 'event' || !$item->userid)) {
            return ['refused', 'kinddiffers'];
        }
        if (!$sent['timestart']) {
            return [$this->remove($item) ? 'removed' : report::UNCHANGED, ''];
        }
        $learner = $this->learners[$sent['userid']] ?? null;
        if (!$learner || $learner->suspended) {
            return ['refused', $learner ? 'suspended' : 'not_enrolled'];
        }
        return [$this->write($item, $sent), ''];
    }

    /**
     * Makes an event, or writes what is another than what was sent last.
     *
     * @param item|null $item what stands for it
     * @param array $sent as it was sent
     * @return string what became of it
     */
    private function write(?item $item, array $sent): string {
        $values = [
            'name' => trim($sent['name']),
            'description' => clean_text($sent['description'], FORMAT_HTML),
        ] + array_intersect_key($sent, array_flip(['timestart', 'duration', 'userid']));
        $hashes = array_map(prints::of(...), $values);
        $last = array_map(fn(array $field) => $field['hash'], $item->fields ?? []);
        $changed = array_diff_assoc($hashes, $last);
        if ($item && !$changed) {
            return report::UNCHANGED;
        }
        $isthere = $item && isset($this->rows[$item->targetid]);
        if ($isthere) {
            $this->kind->change($item, array_intersect_key($values, $changed));
        } else {
            $made = $this->kind->make($sent['key'], $values);
            $made->id = $item->id ?? 0;
            $item = $made;
        }
        $item->removed = false;
        $item->fields = array_map(fn(string $hash) => ['hash' => $hash, 'print' => null], $hashes);
        $item->save();
        return $isthere ? report::CHANGED : report::CREATED;
    }

    /**
     * Takes an event away.
     *
     * @param item|null $item what stands for it
     * @return bool whether there was anything
     */
    private function remove(?item $item): bool {
        if (!$item) {
            return false;
        }
        $isthere = isset($this->rows[$item->targetid]);
        if ($isthere) {
            $this->kind->delete($item);
        }
        item::forget($item->courseid, [$item->key]);
        return $isthere;
    }
}
