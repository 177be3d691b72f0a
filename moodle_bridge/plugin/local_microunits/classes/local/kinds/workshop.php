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
use local_microunits\local\item;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\report;
use stdClass;

/**
 * A workshop: a page that says when it is and what to prepare, which learners mark as done once they have prepared.
 *
 * Its sessions are events of the course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class workshop extends page {
    /** @var string[] How the page is done, by Moodle's number for it. */
    private const COMPLETION = [0 => 'none', 1 => 'manual', 2 => 'automatic'];

    #[\Override]
    protected function own_fields(): array {
        return ['intro' => field_type::HTML, 'completion' => field_type::PLUGIN] + parent::own_fields();
    }

    #[\Override]
    public function reports_completion(): bool {
        return true;
    }

    #[\Override]
    public function late(): array {
        return ['completion'];
    }

    #[\Override]
    public function check(array $values): void {
        $known = in_array($values['completion'] ?? 'none', ['none', 'manual'], true);
        payload::expect($known, 'fields.completion', '"manual" or "none" expected');
        payload::expect(!str_contains($values['intro'] ?? '', '@@FILE:'), 'fields.intro', 'no files in an introduction');
    }

    #[\Override]
    protected function defaults(): array {
        // When it is stands in the introduction, above what to prepare.
        return ['printintro' => 1, 'printlastmodified' => 0] + parent::defaults();
    }

    #[\Override]
    protected function attempts(array $items): array {
        global $DB;
        [$scope, $params] = $this->scope($items);
        return $DB->get_records_sql_menu(
            "SELECT i.targetid, COUNT(c.id)
               FROM {local_microunits_item} i
               JOIN {course_modules_completion} c ON c.coursemoduleid = i.cmid
              WHERE {$scope} AND c.completionstate > 0
           GROUP BY i.targetid",
            $params
        );
    }

    #[\Override]
    protected function own_prints(array $rows, array $items): array {
        global $DB;
        $intros = $this->text_prints($rows, $items, 'intro', 'intro');
        [$scope, $params] = $this->scope($items);
        $sql = "SELECT i.id, cm.completion
                  FROM {local_microunits_item} i
                  JOIN {course_modules} cm ON cm.id = i.cmid
                 WHERE {$scope}";
        $completions = $DB->get_records_sql_menu($sql, $params);
        $all = parent::own_prints($rows, $items);
        foreach ($rows as $id => $row) {
            $all[$id] += [
                'intro' => $intros[$id],
                'completion' => prints::of(self::COMPLETION[$completions[$id] ?? 0] ?? ''),
            ];
        }
        return $all;
    }

    #[\Override]
    protected function write_own(stdClass $row, stdClass $cm, array $values, files $files): void {
        global $DB;
        if (isset($values['intro'])) {
            $this->write_text($row, $cm, 'intro', 'intro', $values['intro'], $files);
        }
        if (isset($values['content'])) {
            parent::write_own($row, $cm, $values, $files);
        } else {
            $row->timemodified = time();
            $DB->update_record('page', $row);
        }
    }

    #[\Override]
    public function write_late(item $item, string $name, mixed $value, report $report): bool {
        global $CFG, $DB;
        require_once($CFG->libdir . '/completionlib.php');
        $number = array_search($value, self::COMPLETION, true);
        $DB->set_field('course_modules', 'completion', $number, ['id' => $item->cmid]);
        $this->updated($item);
        if ($number && !(new \completion_info($this->course))->is_enabled()) {
            $report->warn('fields.completion', 'completion_off', $item->key);
        }
        return true;
    }

    #[\Override]
    protected function own_values(stdClass $row): array {
        $cm = get_coursemodule_from_instance('page', $row->id, $this->course->id);
        return parent::own_values($row) + [
            'intro' => $row->intro,
            'completion' => self::COMPLETION[$cm->completion ?? 0] ?? '',
        ];
    }
}
