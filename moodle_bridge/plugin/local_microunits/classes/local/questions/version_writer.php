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

use context;
use core_question\local\bank\question_version_status;
use core_tag_tag;
use local_microunits\local\files;
use local_microunits\local\part;
use local_microunits\local\problem;
use question_bank;
use stdClass;

/**
 * Saves a question of Moodle XML as a new version of a bank entry, or as a new entry.
 *
 * The XML is read by Moodle's own format, and the question type saves what it holds. The importer itself cannot be used:
 * it makes a new entry each time, and silently drops an id number that is there already.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class version_writer {
    /** @var bank Where the questions of the course are. */
    public readonly bank $bank;

    /**
     * Makes it for a course.
     *
     * @param stdClass $course the course
     * @param files $files on their way
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course,
        /** @var files On their way. */
        private readonly files $files
    ) {
        global $CFG;
        require_once($CFG->libdir . '/questionlib.php');
        require_once($CFG->dirroot . '/question/format/xml/format.php');
        $this->bank = new bank($course);
    }

    /**
     * Saves a question.
     *
     * @param question_xml $xml the question, whose files are taken out of it
     * @param part $part as it was sent
     * @param int $entryid the bank entry; 0: a new one
     * @return int[] the bank entry and the number of the version
     * @throws problem "unreadablequestion"
     */
    public function save(question_xml $xml, part $part, int $entryid): array {
        global $DB, $USER;
        $question = $this->parsed($xml, $part);
        $category = $this->category($entryid);
        $context = context::instance_by_id($category->contextid);
        $question->category = $category->id;
        $question->context = $context;
        $question->stamp = make_unique_id_code();
        $question->createdby = $question->modifiedby = $USER->id;
        $question->timecreated = $question->timemodified = time();
        // Parts of a question with gaps are versions of the parts of the version before.
        $question->oldparent = $entryid ? part_states::questionid($entryid) : 0;
        $question->id = $DB->insert_record('question', $question);
        $entryid = $entryid ?: $this->new_entry($part->key, $category);
        $version = get_next_version($entryid);
        $DB->insert_record('question_versions', (object) [
            'questionbankentryid' => $entryid,
            'questionid' => $question->id,
            'version' => $version,
            'status' => question_version_status::QUESTION_STATUS_READY,
        ]);
        $this->save_texts($question, $context);
        $DB->update_record('question', $question);
        $this->save_options($question, $part);
        $this->tag($question->id, array_merge($question->coursetags ?? [], $question->tags ?? []));
        \core\event\question_created::create_from_question_instance($question, $context)->trigger();
        question_bank::notify_question_edited($question->id);
        return [$entryid, $version];
    }

    /**
     * Gives a question tags.
     *
     * @param int $questionid the question
     * @param string[] $tags all that it has then
     */
    public function tag(int $questionid, array $tags): void {
        if (!core_tag_tag::is_enabled('core_question', 'question')) {
            return;
        }
        $data = question_bank::load_question_data($questionid);
        core_tag_tag::set_item_tags('core_question', 'question', $questionid, context::instance_by_id($data->contextid), $tags);
    }

    /**
     * Takes its key from a bank entry, so that another can have it.
     *
     * @param int $entryid the bank entry
     */
    public function release(int $entryid): void {
        global $DB;
        $DB->set_field('question_bank_entries', 'idnumber', null, ['id' => $entryid]);
    }

    /**
     * The question as Moodle's format reads it.
     *
     * @param question_xml $xml the question
     * @param part $part as it was sent
     * @return stdClass
     */
    private function parsed(question_xml $xml, part $part): stdClass {
        if (!question_bank::is_qtype_installed($xml->qtype())) {
            throw new problem('unreadablequestion', "{$part->path}: the question type {$xml->qtype()} is not installed");
        }
        $format = new \qformat_xml();
        $format->setCourse($this->course);
        $taken = $xml->take_files();
        // The format says what is wrong by printing it.
        ob_start();
        try {
            $questions = $format->readquestions(["<quiz>{$xml->xml()}</quiz>"]);
        } finally {
            $said = trim(html_to_text(ob_get_clean(), 0, false));
        }
        if (!$questions || count($questions) !== 1 || $format->importerrors) {
            throw new problem('unreadablequestion', "{$part->path}: {$said}");
        }
        $this->put_files($taken);
        $question = reset($questions);
        if (!empty($question->fraction) && is_array($question->fraction)) {
            $known = question_bank::fraction_options_full();
            foreach ($question->fraction as $index => $fraction) {
                $question->fraction[$index] = match_grade_options($known, $fraction, 'nearest');
            }
        }
        unset($question->idnumber);
        return $question;
    }

    /**
     * Puts files where the reader of XML has put the marks that stand for them: where files wait to be saved.
     *
     * @param array<string, array> $taken by mark
     */
    private function put_files(array $taken): void {
        global $DB;
        $storage = get_file_storage();
        foreach ($taken as $mark => ['sha256' => $sha256, 'content' => $content]) {
            $where = ['contenthash' => sha1($mark), 'component' => 'user', 'filearea' => 'draft'];
            foreach ($DB->get_records('files', $where) as $row) {
                $record = array_intersect_key((array) $row, array_flip(
                    ['contextid', 'component', 'filearea', 'itemid', 'filepath', 'filename', 'userid']
                ));
                $storage->get_file_instance($row)->delete();
                if ($sha256 !== '') {
                    $this->files->place($sha256, $record);
                } else {
                    $storage->create_file_from_string($record, files::bytes($content, 'xml'));
                }
            }
        }
    }

    /**
     * The category of a bank entry; of a new one that of the bridge.
     *
     * @param int $entryid the bank entry, or 0
     * @return stdClass
     */
    private function category(int $entryid): stdClass {
        global $DB;
        if (!$entryid) {
            return $this->bank->category();
        }
        $id = $DB->get_field('question_bank_entries', 'questioncategoryid', ['id' => $entryid], MUST_EXIST);
        return $DB->get_record('question_categories', ['id' => $id], '*', MUST_EXIST);
    }

    /**
     * Makes a bank entry.
     *
     * @param string $key its id number
     * @param stdClass $category where
     * @return int
     */
    private function new_entry(string $key, stdClass $category): int {
        global $DB, $USER;
        return $DB->insert_record('question_bank_entries', (object) [
            'questioncategoryid' => $category->id,
            'idnumber' => $key,
            'ownerid' => $USER->id,
        ]);
    }

    /**
     * Puts the files of the texts that all questions have where Moodle keeps them.
     *
     * @param stdClass $question the question, whose texts change
     * @param context $context of its category
     */
    private function save_texts(stdClass $question, context $context): void {
        foreach (['questiontext', 'generalfeedback'] as $text) {
            $draft = $question->{$text . 'itemid'} ?? 0;
            if ($draft) {
                $options = ['subdirs' => true, 'maxfiles' => -1, 'maxbytes' => 0];
                $question->$text = file_save_draft_area_files(
                    $draft,
                    $context->id,
                    'question',
                    $text,
                    $question->id,
                    $options,
                    $question->$text
                );
                file_clear_draft_area($draft);
            }
        }
    }

    /**
     * Has the question type save the rest.
     *
     * @param stdClass $question the question
     * @param part $part as it was sent
     */
    private function save_options(stdClass $question, part $part): void {
        try {
            $result = question_bank::get_qtype($question->qtype)->save_question_options($question);
        } catch (\dml_exception $error) {
            // Some types hand what they were given to the database unread.
            throw new problem('unreadablequestion', "{$part->path}: {$error->getMessage()}");
        }
        $wrong = $result->error ?? $result->notice ?? '';
        if ($wrong !== '') {
            throw new problem('unreadablequestion', "{$part->path}: {$wrong}");
        }
    }
}
