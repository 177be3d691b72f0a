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
use core_php_time_limit;
use stdClass;

/**
 * Creates or changes one component, whole or not at all. Doing it twice is the same as doing it once.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class upsert {
    /** @var report What became of it. */
    private report $report;

    /** @var string What became of the component. */
    private string $status = report::UNCHANGED;

    /**
     * Makes it for a course.
     *
     * @param stdClass $course the course, only written to by us now
     * @param kind $kind of the component
     * @param string $key the external key
     * @param payload $payload what was sent
     */
    private function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course,
        /** @var kind Of the component. */
        private readonly kind $kind,
        /** @var string The external key. */
        private readonly string $key,
        /** @var payload What was sent. */
        private readonly payload $payload
    ) {
        $this->report = new report();
    }

    /**
     * Creates or changes a component.
     *
     * @param stdClass $course the course
     * @param string $kindname the kind of the component
     * @param string $key the external key
     * @param string $json the payload
     * @return array the answer
     */
    public static function run(stdClass $course, string $kindname, string $key, string $json): array {
        payload::key($key, 'key');
        // Large pictures are read whole, and another writer may be waited for.
        raise_memory_limit(MEMORY_EXTRA);
        core_php_time_limit::raise();
        $kind = kind::named($kindname, $course);
        require_all_capabilities($kind->capabilities(), context_course::instance($course->id));
        $payload = payload::read($json, $kind->fields());
        payload::expect(!$payload->parts || $kind->has_parts(), 'parts', 'none in this kind');
        $kind->check($payload->values);
        return course_lock::run(
            $course,
            fn(stdClass $now) => (new self($now, kind::named($kindname, $now), $key, $payload))->answer()
        );
    }

    /**
     * Does it.
     *
     * @return array the answer
     */
    private function answer(): array {
        $orders = new section_orders($this->course);
        $files = new files(context_course::instance($this->course->id), $this->payload->files);
        $item = $this->item();
        $names = $this->names_to_write($item);
        $late = array_intersect($names, $this->kind->late());
        $early = array_intersect_key($this->payload->values, array_flip(array_diff($names, $late)));
        $this->kind->write($item, $early, $files);
        $this->kind->write_parts($item, $this->payload, $files, $this->report);
        $written = array_keys($early);
        foreach ($late as $name) {
            if ($this->kind->write_late($item, $name, $this->payload->values[$name], $this->report)) {
                $written[] = $name;
            }
        }
        $this->kind->finish($item);
        $this->report->wrote($item->key, $written);
        if ($this->status === report::UNCHANGED && $this->report->changes()) {
            $this->status = report::CHANGED;
        }
        $this->remember($item, $written);
        $orders->renew($item);
        return [
            'status' => $this->status,
            'cmid' => $item->cmid,
            'targetid' => $item->targetid,
            'written' => $this->report->written,
            'parts' => $this->report->parts,
            'warnings' => $this->report->warnings,
        ];
    }

    /**
     * The item with a target that is there: found, adopted or made.
     *
     * @return item
     */
    private function item(): item {
        $item = item::find($this->course->id, $this->key);
        if ($item && ($item->kind !== $this->kind_name() || $item->parentid)) {
            throw new problem('kinddiffers', $item->kind);
        }
        if ($item && $this->kind->states([$item])[$item->id]->present) {
            return $item;
        }
        $adopted = $item ? null : $this->kind->find($this->key, $this->payload);
        if ($adopted) {
            $adopted->save();
            $this->report->warn('key', 'adopted', $this->key);
            $this->status = report::CHANGED;
            return $adopted;
        }
        foreach ($this->kind->required() as $name) {
            payload::expect(array_key_exists($name, $this->payload->values), "fields.{$name}", 'missing');
        }
        $made = $this->kind->create($this->key, $this->payload);
        $made->id = $item->id ?? 0;
        $made->save();
        $this->status = report::CREATED;
        return $made;
    }

    /**
     * Which of the fields that were sent are written: not those that are already there as they were sent.
     *
     * @param item $item the component
     * @return string[]
     */
    private function names_to_write(item $item): array {
        $state = $this->kind->states([$item])[$item->id];
        $names = [];
        foreach ($this->payload->hashes as $name => $hash) {
            $same = ($item->fields[$name]['hash'] ?? null) === $hash && !$item->edited($name, $state);
            if (!$same || ($item->removed && $name === 'visible')) {
                $names[] = $name;
            }
        }
        return $names;
    }

    /**
     * Keeps what was written, as Moodle holds it now, and what was agreed on.
     *
     * @param item $item the component
     * @param string[] $written the fields
     */
    private function remember(item $item, array $written): void {
        $state = $this->kind->states([$item])[$item->id];
        foreach ($written as $name) {
            $item->agree($name, $this->payload->hashes[$name], $state);
        }
        foreach ($this->payload->accepted as $name => $hash) {
            $item->agree($name, $hash, $state);
        }
        $item->removed = $item->removed && !$this->payload->values;
        $item->save();
    }

    /**
     * The name of the kind.
     *
     * @return string
     */
    private function kind_name(): string {
        return substr(strrchr(get_class($this->kind), '\\'), 1);
    }
}
