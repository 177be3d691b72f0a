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
 * The sections of a course, read once: which of them the bridge made, and what stands where in them.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class sections {
    /** @var array<int, stdClass> The sections by id, in the order of the course. */
    private array $rows;

    /** @var array<string, int> Ids of the bridge's sections by key. */
    private ?array $ids = null;

    /**
     * Reads the sections of a course.
     *
     * @param stdClass $course the course
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course
    ) {
        global $DB;
        $this->rows = $DB->get_records('course_sections', ['course' => $course->id], 'section');
    }

    /**
     * The section of a key; "" is the first one of the course.
     *
     * @param string $key the section's
     * @return stdClass its row
     * @throws problem "invalidpayload": there is no such section
     */
    public function of_key(string $key): stdClass {
        if ($key === '') {
            $first = reset($this->rows);
            if (!$first) {
                course_create_sections_if_missing($this->course, 0);
                return (new self($this->course))->of_key('');
            }
            return $first;
        }
        $section = $this->rows[$this->ids()[$key] ?? 0] ?? null;
        payload::expect($section, 'fields.section', "there is no section {$key} in the course");
        return $section;
    }

    /**
     * The key of a section; "": the bridge did not make it.
     *
     * @param int $id the section
     * @return string
     */
    public function key(int $id): string {
        return (string) array_search($id, $this->ids(), true);
    }

    /**
     * A section's row.
     *
     * @param int $id the section
     * @return stdClass|null
     */
    public function row(int $id): ?stdClass {
        return $this->rows[$id] ?? null;
    }

    /**
     * Whether learners see a section.
     *
     * @param int $id the section
     * @return bool
     */
    public function visible(int $id): bool {
        return !empty($this->rows[$id]->visible);
    }

    /**
     * The course modules of a section in their order.
     *
     * @param int $id the section
     * @return int[]
     */
    public function modules(int $id): array {
        $sequence = $this->rows[$id]->sequence ?? '';
        return $sequence === '' || $sequence === null ? [] : array_map(intval(...), explode(',', $sequence));
    }

    /**
     * Where in its section a course module stands, from 0.
     *
     * @param int $id the section
     * @param int $cmid the course module
     * @return int
     */
    public function position(int $id, int $cmid): int {
        return (int) array_search((int) $cmid, $this->modules($id), true);
    }

    /**
     * The course module before which a new one is put.
     *
     * @param stdClass $section the section
     * @param string $after the key of the component before it; "": at the end
     * @return int|null null: at the end
     */
    public function next(stdClass $section, string $after): ?int {
        $cmid = $after === '' ? 0 : (item::find($this->course->id, $after)?->cmid ?? 0);
        $modules = $this->modules($section->id);
        $place = array_search($cmid, $modules, true);
        return $place === false ? null : ($modules[$place + 1] ?? null);
    }

    /**
     * Ids of the bridge's sections by key.
     *
     * @return array<string, int>
     */
    private function ids(): array {
        if ($this->ids === null) {
            $this->ids = [];
            foreach (item::all($this->course->id, ['kind' => 'section']) as $item) {
                $this->ids[$item->key] = $item->targetid;
            }
        }
        return $this->ids;
    }
}
