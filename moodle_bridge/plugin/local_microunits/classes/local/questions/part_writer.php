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

use local_microunits\local\files;
use local_microunits\local\item;
use local_microunits\local\part;
use local_microunits\local\problem;
use local_microunits\local\report;
use local_microunits\local\state;
use stdClass;

/**
 * Writes the parts of a quiz: each question a new version of the same bank entry, and only when something is to be
 * written.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class part_writer {
    /** @var version_writer Saves questions. */
    private version_writer $versions;

    /** @var array<string, array{item: item, written: string[], part: part}> The parts that were dealt with, by key. */
    private array $touched = [];

    /** @var array<string, float> What new slots earn, by key. */
    private array $points = [];

    /** @var array<string, true> Parts of which nothing was written, by key. */
    private array $refused = [];

    /**
     * Makes it for one component.
     *
     * @param stdClass $course the course
     * @param item $quiz the component
     * @param quiz_slots $slots of the quiz
     * @param files $files on their way
     * @param report $report what becomes of the parts
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course,
        /** @var item The component. */
        private readonly item $quiz,
        /** @var quiz_slots Of the quiz. */
        private readonly quiz_slots $slots,
        files $files,
        /** @var report What becomes of the parts. */
        private readonly report $report
    ) {
        $this->versions = new version_writer($course, $files);
    }

    /**
     * Writes a part.
     *
     * @param part $part as it was sent
     */
    public function write(part $part): void {
        $item = $this->item($part);
        $questionid = $item ? part_states::questionid($item->targetid) : 0;
        if ($part->points !== null && (!$questionid || isset($part->hashes['points']))) {
            $this->points[$part->key] = $part->points;
        }
        if (!$questionid) {
            $this->create($part, $item);
            return;
        }
        $state = part_states::of([$item])[$item->id];
        $names = array_keys(array_filter(
            $part->hashes,
            fn(string $hash, string $name) => ($item->fields[$name]['hash'] ?? null) !== $hash || $item->edited($name, $state),
            ARRAY_FILTER_USE_BOTH
        ));
        if (!$names) {
            $this->touch($part, $item, []);
            $this->report->part($part->key, report::UNCHANGED, $item->targetid, $state->version);
            return;
        }
        $this->change($part, $item, $questionid, $names, $state);
    }

    /**
     * Puts questions into the quiz in an order, and takes those of ours out that are not in it.
     *
     * @param array<string, int> $wanted bank entries by the key of their part
     * @return bool whether it was done
     */
    public function arrange(array $wanted): bool {
        $ours = item::all($this->course->id, ['parentid' => $this->quiz->id]);
        // Those that were dealt with are newer than what the database has of them.
        foreach ($this->touched as ['item' => $item]) {
            $ours[$item->id] = $item;
        }
        $before = part_states::of($ours);
        $points = $this->points_of($ours, $before);
        $entries = array_map(fn(item $part) => $part->targetid, $ours);
        $done = $this->slots->arrange(array_values($wanted), array_values($entries), $points);
        if (!$done) {
            $this->report->warn('fields.order', 'structure_kept', $this->quiz->key);
        }
        $this->slots->settle();
        $this->note_moves($ours, $before);
        return $done;
    }

    /**
     * What each part earns, or shall earn when it is put into the quiz.
     *
     * @param item[] $parts of the quiz
     * @param array<int, state> $states as they are now
     * @return array<int, float|null> by bank entry; null: what the question says
     */
    private function points_of(array $parts, array $states): array {
        $points = [];
        foreach ($parts as $part) {
            $points[$part->targetid] = $this->points[$part->key]
                ?? $states[$part->id]->values['points']
                ?? $part->fields['points']['value']
                ?? null;
        }
        return $points;
    }

    /**
     * Keeps of those that left the quiz what they earned there, and looks at those that came: until then nobody could say
     * what they earn.
     *
     * @param item[] $parts of the quiz
     * @param array<int, state> $before as they were
     */
    private function note_moves(array $parts, array $before): void {
        $after = part_states::of($parts);
        foreach ($parts as $part) {
            $points = $part->fields['points'] ?? null;
            if ($before[$part->id]->present === $after[$part->id]->present || $points === null) {
                continue;
            }
            if ($before[$part->id]->present) {
                $part->fields['points']['value'] = $before[$part->id]->values['points'];
            } else if ($points['print'] === null) {
                $part->agree('points', $points['hash'], $after[$part->id]);
            }
            $part->save();
        }
    }

    /**
     * Whether a part was sent of which nothing could be written.
     *
     * @param string $key the part
     * @return bool
     */
    public function refused(string $key): bool {
        return isset($this->refused[$key]);
    }

    /**
     * Keeps what was written of the parts, as Moodle holds it now, and what was agreed on.
     */
    public function remember(): void {
        $items = [];
        foreach ($this->touched as ['item' => $item]) {
            $items[$item->id] = $item;
        }
        $states = part_states::of($items);
        foreach ($this->touched as $key => ['item' => $item, 'written' => $written, 'part' => $part]) {
            foreach ($written as $name) {
                $item->agree($name, $part->hashes[$name], $states[$item->id]);
            }
            if (in_array('points', $written, true)) {
                $item->fields['points']['value'] = $part->points;
            }
            foreach ($part->accepted as $name => $hash) {
                $item->agree($name, $hash, $states[$item->id]);
            }
            $item->save();
            $this->report->wrote($key, $written);
        }
    }

    /**
     * The item of a part: found, or adopted from the bank.
     *
     * @param part $part as it was sent
     * @return item|null null: nothing has this key yet
     */
    private function item(part $part): ?item {
        $item = item::find($this->course->id, $part->key);
        if ($item && $item->parentid !== $this->quiz->id) {
            throw new problem('kinddiffers', "{$part->path}: {$item->kind}");
        }
        if ($item) {
            return $item;
        }
        $entryid = $this->versions->bank->entry($part->key);
        if (!$entryid) {
            return null;
        }
        $item = $this->new_item($part, $entryid);
        $this->report->warn($part->path, 'adopted', $part->key);
        return $item;
    }

    /**
     * Makes a question that is not in the bank.
     *
     * @param part $part as it was sent
     * @param item|null $item what stood for it when it was there
     */
    private function create(part $part, ?item $item): void {
        if (!$part->hashes) {
            throw new problem('unknownkey', "{$part->path}: {$part->key}");
        }
        $xml = $this->sent($part);
        [$entryid, $version] = $this->versions->save($xml, $part, 0);
        if ($item) {
            $item->targetid = $entryid;
            $item->fields = [];
            $item->save();
        } else {
            $item = $this->new_item($part, $entryid);
        }
        $this->touch($part, $item, array_keys($part->hashes));
        $this->report->part($part->key, report::CREATED, $entryid, $version);
    }

    /**
     * Changes a question that is in the bank.
     *
     * @param part $part as it was sent
     * @param item $item what stands for it
     * @param int $questionid its latest version
     * @param string[] $names the fields that are to be written
     * @param state $state as it is now
     */
    private function change(part $part, item $item, int $questionid, array $names, state $state): void {
        $xml = $this->sent($part);
        $held = question_xml::exported($questionid);
        if ($xml->qtype() !== $held->qtype()) {
            $this->replace($part, $item, $state);
            return;
        }
        if (!$xml->keep($held, array_diff(part::FIELDS, array_keys($part->hashes)))) {
            $this->refuse($part, $item, $state, 'kept_whole');
            return;
        }
        $version = $state->version;
        if (array_diff($names, ['points', 'tags'])) {
            [, $version] = $this->versions->save($xml, $part, $item->targetid);
        } else if (in_array('tags', $names, true)) {
            $this->versions->tag($questionid, $xml->values()['tags']);
        }
        if (in_array('points', $names, true) && $part->points !== null) {
            $this->slots->mark($item->targetid, $part->points);
        }
        $this->touch($part, $item, $names);
        $this->report->part($part->key, report::CHANGED, $item->targetid, $version);
    }

    /**
     * Puts a question of another type in the place of one: Moodle cannot change the type of a question.
     *
     * @param part $part as it was sent
     * @param item $item what stands for it
     * @param state $state as it is now
     */
    private function replace(part $part, item $item, state $state): void {
        if ($this->slots->attempted()) {
            $this->refuse($part, $item, $state, 'structure_kept');
            return;
        }
        $place = $this->slots->remove($item->targetid);
        $this->versions->release($item->targetid);
        $this->create($part, $item);
        if ($place !== null) {
            $this->slots->insert($item->targetid, $place, $part->points);
        }
    }

    /**
     * Writes nothing of a part, and says why.
     *
     * @param part $part as it was sent
     * @param item $item what stands for it
     * @param state $state as it is now
     * @param string $code which of the cases it is
     */
    private function refuse(part $part, item $item, state $state, string $code): void {
        $this->refused[$part->key] = true;
        $this->report->warn("parts.{$part->key}", $code, $part->key);
        $this->touch($part, $item, []);
        $this->report->part($part->key, report::UNCHANGED, $item->targetid, $state->version);
    }

    /**
     * The question that was sent.
     *
     * @param part $part as it was sent
     * @return question_xml
     */
    private function sent(part $part): question_xml {
        $xml = question_xml::read($part->xml, $part->path);
        if ($part->qtype !== '' && $xml->qtype() !== $part->qtype) {
            throw problem::payload("{$part->path}.qtype", "the question is of type {$xml->qtype()}");
        }
        return $xml;
    }

    /**
     * An item for a question that has none.
     *
     * @param part $part as it was sent
     * @param int $entryid its bank entry
     * @return item saved
     */
    private function new_item(part $part, int $entryid): item {
        $item = new item($this->course->id, $part->key, 'question', $entryid, 0, $this->quiz->id);
        $item->save();
        return $item;
    }

    /**
     * Notes that a part was dealt with.
     *
     * @param part $part as it was sent
     * @param item $item what stands for it
     * @param string[] $written the fields that were written
     */
    private function touch(part $part, item $item, array $written): void {
        $this->touched[$part->key] = ['item' => $item, 'written' => $written, 'part' => $part];
    }
}
