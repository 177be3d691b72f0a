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

use local_microunits\local\field_type;
use local_microunits\local\files;
use local_microunits\local\module_kind;
use stdClass;

/**
 * A text with pictures: a page module.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class page extends module_kind {
    #[\Override]
    protected function modname(): string {
        return 'page';
    }

    #[\Override]
    protected function own_fields(): array {
        return ['content' => field_type::HTML];
    }

    #[\Override]
    protected function defaults(): array {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        $config = get_config('page');
        return [
            'content' => '',
            'contentformat' => FORMAT_HTML,
            'display' => RESOURCELIB_DISPLAY_OPEN,
            'printintro' => (int) ($config->printintro ?? 0),
            'printlastmodified' => (int) ($config->printlastmodified ?? 1),
            'legacyfiles' => 0,
            'revision' => 1,
        ];
    }

    #[\Override]
    protected function own_prints(array $rows, array $items): array {
        $contents = $this->text_prints($rows, $items, 'content', 'content');
        return array_map(fn(string $print) => ['content' => $print], $contents);
    }

    #[\Override]
    protected function write_own(stdClass $row, stdClass $cm, array $values, files $files): void {
        global $DB;
        $this->write_text($row, $cm, 'content', 'content', $values['content'], $files);
        // Browsers keep what a page shows for as long as its revision is the same.
        $row->revision++;
        $row->timemodified = time();
        $DB->update_record('page', $row);
    }

    #[\Override]
    protected function own_values(stdClass $row): array {
        return ['content' => $row->content];
    }
}
