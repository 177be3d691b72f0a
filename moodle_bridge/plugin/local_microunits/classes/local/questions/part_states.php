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
use local_microunits\local\part;
use local_microunits\local\prints;
use local_microunits\local\state;
use stdClass;

/**
 * Questions as they are now, read in bulk. What is dear to read (the export of a question) is kept with the version
 * that it was read from, and read again only for another one.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class part_states {
    /** @var string The latest version of each bank entry that is no draft. */
    private const LATEST = "JOIN {question_versions} v ON v.questionbankentryid = i.targetid
                                 AND v.version = (SELECT MAX(other.version)
                                                    FROM {question_versions} other
                                                   WHERE other.questionbankentryid = i.targetid
                                                         AND other.status <> 'draft')";

    /**
     * The states of parts.
     *
     * @param item[] $parts of one component, or of all in the course
     * @return array<int, state> by the part's id
     */
    public static function of(array $parts): array {
        if (!$parts) {
            return [];
        }
        [$scope, $params] = self::scope($parts);
        $questions = self::questions($scope, $params);
        $slots = self::slots($scope, $params);
        $tags = self::tags($scope, $params);
        $states = [];
        foreach ($parts as $part) {
            $question = $questions[$part->id] ?? null;
            $slot = $slots[$part->id] ?? null;
            if (!$question) {
                $states[$part->id] = new state();
                continue;
            }
            $prints = [
                'name' => prints::of($question->name),
                'tags' => prints::of($tags[$part->id] ?? []),
                'points' => $slot ? prints::of_number($slot->maxmark) : null,
            ];
            $states[$part->id] = new state(
                $slot !== null,
                $prints + self::seen($part, $question),
                0,
                $slot ? (int) $slot->slot - 1 : 0,
                0,
                (int) $question->version,
                ['points' => $slot ? (float) $slot->maxmark : null]
            );
        }
        return $states;
    }

    /**
     * The question that is the latest of a bank entry.
     *
     * @param int $entryid the bank entry
     * @return int 0: there is none
     */
    public static function questionid(int $entryid): int {
        global $DB;
        $sql = "SELECT v.questionid
                  FROM {question_versions} v
                 WHERE v.questionbankentryid = ? AND v.status <> 'draft'
              ORDER BY v.version DESC";
        $found = $DB->get_records_sql($sql, [$entryid], 0, 1);
        return $found ? (int) reset($found)->questionid : 0;
    }

    /**
     * Our parts in the order in which quizzes have them.
     *
     * @param string $scope which components, a condition
     * @param array $params of the condition
     * @return array<int, int[]> ids of parts by the component's item
     */
    public static function orders(string $scope, array $params): array {
        global $DB;
        $sql = "SELECT s.id, i.id AS itemid, p.id AS partid
                  FROM {local_microunits_item} i
                  JOIN {quiz_slots} s ON s.quizid = i.targetid
                  JOIN {question_references} r ON r.itemid = s.id AND r.component = 'mod_quiz' AND r.questionarea = 'slot'
                  JOIN {local_microunits_item} p ON p.parentid = i.id AND p.targetid = r.questionbankentryid
                 WHERE {$scope}
              ORDER BY i.id, s.slot";
        $orders = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $orders[$row->itemid][] = (int) $row->partid;
        }
        return $orders;
    }

    /**
     * Which parts a query is about.
     *
     * @param item[] $parts not empty
     * @return array the condition for a table named i, and its parameters
     */
    private static function scope(array $parts): array {
        $first = reset($parts);
        if (count($parts) === 1) {
            return ['i.id = :itemid', ['itemid' => $first->id]];
        }
        $parents = array_unique(array_map(fn(item $part) => $part->parentid, $parts));
        if (count($parents) === 1) {
            return ['i.parentid = :parentid', ['parentid' => $first->parentid]];
        }
        return ["i.courseid = :courseid AND i.kind = 'question'", ['courseid' => $first->courseid]];
    }

    /**
     * The latest version of each part.
     *
     * @param string $scope which parts
     * @param array $params of the condition
     * @return array<int, stdClass> by the part's id
     */
    private static function questions(string $scope, array $params): array {
        global $DB;
        $latest = self::LATEST;
        $sql = "SELECT i.id, v.version, q.id AS questionid, q.name, q.timemodified
                  FROM {local_microunits_item} i
                  {$latest}
                  JOIN {question} q ON q.id = v.questionid
                 WHERE {$scope}";
        return $DB->get_records_sql($sql, $params);
    }

    /**
     * Where in its quiz each part stands.
     *
     * @param string $scope which parts
     * @param array $params of the condition
     * @return array<int, stdClass> by the part's id
     */
    private static function slots(string $scope, array $params): array {
        global $DB;
        $sql = "SELECT i.id, s.slot, s.maxmark
                  FROM {local_microunits_item} i
                  JOIN {local_microunits_item} p ON p.id = i.parentid
                  JOIN {quiz_slots} s ON s.quizid = p.targetid
                  JOIN {question_references} r ON r.itemid = s.id AND r.component = 'mod_quiz'
                       AND r.questionarea = 'slot' AND r.questionbankentryid = i.targetid
                 WHERE {$scope}";
        return $DB->get_records_sql($sql, $params);
    }

    /**
     * The tags of each part.
     *
     * @param string $scope which parts
     * @param array $params of the condition
     * @return array<int, string[]> by the part's id
     */
    private static function tags(string $scope, array $params): array {
        global $DB;
        $latest = self::LATEST;
        $sql = "SELECT ti.id, i.id AS itemid, t.name
                  FROM {local_microunits_item} i
                  {$latest}
                  JOIN {tag_instance} ti ON ti.itemid = v.questionid AND ti.component = 'core_question' AND ti.itemtype = 'question'
                  JOIN {tag} t ON t.id = ti.tagid
                 WHERE {$scope}
              ORDER BY t.name";
        $tags = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $tags[$row->itemid][] = $row->name;
        }
        return $tags;
    }

    /**
     * Prints of what is read from an export.
     *
     * @param item $part the part
     * @param stdClass $question its latest version
     * @return array<string, string>
     */
    private static function seen(item $part, stdClass $question): array {
        global $DB;
        $state = "{$question->questionid}:{$question->timemodified}";
        if (($part->seen['state'] ?? null) !== $state) {
            $prints = question_xml::exported($question->questionid)->prints();
            $part->seen = ['state' => $state, 'prints' => array_diff_key($prints, ['name' => 1, 'tags' => 1])];
            $DB->set_field('local_microunits_item', 'seen', json_encode($part->seen), ['id' => $part->id]);
        }
        return array_intersect_key($part->seen['prints'], array_flip(part::FIELDS));
    }
}
