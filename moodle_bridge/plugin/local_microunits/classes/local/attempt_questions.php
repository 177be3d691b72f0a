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
 * How the questions of attempts were answered, read from the steps that Moodle keeps; in bulk, without building the
 * questions.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class attempt_questions {
    /** @var string[] The data of steps that are read. */
    private const DATA = ['-_triesleft', '_order', 'answer'];

    /** @var string[] States of a question that has no grade, whatever fraction stands there. */
    private const UNGRADED = ['notstarted', 'unprocessed', 'todo', 'invalid', 'complete', 'needsgrading'];

    /** @var array<int, string> Keys of our questions by bank entry. */
    private array $keys = [];

    /** @var array<int, int[]> Ids of the answers of single-choice questions in their order, by question. */
    private array $choices = [];

    /** @var array<int, int> How many hints a question has, by question. */
    private array $hints = [];

    /**
     * The questions of attempts.
     *
     * @param stdClass $course the course
     * @param array<int, stdClass> $attempts rows
     * @return array<int, array[]> by the attempt's uniqueid, in the order of the slots
     */
    public static function of(stdClass $course, array $attempts): array {
        if (!$attempts) {
            return [];
        }
        $starts = [];
        foreach ($attempts as $attempt) {
            $starts[$attempt->uniqueid] = (int) $attempt->timestart;
        }
        return (new self())->read($course, $starts);
    }

    /**
     * Reads the questions.
     *
     * @param stdClass $course the course
     * @param array<int, int> $starts when each attempt began, by its uniqueid
     * @return array<int, array[]>
     */
    private function read(stdClass $course, array $starts): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(array_keys($starts), SQL_PARAMS_NAMED, 'usage');
        $sql = "SELECT qa.id, qa.questionusageid, qa.slot, qa.questionid, qa.behaviour, v.version, v.questionbankentryid
                  FROM {question_attempts} qa
             LEFT JOIN {question_versions} v ON v.questionid = qa.questionid
                 WHERE qa.questionusageid {$in}
              ORDER BY qa.questionusageid, qa.slot";
        $rows = $DB->get_records_sql($sql, $params);
        $this->prepare($course, $rows);
        $steps = $this->steps($in, $params);
        $times = $this->times($rows, $steps, $starts);
        $questions = [];
        foreach ($rows as $row) {
            $key = $this->keys[$row->questionbankentryid] ?? null;
            if ($key !== null) {
                $questions[$row->questionusageid][] = [
                    'key' => $key,
                    'version' => (int) $row->version,
                    'slot' => (int) $row->slot,
                ] + $this->answered($row, $steps[$row->id] ?? []) + $times[$row->id];
            }
        }
        return $questions;
    }

    /**
     * What a question's steps say.
     *
     * @param stdClass $row the question attempt
     * @param stdClass[] $steps its steps in their order, with data
     * @return array fraction, tries, hints, choice, graded
     */
    private function answered(stdClass $row, array $steps): array {
        $last = end($steps);
        $fraction = null;
        if ($last && $last->fraction !== null && !in_array($last->state, self::UNGRADED, true)) {
            $fraction = min(1.0, max(0.0, (float) $last->fraction));
        }
        $tries = 0;
        $wrong = 0;
        $unjudged = false;
        foreach ($steps as $index => $step) {
            $unjudged = $unjudged || $step->answers;
            // An interactive question counts down what is left of its tries whenever one was wrong.
            if ($index > 0 && isset($step->data['-_triesleft'])) {
                $tries++;
                $wrong++;
                $unjudged = false;
            }
        }
        if ($unjudged && $last && (str_starts_with($last->state, 'graded') || str_starts_with($last->state, 'mangr'))) {
            $tries++;
        }
        return [
            'fraction' => $fraction,
            'tries' => $tries,
            'hints' => min($wrong, $this->hints[$row->questionid] ?? 0),
            'choice' => $this->choice($row, $steps),
        ];
    }

    /**
     * Which answer of a single-choice question was chosen at last.
     *
     * @param stdClass $row the question attempt
     * @param stdClass[] $steps its steps
     * @return int|null its place among the answers as they are defined, from 0
     */
    private function choice(stdClass $row, array $steps): ?int {
        $answers = $this->choices[$row->questionid] ?? null;
        if (!$answers) {
            return null;
        }
        $shown = [];
        $chosen = null;
        foreach ($steps as $step) {
            $shown = isset($step->data['_order']) ? explode(',', $step->data['_order']) : $shown;
            $chosen = $step->data['answer'] ?? $chosen;
        }
        if ($chosen === null || !isset($shown[$chosen])) {
            return null;
        }
        $place = array_search((int) $shown[$chosen], $answers, true);
        return $place === false ? null : $place;
    }

    /**
     * When each question was answered at last, and how long that took.
     *
     * How long is the time since something else of the attempt was answered, or since it began. Questions that were
     * answered in the same moment stand on one page; how long each took cannot be said.
     *
     * @param array<int, stdClass> $rows question attempts
     * @param array<int, stdClass[]> $steps by question attempt
     * @param array<int, int> $starts when each attempt began
     * @return array<int, array> time and duration by question attempt
     */
    private function times(array $rows, array $steps, array $starts): array {
        $moments = [];
        foreach ($rows as $row) {
            foreach ($steps[$row->id] ?? [] as $step) {
                if ($step->answers) {
                    $moments[$row->questionusageid][(int) $step->timecreated][$row->id] = true;
                }
            }
        }
        $durations = [];
        foreach ($moments as $usage => $ofusage) {
            ksort($ofusage);
            $before = $starts[$usage];
            foreach ($ofusage as $time => $ids) {
                foreach (array_keys($ids) as $id) {
                    $alone = count($ids) === 1 && ($durations[$id] ?? 0) !== null;
                    $durations[$id] = $alone ? ($durations[$id] ?? 0) + max(0, $time - $before) : null;
                }
                $before = $time;
            }
        }
        $times = [];
        foreach ($rows as $row) {
            $answered = array_filter($steps[$row->id] ?? [], fn(stdClass $step) => $step->answers);
            $last = end($answered);
            $times[$row->id] = [
                'time' => $last ? (int) $last->timecreated : 0,
                'duration' => $durations[$row->id] ?? null,
            ];
        }
        return $times;
    }

    /**
     * The steps of question attempts.
     *
     * @param string $in the condition for the question usages
     * @param array $params of the condition
     * @return array<int, stdClass[]> by question attempt, each with data, and whether it is an answer of the learner
     */
    private function steps(string $in, array $params): array {
        global $DB;
        [$names, $more] = $DB->get_in_or_equal(self::DATA, SQL_PARAMS_NAMED, 'name');
        // What a learner answers has a name without a sign before it.
        $first = $DB->sql_substr('given.name', 1, 1);
        $sql = "SELECT s.id, s.questionattemptid, s.sequencenumber, s.state, s.fraction, s.timecreated,
                       (SELECT COUNT(1)
                          FROM {question_attempt_step_data} given
                         WHERE given.attemptstepid = s.id AND {$first} NOT IN ('_', '-', ':')) AS answers
                  FROM {question_attempts} qa
                  JOIN {question_attempt_steps} s ON s.questionattemptid = qa.id
                 WHERE qa.questionusageid {$in}
              ORDER BY s.questionattemptid, s.sequencenumber";
        $steps = [];
        foreach ($DB->get_records_sql($sql, $params) as $step) {
            $step->data = [];
            $steps[$step->id] = $step;
        }
        $sql = "SELECT d.id, d.attemptstepid, d.name, d.value
                  FROM {question_attempts} qa
                  JOIN {question_attempt_steps} s ON s.questionattemptid = qa.id
                  JOIN {question_attempt_step_data} d ON d.attemptstepid = s.id
                 WHERE qa.questionusageid {$in} AND d.name {$names}";
        $data = $DB->get_recordset_sql($sql, $params + $more);
        foreach ($data as $row) {
            $steps[$row->attemptstepid]->data[$row->name] = $row->value;
        }
        $data->close();
        $grouped = [];
        foreach ($steps as $step) {
            $grouped[$step->questionattemptid][] = $step;
        }
        return $grouped;
    }

    /**
     * Reads what is to be known of the questions themselves.
     *
     * @param stdClass $course the course
     * @param array<int, stdClass> $rows question attempts
     */
    private function prepare(stdClass $course, array $rows): void {
        global $DB;
        foreach (item::all($course->id, ['kind' => 'question']) as $item) {
            $this->keys[$item->targetid] = $item->key;
        }
        $ids = array_unique(array_map(fn(stdClass $row) => (int) $row->questionid, $rows));
        if (!$ids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($ids);
        $answers = $DB->get_records_sql(
            "SELECT a.id, a.question
               FROM {question_answers} a
               JOIN {qtype_multichoice_options} o ON o.questionid = a.question
              WHERE o.single = 1 AND a.question {$in}
           ORDER BY a.id",
            $params
        );
        foreach ($answers as $answer) {
            $this->choices[$answer->question][] = (int) $answer->id;
        }
        $this->hints = $DB->get_records_sql_menu(
            "SELECT questionid, COUNT(id) FROM {question_hints} WHERE questionid {$in} GROUP BY questionid",
            $params
        );
    }
}
