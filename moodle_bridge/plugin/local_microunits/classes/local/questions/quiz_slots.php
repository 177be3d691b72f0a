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

namespace local_microunits\local\questions;

use local_microunits\local\item;
use mod_quiz\quiz_settings;
use mod_quiz\structure;
use stdClass;

/**
 * Which questions a quiz has, and in which order.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class quiz_slots {
    /** @var bool Whether sums and previews have to be made anew. */
    private bool $changed = false;

    /** @var bool|null Whether learners have attempted the quiz. */
    private ?bool $attempted = null;

    /**
     * Makes it for a quiz.
     *
     * @param stdClass $course the course
     * @param stdClass $quiz its row
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course,
        /** @var stdClass The quiz. */
        private readonly stdClass $quiz
    ) {
        global $CFG;
        require_once($CFG->dirroot . '/mod/quiz/locallib.php');
    }

    /**
     * The keys of our questions in a quiz, in its order.
     *
     * @param stdClass $quiz its row
     * @return string[]
     */
    public static function keys(stdClass $quiz): array {
        global $DB;
        $sql = "SELECT s.id, p.itemkey
                  FROM {quiz_slots} s
                  JOIN {question_references} r ON r.itemid = s.id AND r.component = 'mod_quiz' AND r.questionarea = 'slot'
                  JOIN {local_microunits_item} p ON p.targetid = r.questionbankentryid AND p.kind = 'question'
                  JOIN {local_microunits_item} i ON i.id = p.parentid AND i.targetid = s.quizid
                 WHERE s.quizid = ?
              ORDER BY s.slot";
        return array_values($DB->get_records_sql_menu($sql, [$quiz->id]));
    }

    /**
     * Whether learners have attempted the quiz; Moodle keeps its questions as they are then.
     *
     * @return bool
     */
    public function attempted(): bool {
        return $this->attempted ??= quiz_has_attempts($this->quiz->id);
    }

    /**
     * Sets what a question earns.
     *
     * @param int $entryid its bank entry
     * @param float $points what it earns
     */
    public function mark(int $entryid, float $points): void {
        foreach ($this->slots() as $slot) {
            if ($slot->entryid === $entryid) {
                $structure = $this->structure();
                $this->changed = $structure->update_slot_maxmark($structure->get_slot_by_id($slot->id), $points) || $this->changed;
            }
        }
    }

    /**
     * Takes a question out of the quiz.
     *
     * @param int $entryid its bank entry
     * @return int|null where it stood, from 1; null: it was not in the quiz
     */
    public function remove(int $entryid): ?int {
        foreach ($this->slots() as $slot) {
            if ($slot->entryid === $entryid) {
                $structure = $this->structure();
                if ($structure->is_only_slot_in_section($slot->slot)) {
                    $this->drop_heading($structure, $slot->slot);
                }
                $this->structure()->remove_slot($slot->slot);
                $this->changed = true;
                return $slot->slot;
            }
        }
        return null;
    }

    /**
     * Puts a question into the quiz.
     *
     * @param int $entryid its bank entry
     * @param int $place where, from 1
     * @param float|null $points what it earns; null: what the question says
     */
    public function insert(int $entryid, int $place, ?float $points): void {
        $this->append($entryid, $points);
        $numbers = array_map(fn(stdClass $slot) => $slot->slot, $this->slots());
        $last = array_pop($numbers);
        array_splice($numbers, $place - 1, 0, [$last]);
        $this->permute($numbers);
    }

    /**
     * Puts questions into an order. Those of ours that are not named leave; those that others added keep their places.
     *
     * @param int[] $wanted bank entries in their order
     * @param int[] $ours the bank entries of all of our parts
     * @param array<int, float|null> $points what new ones earn, by bank entry
     * @return bool whether it is so now; false: the quiz has attempts and another order
     */
    public function arrange(array $wanted, array $ours, array $points): bool {
        $present = array_values(array_filter(
            array_map(fn(stdClass $slot) => $slot->entryid, $this->slots()),
            fn(int $entryid) => in_array($entryid, $ours, true)
        ));
        if ($present === $wanted) {
            return true;
        }
        if ($this->attempted()) {
            return false;
        }
        foreach (array_diff($present, $wanted) as $entryid) {
            $this->remove($entryid);
        }
        foreach (array_diff($wanted, $present) as $entryid) {
            $this->append($entryid, $points[$entryid] ?? null);
        }
        $numbers = [];
        $places = [];
        foreach ($this->slots() as $slot) {
            $numbers[$slot->entryid] = $slot->slot;
            $places[] = in_array($slot->entryid, $wanted, true) ? null : $slot->slot;
        }
        foreach ($places as $index => $number) {
            $places[$index] = $number ?? $numbers[array_shift($wanted)];
        }
        $this->permute($places);
        return true;
    }

    /**
     * Makes sums and grades anew where the questions or what they earn has changed.
     */
    public function settle(): void {
        global $DB;
        if (!$this->changed) {
            return;
        }
        $this->changed = false;
        $quiz = $DB->get_record('quiz', ['id' => $this->quiz->id], '*', MUST_EXIST);
        quiz_delete_previews($quiz);
        $calculator = quiz_settings::create($quiz->id)->get_grade_calculator();
        $calculator->recompute_quiz_sumgrades();
        if ($this->attempted()) {
            $calculator->recompute_all_attempt_sumgrades();
            $calculator->recompute_all_final_grades();
            quiz_update_grades($quiz, 0, true);
        }
    }

    /**
     * The slots of the quiz in their order, with their bank entries; 0 for a random question.
     *
     * @return stdClass[]
     */
    private function slots(): array {
        global $DB;
        $sql = "SELECT s.id, s.slot, r.questionbankentryid AS entryid
                  FROM {quiz_slots} s
             LEFT JOIN {question_references} r ON r.itemid = s.id AND r.component = 'mod_quiz' AND r.questionarea = 'slot'
                 WHERE s.quizid = ?
              ORDER BY s.slot";
        return array_map(
            fn(stdClass $row) => (object) ['id' => (int) $row->id, 'slot' => (int) $row->slot, 'entryid' => (int) $row->entryid],
            array_values($DB->get_records_sql($sql, [$this->quiz->id]))
        );
    }

    /**
     * Adds a question at the end.
     *
     * @param int $entryid its bank entry
     * @param float|null $points what it earns; null: what the question says
     */
    private function append(int $entryid, ?float $points): void {
        quiz_add_quiz_question(part_states::questionid($entryid), $this->quiz, 0, $points);
        $this->changed = true;
    }

    /**
     * Changes the order of the slots.
     *
     * @param int[] $numbers the numbers that the slots have now, in the order in which they shall be
     */
    private function permute(array $numbers): void {
        $new = [];
        foreach ($numbers as $index => $number) {
            if ($number !== $index + 1) {
                $new[$number] = $index + 1;
            }
        }
        if ($new) {
            update_field_with_unique_index('quiz_slots', 'slot', $new, ['quizid' => $this->quiz->id]);
        }
        quiz_repaginate_questions($this->quiz->id, $this->quiz->questionsperpage);
        $this->changed = true;
    }

    /**
     * Takes away the heading of a section whose only question is about to leave: Moodle has no empty sections.
     *
     * @param structure $structure of the quiz
     * @param int $number of the slot
     */
    private function drop_heading(structure $structure, int $number): void {
        global $DB;
        foreach ($structure->get_sections() as $section) {
            if ($section->firstslot == $number && $number > 1) {
                $structure->remove_section_heading($section->id);
            } else if ($section->firstslot == 2 && $number === 1) {
                // The first section cannot be taken away; the second one takes its place when the slot has gone.
                $first = $DB->get_record('quiz_sections', ['quizid' => $this->quiz->id, 'firstslot' => 1], '*', MUST_EXIST);
                $DB->delete_records('quiz_sections', ['id' => $section->id]);
                $DB->update_record('quiz_sections', (object) [
                    'id' => $first->id,
                    'heading' => $section->heading,
                    'shufflequestions' => $section->shufflequestions,
                ]);
            }
        }
    }

    /**
     * The structure of the quiz as it is now.
     *
     * @return structure
     */
    private function structure(): structure {
        return quiz_settings::create($this->quiz->id)->get_structure();
    }
}
