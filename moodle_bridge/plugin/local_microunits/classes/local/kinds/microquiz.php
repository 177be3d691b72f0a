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
use local_microunits\local\part;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\questions\part_states;
use local_microunits\local\questions\part_writer;
use local_microunits\local\questions\question_xml;
use local_microunits\local\questions\quiz_slots;
use local_microunits\local\report;
use mod_quiz\question\display_options;
use mod_quiz\quiz_settings;
use question_engine;
use stdClass;

/**
 * A micro-quiz: a quiz module, with its questions in the course's bank.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class microquiz extends module_kind {
    /** @var array<string, int> When something may be seen, and the bit that says so. */
    private const MOMENTS = [
        'during' => display_options::DURING,
        'immediately' => display_options::IMMEDIATELY_AFTER,
        'open' => display_options::LATER_WHILE_OPEN,
        'closed' => display_options::AFTER_CLOSE,
    ];

    /** @var string[] What may be seen or not. */
    private const REVIEWED = ['attempt', 'correctness', 'marks', 'specificfeedback', 'generalfeedback', 'rightanswer'];

    /** @var array<string, string> The fields that are one column of the quiz each. */
    private const COLUMNS = [
        'behaviour' => 'preferredbehaviour',
        'attempts' => 'attempts',
        'questionsperpage' => 'questionsperpage',
        'timeopen' => 'timeopen',
        'timeclose' => 'timeclose',
    ];

    /** @var part_writer|null What wrote the parts of the upsert that is under way. */
    private ?part_writer $writer = null;

    #[\Override]
    protected function modname(): string {
        return 'quiz';
    }

    #[\Override]
    protected function own_fields(): array {
        return [
            'intro' => field_type::HTML,
            'behaviour' => field_type::PLUGIN,
            'attempts' => field_type::COUNT,
            'grade' => field_type::NUMBER,
            'shufflequestions' => field_type::TRUTH,
            'questionsperpage' => field_type::COUNT,
            'review' => field_type::LISTS,
            'timeopen' => field_type::COUNT,
            'timeclose' => field_type::COUNT,
            'order' => field_type::KEYS,
        ];
    }

    #[\Override]
    public function late(): array {
        return ['order'];
    }

    #[\Override]
    public function has_parts(): bool {
        return true;
    }

    #[\Override]
    public function capabilities(): array {
        return array_merge(parent::capabilities(), [
            'mod/quiz:manage',
            'moodle/question:add',
            'moodle/question:editall',
            'moodle/question:useall',
        ]);
    }

    #[\Override]
    public function check(array $values): void {
        global $CFG;
        require_once($CFG->libdir . '/questionlib.php');
        if (isset($values['behaviour'])) {
            $known = array_keys(question_engine::get_archetypal_behaviours());
            payload::expect(in_array($values['behaviour'], $known, true), 'fields.behaviour', 'one of ' . implode(', ', $known));
        }
        foreach ($values['review'] ?? [] as $name => $moments) {
            payload::expect(in_array($name, self::REVIEWED, true), "fields.review.{$name}", 'unknown');
            $unknown = array_diff($moments, array_keys(self::MOMENTS));
            payload::expect(!$unknown, "fields.review.{$name}", 'one of ' . implode(', ', array_keys(self::MOMENTS)));
        }
    }

    #[\Override]
    protected function defaults(): array {
        $config = get_config('quiz');
        $defaults = [
            'quizpassword' => $config->quizpassword ?? '',
            'subnet' => $config->subnet ?? '',
            'browsersecurity' => $config->browsersecurity ?? '-',
            'delay1' => $config->delay1 ?? 0,
            'delay2' => $config->delay2 ?? 0,
            'timeopen' => 0,
            'timeclose' => 0,
            'timelimit' => $config->timelimit ?? 0,
            'overduehandling' => $config->overduehandling ?? 'autosubmit',
            'graceperiod' => $config->graceperiod ?? 0,
            'attempts' => 0,
            'attemptonlast' => $config->attemptonlast ?? 0,
            'grademethod' => $config->grademethod ?? QUIZ_GRADEHIGHEST,
            'grade' => 0,
            'sumgrades' => 0,
            'decimalpoints' => $config->decimalpoints ?? 2,
            'questiondecimalpoints' => $config->questiondecimalpoints ?? -1,
            'questionsperpage' => 0,
            'navmethod' => $config->navmethod ?? 'free',
            'shuffleanswers' => 1,
            'preferredbehaviour' => 'interactive',
            'canredoquestions' => $config->canredoquestions ?? 0,
            'showuserpicture' => $config->showuserpicture ?? 0,
            'showblocks' => $config->showblocks ?? 0,
        ];
        foreach (array_merge(self::REVIEWED, ['maxmarks', 'overallfeedback']) as $name) {
            $bits = (int) ($config->{'review' . $name} ?? 0);
            foreach (self::MOMENTS as $moment => $bit) {
                $defaults[$name . $moment] = (bool) ($bits & $bit);
            }
        }
        return $defaults;
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        global $CFG;
        require_once($CFG->dirroot . '/mod/quiz/lib.php');
        return parent::create($key, $payload);
    }

    #[\Override]
    protected function attempts(array $items): array {
        global $DB;
        [$scope, $params] = $this->scope($items);
        return $DB->get_records_sql_menu(
            "SELECT a.quiz, COUNT(a.id)
               FROM {local_microunits_item} i
               JOIN {quiz_attempts} a ON a.quiz = i.targetid
              WHERE {$scope} AND a.preview = 0
           GROUP BY a.quiz",
            $params
        );
    }

    #[\Override]
    protected function own_prints(array $rows, array $items): array {
        $intros = $this->text_prints($rows, $items, 'intro', 'intro');
        [$scope, $params] = $this->scope($items);
        $shuffled = $this->shuffled($scope, $params);
        $orders = part_states::orders($scope, $params);
        $all = [];
        foreach ($rows as $id => $row) {
            $prints = [
                'intro' => $intros[$id],
                'grade' => prints::of_number($row->grade),
                'shufflequestions' => prints::of($shuffled[$row->id] ?? []),
                'review' => prints::of($this->review($row)),
                'order' => prints::of($orders[$id] ?? []),
            ];
            foreach (self::COLUMNS as $field => $column) {
                $prints[$field] = prints::of((string) $row->$column);
            }
            $all[$id] = $prints;
        }
        return $all;
    }

    #[\Override]
    public function part_states(array $parts): array {
        return part_states::of($parts);
    }

    #[\Override]
    protected function write_own(stdClass $row, stdClass $cm, array $values, files $files): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/quiz/locallib.php');
        $before = clone $row;
        if (isset($values['intro'])) {
            $this->write_text($row, $cm, 'intro', 'intro', $values['intro'], $files);
        }
        foreach (array_intersect_key(self::COLUMNS, $values) as $field => $column) {
            $row->$column = $values[$field];
        }
        foreach ($this->review_columns($values['review'] ?? []) as $column => $bits) {
            $row->$column = $bits;
        }
        $row->timemodified = time();
        $DB->update_record('quiz', $row);
        $this->after_write($before, $row, $cm, $values);
    }

    #[\Override]
    public function write_parts(item $item, payload $payload, files $files, report $report): void {
        global $DB;
        $quiz = $DB->get_record('quiz', ['id' => $item->targetid], '*', MUST_EXIST);
        $slots = new quiz_slots($this->course, $quiz);
        $this->writer = new part_writer($this->course, $item, $slots, $files, $report);
        foreach ($payload->parts as $part) {
            $this->writer->write($part);
        }
        $slots->settle();
    }

    #[\Override]
    public function write_late(item $item, string $name, mixed $value, report $report): bool {
        $entries = [];
        foreach (item::by_keys($this->course->id, $value) as $part) {
            if ($part->parentid === $item->id) {
                $entries[$part->key] = $part->targetid;
            }
        }
        $missing = array_diff($value, array_keys($entries));
        if ($missing && !$this->writer->refused(reset($missing))) {
            throw \local_microunits\local\problem::payload('fields.order', 'there is no part ' . reset($missing));
        }
        $wanted = [];
        foreach (array_intersect($value, array_keys($entries)) as $key) {
            $wanted[$key] = $entries[$key];
        }
        return $this->writer->arrange($wanted);
    }

    #[\Override]
    public function finish(item $item): void {
        $this->writer?->remember();
    }

    #[\Override]
    protected function own_values(stdClass $row): array {
        global $DB;
        $values = [
            'intro' => $row->intro,
            'grade' => (float) $row->grade,
            'shufflequestions' => $DB->record_exists('quiz_sections', ['quizid' => $row->id, 'shufflequestions' => 1]),
            'review' => $this->review($row),
            'order' => quiz_slots::keys($row),
        ];
        foreach (self::COLUMNS as $field => $column) {
            $values[$field] = $field === 'behaviour' ? $row->$column : (int) $row->$column;
        }
        return $values;
    }

    #[\Override]
    public function part_values(item $part): array {
        $state = part_states::of([$part])[$part->id];
        $questionid = part_states::questionid($part->targetid);
        if (!$questionid) {
            return [];
        }
        return ['points' => $state->values['points'] ?? null] + question_xml::exported($questionid)->values();
    }

    /**
     * What follows when columns of the quiz have changed.
     *
     * @param stdClass $before the quiz as it was
     * @param stdClass $row the quiz as it is
     * @param stdClass $cm the course module
     * @param array<string, mixed> $values that were written
     */
    private function after_write(stdClass $before, stdClass $row, stdClass $cm, array $values): void {
        $row->coursemodule = $cm->id;
        $row->cmidnumber = $cm->idnumber;
        if ($before->timeopen != $row->timeopen || $before->timeclose != $row->timeclose) {
            quiz_update_events($row);
            quiz_update_open_attempts(['quizid' => $row->id]);
        }
        $settings = quiz_settings::create($row->id);
        if (isset($values['grade'])) {
            $settings->get_grade_calculator()->update_quiz_maximum_grade($values['grade']);
        } else {
            quiz_grade_item_update($row);
        }
        if (isset($values['shufflequestions'])) {
            $structure = $settings->get_structure();
            foreach ($structure->get_sections() as $section) {
                $structure->set_section_shuffle($section->id, (int) $values['shufflequestions']);
            }
        }
        if ($before->questionsperpage != $row->questionsperpage && !quiz_has_attempts($row->id)) {
            quiz_repaginate_questions($row->id, $row->questionsperpage);
        }
        quiz_delete_previews($row);
    }

    /**
     * Whether questions are shuffled, in each section of each quiz.
     *
     * @param string $scope which items, a condition
     * @param array $params of the condition
     * @return array<int, bool[]> by quiz, each of the answers that its sections give
     */
    private function shuffled(string $scope, array $params): array {
        global $DB;
        $sql = "SELECT s.id, s.quizid, s.shufflequestions
                  FROM {local_microunits_item} i
                  JOIN {quiz_sections} s ON s.quizid = i.targetid
                 WHERE {$scope}
              ORDER BY s.quizid, s.shufflequestions";
        $shuffled = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $shuffled[$row->quizid][(int) $row->shufflequestions] = (bool) $row->shufflequestions;
        }
        return array_map(array_values(...), $shuffled);
    }

    /**
     * When what may be seen, from the columns of a quiz.
     *
     * @param stdClass $row the quiz
     * @return array<string, string[]>
     */
    private function review(stdClass $row): array {
        $review = [];
        foreach (self::REVIEWED as $name) {
            $bits = (int) $row->{'review' . $name};
            $review[$name] = array_keys(array_filter(self::MOMENTS, fn(int $bit) => $bits & $bit));
        }
        return $review;
    }

    /**
     * The columns of a quiz that say when what may be seen.
     *
     * @param array<string, string[]> $review by thing; those that are not named stay as they are
     * @return array<string, int>
     */
    private function review_columns(array $review): array {
        $columns = [];
        foreach ($review as $name => $moments) {
            $columns['review' . $name] = array_sum(array_intersect_key(self::MOMENTS, array_flip($moments)));
        }
        if (isset($columns['reviewmarks'])) {
            $columns['reviewmaxmarks'] = $columns['reviewmarks'];
        }
        if (isset($columns['reviewattempt'])) {
            $columns['reviewattempt'] |= display_options::DURING;
        }
        return $columns;
    }
}
