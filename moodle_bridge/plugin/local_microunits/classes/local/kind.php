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
use core_component;
use stdClass;

/**
 * A kind of component: what Moodle makes of it, and how it is read and written there.
 *
 * Each kind is one class in the folder "kinds", found by its name; whoever adds one changes nothing else.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class kind {
    /**
     * Makes it for a course.
     *
     * @param stdClass $course the course
     */
    final public function __construct(
        /** @var stdClass The course. */
        protected readonly stdClass $course
    ) {
    }

    /**
     * The kind of a name.
     *
     * @param string $name as the bridge calls it
     * @param stdClass $course the course
     * @return self
     * @throws problem "unknownkind"
     */
    public static function named(string $name, stdClass $course): self {
        if (!in_array($name, self::names(), true)) {
            throw new problem('unknownkind', $name);
        }
        $class = __NAMESPACE__ . '\\kinds\\' . $name;
        return new $class($course);
    }

    /**
     * The names of all kinds.
     *
     * @return string[]
     */
    public static function names(): array {
        $names = [];
        foreach (array_keys(core_component::get_component_classes_in_namespace('local_microunits', 'local\\kinds')) as $class) {
            if (is_subclass_of($class, self::class)) {
                $names[] = substr(strrchr($class, '\\'), 1);
            }
        }
        sort($names);
        return $names;
    }

    /**
     * The fields that a component of this kind has.
     *
     * @return array<string, string> the field type by name
     */
    abstract public function fields(): array;

    /**
     * The fields without which nothing can be made.
     *
     * @return string[]
     */
    public function required(): array {
        return ['name'];
    }

    /**
     * The fields that are written last, when the parts are there.
     *
     * @return string[]
     */
    public function late(): array {
        return [];
    }

    /**
     * Whether components of this kind have parts.
     *
     * @return bool
     */
    public function has_parts(): bool {
        return false;
    }

    /**
     * Whether the bridge is told when learners mark components of this kind as done.
     *
     * @return bool
     */
    public function reports_completion(): bool {
        return false;
    }

    /**
     * What one must be allowed to do in the course, beside the bridge's own capability.
     *
     * @return string[]
     */
    abstract public function capabilities(): array;

    /**
     * Refuses what the kind cannot take, beyond the types of the fields.
     *
     * @param array<string, mixed> $values by name
     * @throws problem "invalidpayload"
     */
    public function check(array $values): void {
    }

    /**
     * A target that has the key already, although the companion does not hold it.
     *
     * @param string $key the external key
     * @param payload $payload what was sent
     * @return item|null not saved
     */
    public function find(string $key, payload $payload): ?item {
        return null;
    }

    /**
     * Makes the target; its fields are written afterwards.
     *
     * @param string $key the external key
     * @param payload $payload what was sent
     * @return item not saved
     */
    abstract public function create(string $key, payload $payload): item;

    /**
     * Targets as they are now; the number of queries does not depend on how many there are.
     *
     * @param item[] $items of this kind and course: all, or a single one
     * @return array<int, state> by the item's id
     */
    abstract public function states(array $items): array;

    /**
     * Parts as they are now; the number of queries depends on how many were edited only.
     *
     * @param item[] $parts of one component, or of all of this kind in the course
     * @return array<int, state> by the part's id
     */
    public function part_states(array $parts): array {
        return [];
    }

    /**
     * Writes fields.
     *
     * @param item $item the component
     * @param array<string, mixed> $values those that are to be written, no others
     * @param files $files on their way
     */
    abstract public function write(item $item, array $values, files $files): void;

    /**
     * Writes the parts that were sent.
     *
     * @param item $item the component
     * @param payload $payload what was sent
     * @param files $files on their way
     * @param report $report what became of them
     */
    public function write_parts(item $item, payload $payload, files $files, report $report): void {
    }

    /**
     * Writes a late field.
     *
     * @param item $item the component
     * @param string $name the field
     * @param mixed $value of it
     * @param report $report for what was not done
     * @return bool whether it was written
     */
    public function write_late(item $item, string $name, mixed $value, report $report): bool {
        throw new \coding_exception("No late field: {$name}");
    }

    /**
     * Keeps what is to be known of the parts, when everything is written.
     *
     * @param item $item the component
     */
    public function finish(item $item): void {
    }

    /**
     * What Moodle has now, by field.
     *
     * @param item $item the component
     * @return array<string, mixed>
     */
    abstract public function values(item $item): array;

    /**
     * What Moodle has now of a part, by field.
     *
     * @param item $part the part
     * @return array<string, mixed>
     */
    public function part_values(item $part): array {
        return [];
    }

    /**
     * Takes the component from the learners' eyes; everything stays.
     *
     * @param item $item the component
     */
    abstract public function hide(item $item): void;

    /**
     * Deletes the target.
     *
     * @param item $item the component
     */
    abstract public function delete(item $item): void;

    /**
     * The context of the course.
     *
     * @return context_course
     */
    protected function context(): context_course {
        return context_course::instance($this->course->id);
    }

    /**
     * Which items a query is about: a single one, or all of their kind in the course.
     *
     * @param item[] $items not empty, all of one kind
     * @return array the condition for a table named i, and its parameters
     */
    protected function scope(array $items): array {
        $first = reset($items);
        if (count($items) === 1) {
            return ['i.id = :itemid', ['itemid' => $first->id]];
        }
        return [
            'i.courseid = :itemcourse AND i.kind = :itemkind AND i.userid = 0',
            ['itemcourse' => $this->course->id, 'itemkind' => $first->kind],
        ];
    }
}
