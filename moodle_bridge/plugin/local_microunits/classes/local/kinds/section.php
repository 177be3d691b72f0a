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

use core_courseformat\formatactions;
use local_microunits\local\field_type;
use local_microunits\local\files;
use local_microunits\local\item;
use local_microunits\local\kind;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\problem;
use local_microunits\local\report;
use local_microunits\local\sections;
use local_microunits\local\state;

/**
 * A section of the course, with the order of what the bridge put into it.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class section extends kind {
    #[\Override]
    public function fields(): array {
        return ['name' => field_type::LINE, 'order' => field_type::KEYS];
    }

    #[\Override]
    public function late(): array {
        return ['order'];
    }

    #[\Override]
    public function capabilities(): array {
        return ['moodle/course:update', 'moodle/course:manageactivities'];
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        $made = formatactions::section($this->course)->create(0);
        return new item($this->course->id, $key, 'section', $made->id);
    }

    #[\Override]
    public function states(array $items): array {
        global $DB;
        if (!$items) {
            return [];
        }
        $sections = new sections($this->course);
        $select = 'courseid = ? AND cmid > 0';
        $ours = $DB->get_records_select_menu('local_microunits_item', $select, [$this->course->id], '', 'cmid, id');
        $states = [];
        foreach ($items as $item) {
            $row = $sections->row($item->targetid);
            $order = array_filter($sections->modules($item->targetid), fn(int $cmid) => isset($ours[$cmid]));
            $states[$item->id] = !$row ? new state() : new state(
                true,
                ['name' => prints::of((string) $row->name), 'order' => prints::of_order($order)],
                0,
                (int) $row->section
            );
        }
        return $states;
    }

    #[\Override]
    public function write(item $item, array $values, files $files): void {
        if (isset($values['name'])) {
            $section = get_fast_modinfo($this->course)->get_section_info_by_id($item->targetid, MUST_EXIST);
            formatactions::section($this->course)->update($section, ['name' => $values['name']]);
        }
    }

    #[\Override]
    public function write_late(item $item, string $name, mixed $value, report $report): bool {
        global $DB;
        $modules = (new sections($this->course))->modules($item->targetid);
        $items = item::by_keys($this->course->id, $value);
        $wanted = [];
        foreach ($value as $key) {
            $cmid = isset($items[$key]) ? $items[$key]->cmid : 0;
            if (in_array($cmid, $modules, true)) {
                $wanted[] = $cmid;
            }
        }
        // Those that are named change places among themselves; what stands between them stays where it is.
        $arranged = array_map(
            fn(int $cmid) => in_array($cmid, $wanted, true) ? null : $cmid,
            $modules
        );
        foreach ($arranged as $place => $cmid) {
            $arranged[$place] = $cmid ?? array_shift($wanted);
        }
        if ($arranged !== $modules) {
            $DB->set_field('course_sections', 'sequence', implode(',', $arranged), ['id' => $item->targetid]);
            rebuild_course_cache($this->course->id, true);
        }
        return true;
    }

    #[\Override]
    public function values(item $item): array {
        $sections = new sections($this->course);
        $row = $sections->row($item->targetid);
        if (!$row) {
            return [];
        }
        $keys = [];
        foreach (item::all($this->course->id) as $one) {
            $keys[$one->cmid] = $one->key;
        }
        unset($keys[0]);
        $order = array_filter(array_map(fn(int $cmid) => $keys[$cmid] ?? null, $sections->modules($item->targetid)));
        return ['name' => (string) $row->name, 'order' => array_values($order)];
    }

    #[\Override]
    public function hide(item $item): void {
        $section = get_fast_modinfo($this->course)->get_section_info_by_id($item->targetid, MUST_EXIST);
        formatactions::section($this->course)->update($section, ['visible' => 0]);
    }

    #[\Override]
    public function delete(item $item): void {
        $section = get_fast_modinfo($this->course)->get_section_info_by_id($item->targetid, MUST_EXIST);
        if ((new sections($this->course))->modules($item->targetid)) {
            throw new problem('notempty', $item->key);
        }
        formatactions::section($this->course)->delete($section, false);
    }
}
