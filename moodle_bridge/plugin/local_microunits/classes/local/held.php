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
 * Everything that the companion holds in a course, read in bulk.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class held {
    /**
     * Everything that is held in a course.
     *
     * @param stdClass $course the course
     * @return array[] one for each component and part
     */
    public static function of(stdClass $course): array {
        $items = item::all($course->id);
        $states = self::states($course, $items);
        $sections = new sections($course);
        $held = [];
        foreach ($items as $item) {
            $state = $states[$item->id] ?? new state();
            $held[] = [
                'key' => $item->key,
                'parentkey' => $items[$item->parentid]->key ?? '',
                'kind' => $item->kind,
                'targetid' => $item->targetid,
                'cmid' => $item->cmid,
                'present' => $state->present,
                'removed' => $item->removed,
                'sectionkey' => $state->sectionid ? $sections->key($state->sectionid) : '',
                'position' => $state->position,
                'attempts' => $state->attempts,
                'version' => $state->version,
                'fields' => self::fields($item, $state),
            ];
        }
        return $held;
    }

    /**
     * What Moodle has now for the fields of some components and parts.
     *
     * @param stdClass $course the course
     * @param string[] $keys which
     * @return array[] key, and fields with name and value as JSON
     */
    public static function values(stdClass $course, array $keys): array {
        $found = [];
        foreach (item::by_keys($course->id, $keys) as $item) {
            $kind = kind::named($item->parentid ? self::kind_of_parts($item) : $item->kind, $course);
            $values = $item->parentid ? $kind->part_values($item) : $kind->values($item);
            $fields = [];
            foreach ($values as $name => $value) {
                $fields[] = ['name' => $name, 'value' => json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES)];
            }
            $found[] = ['key' => $item->key, 'fields' => $fields];
        }
        return $found;
    }

    /**
     * The states of components and parts.
     *
     * @param stdClass $course the course
     * @param item[] $items all of the course
     * @return array<int, state> by the item's id
     */
    private static function states(stdClass $course, array $items): array {
        $components = [];
        $parts = [];
        foreach ($items as $item) {
            if ($item->parentid) {
                $parts[$items[$item->parentid]->kind ?? ''][$item->id] = $item;
            } else {
                $components[$item->kind][$item->id] = $item;
            }
        }
        $states = [];
        foreach (array_intersect_key($components, array_flip(kind::names())) as $name => $some) {
            $kind = kind::named($name, $course);
            $states += $kind->states($some);
            $states += $kind->part_states($parts[$name] ?? []);
        }
        return $states;
    }

    /**
     * The fields of an item as they are told.
     *
     * @param item $item the component or part
     * @param state $state as it is now
     * @return array[]
     */
    private static function fields(item $item, state $state): array {
        $fields = [];
        foreach ($item->fields as $name => $field) {
            $fields[] = ['name' => $name, 'hash' => $field['hash'], 'edited' => $item->edited($name, $state)];
        }
        return $fields;
    }

    /**
     * The kind of the component that a part belongs to.
     *
     * @param item $part the part
     * @return string
     */
    private static function kind_of_parts(item $part): string {
        global $DB;
        return $DB->get_field('local_microunits_item', 'kind', ['id' => $part->parentid], MUST_EXIST);
    }
}
