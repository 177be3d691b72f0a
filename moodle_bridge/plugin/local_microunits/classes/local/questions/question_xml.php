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

use core_tag_tag;
use DOMDocument;
use DOMElement;
use local_microunits\local\part;
use local_microunits\local\prints;
use local_microunits\local\problem;
use question_bank;

/**
 * A question as an element of Moodle XML, in the groups in which a person edits it.
 *
 * What Moodle holds is read through its own export, so that every question type that can be exported can be compared,
 * and a group that somebody edited can be put back into what is about to be written.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class question_xml {
    /** @var array<string, string> Which group an element belongs to; others are settings. */
    private const GROUPS = [
        'name' => 'name',
        'questiontext' => 'text',
        'defaultgrade' => 'points',
        'generalfeedback' => 'feedback',
        'correctfeedback' => 'feedback',
        'partiallycorrectfeedback' => 'feedback',
        'incorrectfeedback' => 'feedback',
        'hint' => 'hints',
        'tags' => 'tags',
        'coursetags' => 'tags',
        'answer' => 'answers',
        'subquestion' => 'answers',
        'selectoption' => 'answers',
        'dragbox' => 'answers',
        'hidden' => '',
        'idnumber' => '',
    ];

    /** @var array<string, string> Question types that are called otherwise in Moodle XML. */
    private const TYPES = ['cloze' => 'multianswer', 'matching' => 'match'];

    /**
     * Makes it from an element.
     *
     * @param DOMElement $root the question
     */
    private function __construct(
        /** @var DOMElement The question. */
        private readonly DOMElement $root
    ) {
    }

    /**
     * Reads a question that was sent.
     *
     * @param string $xml one question element
     * @param string $path where it was sent
     * @return self
     * @throws problem "unreadablequestion"
     */
    public static function read(string $xml, string $path): self {
        $document = self::document($xml);
        if (!$document || $document->doctype || $document->documentElement->nodeName !== 'question') {
            throw new problem('unreadablequestion', "{$path}: one question element of Moodle XML expected");
        }
        $question = new self($document->documentElement);
        $question->complete();
        return $question;
    }

    /**
     * Reads a question from Moodle.
     *
     * @param int $questionid of one version
     * @return self
     */
    public static function exported(int $questionid): self {
        global $CFG;
        require_once($CFG->libdir . '/questionlib.php');
        require_once($CFG->dirroot . '/question/format/xml/format.php');
        $data = fullclone(question_bank::load_question_data($questionid));
        $format = new \qformat_xml();
        $format->setCourse(get_course(SITEID));
        // What XML cannot hold is none of a question's text.
        $xml = preg_replace('/[\x00-\x08\x0B\x0C\x0E-\x1F]/', '', $format->writequestion($data));
        $document = self::document("<quiz>{$xml}</quiz>");
        $question = $document ? $document->getElementsByTagName('question')->item(0) : null;
        if (!$question) {
            throw new \coding_exception("Question {$questionid} cannot be exported");
        }
        return new self($question);
    }

    /**
     * The question type.
     *
     * @return string as Moodle calls the plugin
     */
    public function qtype(): string {
        $type = $this->root->getAttribute('type');
        return self::TYPES[$type] ?? $type;
    }

    /**
     * The element as text.
     *
     * @return string
     */
    public function xml(): string {
        return $this->root->ownerDocument->saveXML($this->root);
    }

    /**
     * Takes the files out, and leaves marks in their places. Moodle's reader of XML takes a minute for a file of ten
     * megabytes, and hours for one of a hundred.
     *
     * @return array<string, array{sha256: string, content: string}> by mark what belongs there: a file that is named by its
     *     hash, or else its bytes in base64
     */
    public function take_files(): array {
        $taken = [];
        foreach ($this->root->getElementsByTagName('file') as $file) {
            $mark = 'local_microunits:' . random_string(32);
            $taken[$mark] = ['sha256' => $file->getAttribute('sha256'), 'content' => $file->textContent];
            $file->removeAttribute('sha256');
            $file->textContent = base64_encode($mark);
        }
        return $taken;
    }

    /**
     * A print of each group, that in the quiz left out.
     *
     * @return array<string, string>
     */
    public function prints(): array {
        $texts = array_fill_keys(array_diff(part::FIELDS, ['points']), [$this->qtype()]);
        foreach ($this->elements() as [$group, $element]) {
            if (isset($texts[$group])) {
                $texts[$group][] = self::canonical($element);
            }
        }
        return array_map(prints::of(...), $texts);
    }

    /**
     * What the groups say, for a person to compare, that in the quiz left out.
     *
     * @return array<string, mixed> name and text as text, tags as a list of texts, others as lists of what the elements hold
     */
    public function values(): array {
        $values = ['name' => '', 'text' => '', 'feedback' => [], 'hints' => [], 'tags' => [], 'answers' => [], 'settings' => []];
        foreach ($this->elements() as [$group, $element]) {
            $value = self::value($element);
            if ($group === 'name' || $group === 'text') {
                $values[$group] = is_array($value) ? ($value['text'] ?? '') : $value;
            } else if ($group === 'tags') {
                foreach ($element->getElementsByTagName('tag') as $tag) {
                    $values['tags'][] = trim($tag->textContent);
                }
            } else if ($group === 'feedback' || $group === 'settings') {
                $values[$group][$element->nodeName] = $value;
            } else if (isset($values[$group])) {
                $values[$group][] = $value;
            }
        }
        $values['feedback'] = (object) $values['feedback'];
        $values['settings'] = (object) $values['settings'];
        return $values;
    }

    /**
     * Puts some groups of what Moodle has into what was sent.
     *
     * @param self $held what Moodle has
     * @param string[] $groups which
     * @return bool whether both fit together
     */
    public function keep(self $held, array $groups): bool {
        $document = $this->root->ownerDocument;
        foreach ($this->elements() as [$group, $element]) {
            if (in_array($group, $groups, true)) {
                $element->remove();
            }
        }
        foreach ($held->elements() as [$group, $element]) {
            if (in_array($group, $groups, true)) {
                $this->root->appendChild($document->importNode($element, true));
            }
        }
        return $this->qtype() !== 'gapselect' || $this->has_every_choice();
    }

    /**
     * Says what Moodle takes for granted. An ordering question that does not say whether the number of right places is
     * shown gets hints that nobody wrote.
     */
    private function complete(): void {
        $said = array_filter($this->elements(), fn(array $one) => $one[1]->nodeName === 'shownumcorrect');
        if ($this->qtype() === 'ordering' && !$said) {
            $this->root->appendChild($this->root->ownerDocument->createElement('shownumcorrect', '1'));
        }
    }

    /**
     * Whether the text names no choice that is not there.
     *
     * @return bool
     */
    private function has_every_choice(): bool {
        $text = $this->root->getElementsByTagName('questiontext')->item(0)?->textContent ?? '';
        preg_match_all('/\[\[(\d+)\]\]/', $text, $matches);
        $named = array_map(intval(...), $matches[1]);
        return !$named || max($named) <= $this->root->getElementsByTagName('selectoption')->length;
    }

    /**
     * The elements of the question with their groups.
     *
     * @return array{string, DOMElement}[]
     */
    private function elements(): array {
        $elements = [];
        foreach ($this->root->childNodes as $node) {
            if ($node instanceof DOMElement) {
                $elements[] = [self::GROUPS[$node->nodeName] ?? 'settings', $node];
            }
        }
        return $elements;
    }

    /**
     * An element in a form that does not change with blanks between elements; of files only what tells them apart.
     *
     * @param DOMElement $element the element
     * @return array
     */
    private static function canonical(DOMElement $element): array {
        $attributes = [];
        foreach ($element->attributes as $attribute) {
            $attributes[$attribute->nodeName] = $attribute->nodeValue;
        }
        ksort($attributes);
        $children = [];
        foreach ($element->childNodes as $node) {
            if ($node instanceof DOMElement) {
                $children[] = self::canonical($node);
            }
        }
        $text = $children ? '' : $element->textContent;
        $text = $element->nodeName === 'file' ? sha1(trim($text)) : prints::plain($text);
        return [$element->nodeName, $attributes, $text, $children];
    }

    /**
     * What an element holds, for a person.
     *
     * @param DOMElement $element the element
     * @return mixed a text, or an array by names
     */
    private static function value(DOMElement $element): mixed {
        $value = [];
        foreach ($element->attributes as $attribute) {
            if ($attribute->nodeName !== 'format') {
                $value[$attribute->nodeName] = $attribute->nodeValue;
            }
        }
        foreach ($element->childNodes as $node) {
            if ($node instanceof DOMElement && $node->nodeName === 'file') {
                $value['files'][] = $node->getAttribute('name');
            } else if ($node instanceof DOMElement) {
                $value[$node->nodeName] = self::value($node);
            }
        }
        if (!$value) {
            return trim($element->textContent);
        }
        return array_keys($value) === ['text'] ? $value['text'] : $value;
    }

    /**
     * A document from text; nothing outside it is read.
     *
     * @param string $xml the text
     * @return DOMDocument|null null: it is no XML
     */
    private static function document(string $xml): ?DOMDocument {
        $before = libxml_use_internal_errors(true);
        try {
            $document = new DOMDocument();
            // Large pictures travel within.
            return $document->loadXML($xml, LIBXML_NONET | LIBXML_PARSEHUGE) ? $document : null;
        } finally {
            libxml_clear_errors();
            libxml_use_internal_errors($before);
        }
    }
}
