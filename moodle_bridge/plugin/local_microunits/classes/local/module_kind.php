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

use context_module;
use core_courseformat\formatactions;
use stdClass;

/**
 * A kind of component that is an activity in Moodle: it stands in a section, is visible or not, and has a name.
 *
 * An activity is made by Moodle's own function for its form. A change touches only the columns that it is about: what the
 * bridge knows nothing of stays as the course team has set it.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class module_kind extends kind {
    /**
     * The name of the activity module, which is also that of its table.
     *
     * @return string
     */
    abstract protected function modname(): string;

    /**
     * What the module's own function needs to make one, beside what all modules need.
     *
     * @return array<string, mixed>
     */
    abstract protected function defaults(): array;

    /**
     * The type of each field beside those that all modules have.
     *
     * @return array<string, string>
     */
    abstract protected function own_fields(): array;

    /**
     * Prints of the module's own fields.
     *
     * @param array<int, stdClass> $rows of the module's table, with contextid, by the item's id
     * @param item[] $items those that the rows belong to
     * @return array<int, array<string, string|null>>
     */
    abstract protected function own_prints(array $rows, array $items): array;

    /**
     * Writes the module's own fields.
     *
     * @param stdClass $row of the module's table, as it is
     * @param stdClass $cm the course module
     * @param array<string, mixed> $values by field
     * @param files $files on their way
     */
    abstract protected function write_own(stdClass $row, stdClass $cm, array $values, files $files): void;

    /**
     * What Moodle has now for the module's own fields.
     *
     * @param stdClass $row of the module's table
     * @return array<string, mixed>
     */
    abstract protected function own_values(stdClass $row): array;

    /**
     * How many learners' attempts hang on each target.
     *
     * @param item[] $items of this kind
     * @return array<int, int> by the target's id
     */
    protected function attempts(array $items): array {
        return [];
    }

    #[\Override]
    public function fields(): array {
        return [
            'name' => field_type::LINE,
            'section' => field_type::KEY,
            'visible' => field_type::TRUTH,
        ] + $this->own_fields();
    }

    #[\Override]
    public function capabilities(): array {
        return [
            'moodle/course:manageactivities',
            'moodle/course:activityvisibility',
            "mod/{$this->modname()}:addinstance",
        ];
    }

    #[\Override]
    public function find(string $key, payload $payload): ?item {
        global $DB;
        $sql = "SELECT cm.id, cm.instance
                  FROM {course_modules} cm
                  JOIN {modules} m ON m.id = cm.module
                 WHERE cm.course = ? AND cm.idnumber = ? AND m.name = ? AND cm.deletioninprogress = 0
              ORDER BY cm.id";
        $found = $DB->get_records_sql($sql, [$this->course->id, $key, $this->modname()], 0, 1);
        $cm = reset($found);
        return $cm ? new item($this->course->id, $key, static::name(), $cm->instance, $cm->id) : null;
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $section = (new sections($this->course))->of_key($payload->values['section'] ?? '');
        [$module] = can_add_moduleinfo($this->course, $this->modname(), $section->section);
        $info = (object) ($this->defaults() + [
            'modulename' => $this->modname(),
            'module' => $module->id,
            'name' => $payload->values['name'],
            'cmidnumber' => $key,
            'section' => $section->section,
            'beforemod' => (new sections($this->course))->next($section, $payload->after),
            'visible' => 1,
            'visibleoncoursepage' => 1,
            'groupmode' => $this->course->groupmode,
            'groupingid' => $this->course->defaultgroupingid,
            'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => file_get_unused_draft_itemid()],
            'showdescription' => 0,
        ]);
        $made = add_moduleinfo($info, $this->course);
        return new item($this->course->id, $key, static::name(), $made->instance, $made->coursemodule);
    }

    #[\Override]
    public function states(array $items): array {
        global $DB;
        if (!$items) {
            return [];
        }
        [$scope, $params] = $this->scope($items);
        $sql = "SELECT i.id, i.targetid, cm.id AS cmid, cm.section, cm.visible, cm.visibleold
                  FROM {local_microunits_item} i
                  JOIN {course_modules} cm ON cm.id = i.cmid
                 WHERE {$scope} AND cm.deletioninprogress = 0";
        $cms = $DB->get_records_sql($sql, $params);
        $rows = $this->rows($scope, $params);
        $prints = $rows ? $this->own_prints($rows, $items) : [];
        $attempts = $this->attempts($items);
        $sections = new sections($this->course);
        $states = [];
        foreach ($items as $item) {
            $cm = $cms[$item->id] ?? null;
            $row = $rows[$item->id] ?? null;
            if (!$cm || !$row) {
                $states[$item->id] = new state();
                continue;
            }
            $visible = $sections->visible($cm->section) ? $cm->visible : $cm->visibleold;
            $common = [
                'name' => prints::of($row->name),
                'section' => prints::of((int) $cm->section),
                'visible' => prints::of((bool) $visible),
            ];
            $states[$item->id] = new state(
                true,
                $common + ($prints[$item->id] ?? []),
                (int) $cm->section,
                $sections->position($cm->section, $cm->cmid),
                (int) ($attempts[$item->targetid] ?? 0)
            );
        }
        return $states;
    }

    #[\Override]
    public function write(item $item, array $values, files $files): void {
        global $DB;
        if (!$values) {
            return;
        }
        $cm = get_coursemodule_from_id($this->modname(), $item->cmid, $this->course->id, false, MUST_EXIST);
        if (isset($values['section'])) {
            $this->move($cm, $values['section']);
        }
        if (isset($values['visible'])) {
            $this->show($item->cmid, $values['visible']);
        }
        if (isset($values['name'])) {
            formatactions::cm($this->course)->rename($item->cmid, $values['name']);
        }
        $own = array_intersect_key($values, $this->own_fields());
        if ($own) {
            $row = $DB->get_record($this->modname(), ['id' => $item->targetid], '*', MUST_EXIST);
            $cm = get_coursemodule_from_id($this->modname(), $item->cmid, $this->course->id, false, MUST_EXIST);
            $this->write_own($row, $cm, $own, $files);
        }
        $this->updated($item);
    }

    #[\Override]
    public function values(item $item): array {
        global $DB;
        $cm = get_coursemodule_from_id($this->modname(), $item->cmid, $this->course->id);
        $row = $DB->get_record($this->modname(), ['id' => $item->targetid]);
        if (!$cm || !$row) {
            return [];
        }
        $sections = new sections($this->course);
        return [
            'name' => $row->name,
            'section' => $sections->key($cm->section),
            'visible' => (bool) ($sections->visible($cm->section) ? $cm->visible : $cm->visibleold),
        ] + $this->own_values($row);
    }

    #[\Override]
    public function hide(item $item): void {
        $this->show($item->cmid, false);
        $this->updated($item);
    }

    #[\Override]
    public function delete(item $item): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        course_delete_module($item->cmid);
    }

    /**
     * The name of the kind.
     *
     * @return string
     */
    protected static function name(): string {
        return substr(strrchr(static::class, '\\'), 1);
    }

    /**
     * Prints of a text of the module with the files that it shows.
     *
     * @param array<int, stdClass> $rows of the module's table, by the item's id
     * @param item[] $items those that the rows belong to
     * @param string $column the text
     * @param string $area the file area
     * @return array<int, string> by the item's id
     */
    protected function text_prints(array $rows, array $items, string $column, string $area): array {
        [$scope, $params] = $this->scope($items);
        $contexts = "SELECT c.id
                       FROM {local_microunits_item} i
                       JOIN {context} c ON c.instanceid = i.cmid AND c.contextlevel = :modulelevel
                      WHERE {$scope}";
        $params['modulelevel'] = CONTEXT_MODULE;
        $files = files::prints('mod_' . $this->modname(), $area, $contexts, $params);
        $shown = fn(stdClass $row) => [prints::plain((string) $row->$column), $files[$row->contextid] ?? ''];
        return array_map(fn(stdClass $row) => prints::of($shown($row)), $rows);
    }

    /**
     * Writes a text of the module with the files that it shows.
     *
     * @param stdClass $row of the module's table
     * @param stdClass $cm the course module
     * @param string $column the text
     * @param string $area the file area
     * @param string $html with marks where files stand
     * @param files $files on their way
     */
    protected function write_text(stdClass $row, stdClass $cm, string $column, string $area, string $html, files $files): void {
        $place = [
            'contextid' => context_module::instance($cm->id)->id,
            'component' => 'mod_' . $this->modname(),
            'filearea' => $area,
            'itemid' => 0,
        ];
        $row->$column = $files->placed($html, $place);
        $row->{$column . 'format'} = FORMAT_HTML;
    }

    /**
     * Rows of the module's table.
     *
     * @param string $scope which items, a condition
     * @param array $params of the condition
     * @return array<int, stdClass> by the item's id, with contextid
     */
    private function rows(string $scope, array $params): array {
        global $DB;
        $sql = "SELECT i.id AS itemid, c.id AS contextid, t.*
                  FROM {local_microunits_item} i
                  JOIN {{$this->modname()}} t ON t.id = i.targetid
                  JOIN {context} c ON c.instanceid = i.cmid AND c.contextlevel = :level
                 WHERE {$scope}";
        return $DB->get_records_sql($sql, $params + ['level' => CONTEXT_MODULE]);
    }

    /**
     * Moves the module to the end of another section.
     *
     * @param stdClass $cm the course module
     * @param string $key the section's
     */
    private function move(stdClass $cm, string $key): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $section = (new sections($this->course))->of_key($key);
        if ($cm->section != $section->id) {
            moveto_module($cm, $section);
        }
    }

    /**
     * Shows or hides the module; in a hidden section it is kept for the time when the section is shown.
     *
     * @param int $cmid the course module
     * @param bool $visible whether learners see it
     */
    private function show(int $cmid, bool $visible): void {
        global $DB;
        $section = $DB->get_field('course_modules', 'section', ['id' => $cmid], MUST_EXIST);
        if ($visible && !(new sections($this->course))->visible($section)) {
            $DB->set_field('course_modules', 'visibleold', 1, ['id' => $cmid]);
            return;
        }
        formatactions::cm($this->course)->set_visibility($cmid, (int) $visible);
    }

    /**
     * Tells Moodle that the module is another one now.
     *
     * @param item $item the component
     */
    protected function updated(item $item): void {
        $cm = get_coursemodule_from_id($this->modname(), $item->cmid, $this->course->id, false, MUST_EXIST);
        \core\event\course_module_updated::create_from_cm($cm)->trigger();
        \course_modinfo::purge_course_module_cache($this->course->id, $item->cmid);
        rebuild_course_cache($this->course->id, true, true);
    }
}
