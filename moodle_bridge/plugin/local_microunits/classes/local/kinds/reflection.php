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
use local_microunits\local\module_kind;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\problem;
use stdClass;

/**
 * A reflection: an assignment that takes a text and no files. Saving the text hands it in.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class reflection extends module_kind {
    /** @var array<string, string> The fields that are one column of the assignment each. */
    private const COLUMNS = [
        'opens' => 'allowsubmissionsfromdate',
        'due' => 'duedate',
    ];

    #[\Override]
    protected function modname(): string {
        return 'assign';
    }

    #[\Override]
    protected function own_fields(): array {
        return [
            'intro' => field_type::HTML,
            'opens' => field_type::COUNT,
            'due' => field_type::COUNT,
            'mostwords' => field_type::COUNT,
            'completion' => field_type::TRUTH,
        ];
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        // Moodle would make an assignment into which nobody can write.
        if (get_config('assignsubmission_onlinetext', 'disabled')) {
            throw new problem('onlinetextoff');
        }
        return parent::create($key, $payload);
    }

    #[\Override]
    protected function defaults(): array {
        return [
            // The description says who reads it: it is always shown.
            'alwaysshowdescription' => 1,
            'submissiondrafts' => 0,
            'requiresubmissionstatement' => 0,
            'sendnotifications' => 0,
            'sendlatenotifications' => 0,
            'allowsubmissionsfromdate' => 0,
            'duedate' => 0,
            'cutoffdate' => 0,
            'gradingduedate' => 0,
            'grade' => 0,
            'completionsubmit' => 0,
            'teamsubmission' => 0,
            'requireallteammemberssubmit' => 0,
            'blindmarking' => 0,
            'markingworkflow' => 0,
            'markingallocation' => 0,
            'assignsubmission_onlinetext_enabled' => 1,
            'assignfeedback_comments_enabled' => 1,
        ];
    }

    #[\Override]
    protected function attempts(array $items): array {
        global $DB;
        [$scope, $params] = $this->scope($items);
        return $DB->get_records_sql_menu(
            "SELECT s.assignment, COUNT(s.id)
               FROM {local_microunits_item} i
               JOIN {assign_submission} s ON s.assignment = i.targetid
              WHERE {$scope} AND s.status <> :untouched
           GROUP BY s.assignment",
            $params + ['untouched' => 'new']
        );
    }

    #[\Override]
    protected function own_prints(array $rows, array $items): array {
        $intros = $this->text_prints($rows, $items, 'intro', 'intro');
        [$scope, $params] = $this->scope($items);
        $limits = $this->limits($scope, $params);
        $tracked = $this->tracked($scope, $params);
        $all = [];
        foreach ($rows as $id => $row) {
            $prints = [
                'intro' => $intros[$id],
                'mostwords' => prints::of($limits[$row->id] ?? 0),
                'completion' => prints::of([(int) ($tracked[$id] ?? 0), (int) $row->completionsubmit]),
            ];
            foreach (self::COLUMNS as $field => $column) {
                $prints[$field] = prints::of((int) $row->$column);
            }
            $all[$id] = $prints;
        }
        return $all;
    }

    #[\Override]
    protected function write_own(stdClass $row, stdClass $cm, array $values, files $files): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/assign/locallib.php');
        if (isset($values['intro'])) {
            $this->write_text($row, $cm, 'intro', 'intro', $values['intro'], $files);
        }
        foreach (array_intersect_key(self::COLUMNS, $values) as $field => $column) {
            $row->$column = $values[$field];
        }
        if (isset($values['completion'])) {
            $row->completionsubmit = (int) $values['completion'];
            $tracking = $values['completion'] ? COMPLETION_TRACKING_AUTOMATIC : COMPLETION_TRACKING_NONE;
            $DB->set_field('course_modules', 'completion', $tracking, ['id' => $cm->id]);
        }
        $row->timemodified = time();
        $DB->update_record('assign', $row);
        $this->after_write($cm, $values);
    }

    #[\Override]
    protected function own_values(stdClass $row): array {
        $cm = get_coursemodule_from_instance('assign', $row->id, $this->course->id, false, MUST_EXIST);
        $limits = $this->limits('i.cmid = :cmid', ['cmid' => $cm->id]);
        return [
            'intro' => $row->intro,
            'mostwords' => $limits[$row->id] ?? 0,
            'completion' => $cm->completion == COMPLETION_TRACKING_AUTOMATIC && $row->completionsubmit,
        ] + array_map(fn(string $column) => (int) $row->$column, self::COLUMNS);
    }

    /**
     * What follows when the assignment has changed.
     *
     * @param stdClass $cm the course module, as it was
     * @param array<string, mixed> $values that were written
     */
    private function after_write(stdClass $cm, array $values): void {
        \course_modinfo::purge_course_module_cache($this->course->id, $cm->id);
        rebuild_course_cache($this->course->id, true, true);
        $assign = new \assign(\context_module::instance($cm->id), null, $this->course);
        if (isset($values['mostwords'])) {
            $plugin = $assign->get_submission_plugin_by_type('onlinetext');
            $plugin->set_config('wordlimit', $values['mostwords']);
            $plugin->set_config('wordlimitenabled', (int) ($values['mostwords'] > 0));
        }
        $assign->update_calendar($cm->id);
        $assign->update_gradebook(false, $cm->id);
        $completion = new \completion_info($this->course);
        if (isset($values['completion']) && $completion->is_enabled()) {
            $completion->reset_all_state(get_fast_modinfo($this->course)->get_cm($cm->id));
        }
    }

    /**
     * The most words that an assignment takes; of those that have a limit.
     *
     * @param string $scope which items, a condition
     * @param array $params of the condition
     * @return array<int, int> by assignment
     */
    private function limits(string $scope, array $params): array {
        global $DB;
        $value = $DB->sql_compare_text('c.value');
        $sql = "SELECT c.id, c.assignment, c.name, {$value} AS value
                  FROM {local_microunits_item} i
                  JOIN {assign_plugin_config} c ON c.assignment = i.targetid
                 WHERE {$scope} AND c.subtype = 'assignsubmission' AND c.plugin = 'onlinetext'
                       AND c.name IN ('wordlimit', 'wordlimitenabled')";
        $found = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $found[$row->assignment][$row->name] = (int) $row->value;
        }
        $enabled = array_filter($found, fn(array $limit) => !empty($limit['wordlimitenabled']));
        return array_map(fn(array $limit) => $limit['wordlimit'] ?? 0, $enabled);
    }

    /**
     * How completion is tracked.
     *
     * @param string $scope which items, a condition
     * @param array $params of the condition
     * @return array<int, int> by the item's id
     */
    private function tracked(string $scope, array $params): array {
        global $DB;
        $sql = "SELECT i.id, cm.completion
                  FROM {local_microunits_item} i
                  JOIN {course_modules} cm ON cm.id = i.cmid
                 WHERE {$scope}";
        return $DB->get_records_sql_menu($sql, $params);
    }
}
