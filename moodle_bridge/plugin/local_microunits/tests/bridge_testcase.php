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

namespace local_microunits;

use local_microunits\local\held;
use local_microunits\local\upsert;
use stdClass;

/**
 * What the tests of the bridge share: a course, and components as the bridge sends them.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class bridge_testcase extends \advanced_testcase {
    /** @var string The bytes of a picture of one pixel, in base64. */
    protected const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

    /** @var stdClass The course. */
    protected stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course = $this->getDataGenerator()->create_course(['numsections' => 1]);
    }

    /**
     * The sha256 of the picture.
     *
     * @return string
     */
    protected static function sha256(): string {
        return hash('sha256', base64_decode(self::PICTURE));
    }

    /**
     * The picture, as it travels.
     *
     * @return array
     */
    protected static function files(): array {
        return [self::sha256() => ['name' => 'dot one.png', 'mimetype' => 'image/png', 'content' => self::PICTURE]];
    }

    /**
     * Sends a component.
     *
     * @param string $kind of it
     * @param string $key of it
     * @param array $values its fields
     * @param array $more other members of the payload
     * @return array the answer
     */
    protected function upsert(string $kind, string $key, array $values, array $more = []): array {
        $fields = [];
        foreach ($values as $name => $value) {
            $fields[$name] = ['value' => $value, 'hash' => md5(json_encode($value))];
        }
        return upsert::run(get_course($this->course->id), $kind, $key, json_encode(['fields' => (object) $fields] + $more));
    }

    /**
     * Everything that is held.
     *
     * @return array<string, array> by key
     */
    protected function held(): array {
        return array_column(held::of(get_course($this->course->id)), null, 'key');
    }

    /**
     * The fields that were edited in Moodle.
     *
     * @return array<string, string[]> by key
     */
    protected function edited(): array {
        $edited = [];
        foreach ($this->held() as $key => $item) {
            $names = array_column(array_filter($item['fields'], fn(array $field) => $field['edited']), 'name');
            if ($names) {
                $edited[$key] = $names;
            }
        }
        return $edited;
    }

    /**
     * What Moodle has for an item.
     *
     * @param string $key the item
     * @return array<string, mixed> by field
     */
    protected function values(string $key): array {
        $found = held::values(get_course($this->course->id), [$key]);
        $values = [];
        foreach ($found[0]['fields'] as $field) {
            $values[$field['name']] = json_decode($field['value'], true);
        }
        return $values;
    }

    /**
     * A question as it is sent.
     *
     * @param string $key of it
     * @param string $text of it
     * @param array $changes of other things: type, points, answers (elements), tags, only (the fields that are written)
     * @return array a part
     */
    protected static function question(string $key, string $text = 'Is it so?', array $changes = []): array {
        $changes += [
            'type' => 'truefalse',
            'points' => 1,
            'answers' => self::answer('true', 100, 'Right') . self::answer('false', 0, 'Wrong'),
            'tags' => ['one'],
            'name' => $key,
            'feedback' => 'Because',
            'only' => local\part::FIELDS,
        ];
        $tags = implode('', array_map(fn(string $tag) => "<tag><text>{$tag}</text></tag>", $changes['tags']));
        $sha256 = self::sha256();
        $picture = "<file name=\"dot one.png\" path=\"/\" encoding=\"base64\" sha256=\"{$sha256}\"/>";
        $xml = "<question type=\"{$changes['type']}\"><name><text>{$changes['name']}</text></name>"
            . "<questiontext format=\"html\"><text><![CDATA[{$text} <img src=\"@@PLUGINFILE@@/dot%20one.png\">]]></text>"
            . "{$picture}</questiontext>"
            . "<generalfeedback format=\"html\"><text>{$changes['feedback']}</text></generalfeedback>"
            . "<defaultgrade>{$changes['points']}</defaultgrade><penalty>0.5</penalty><idnumber>{$key}</idnumber>"
            . "{$changes['answers']}<hint format=\"html\"><text>Look again</text></hint><tags>{$tags}</tags></question>";
        $fields = [];
        foreach ($changes['only'] as $name) {
            $value = $name === 'text' ? $text : ($changes[$name] ?? $changes['type']);
            $fields[$name] = ['hash' => md5(json_encode($value))];
        }
        return [
            'key' => $key,
            'kind' => 'question',
            'title' => $key,
            'fields' => (object) $fields,
            'qtype' => ['cloze' => 'multianswer', 'matching' => 'match'][$changes['type']] ?? $changes['type'],
            'points' => $changes['points'],
            'xml' => $xml,
        ];
    }

    /**
     * An answer of a question.
     *
     * @param string $text of it
     * @param float $fraction per cent of the points
     * @param string $feedback what is said to it
     * @param string $more elements within
     * @return string
     */
    protected static function answer(string $text, float $fraction, string $feedback = '', string $more = ''): string {
        return "<answer fraction=\"{$fraction}\" format=\"html\"><text>{$text}</text>{$more}"
            . "<feedback format=\"html\"><text>{$feedback}</text></feedback></answer>";
    }

    /**
     * Sends a quiz.
     *
     * @param array[] $parts its questions, in order
     * @param array $values other fields
     * @return array the answer
     */
    protected function quiz(array $parts, array $values = []): array {
        $always = ['during', 'immediately', 'open', 'closed'];
        return $this->upsert('microquiz', 'quiz', $values + [
            'name' => 'Quiz',
            'intro' => '<p>Hello <img src="@@FILE:' . self::sha256() . '@@"></p>',
            'behaviour' => 'interactive',
            'attempts' => 0,
            'grade' => 10,
            'shufflequestions' => false,
            'questionsperpage' => 1,
            'review' => ['attempt' => $always, 'correctness' => $always, 'marks' => $always],
            'timeopen' => 0,
            'timeclose' => 0,
            'visible' => true,
            'order' => array_column($parts, 'key'),
        ], ['parts' => $parts, 'files' => self::files()]);
    }

    /**
     * Has a learner attempt the quiz, and hand it in.
     *
     * @param int $userid the learner
     * @param array[] $steps for each step the responses by slot
     * @return int the attempt
     */
    protected function attempt(int $userid, array $steps): int {
        global $CFG;
        require_once($CFG->dirroot . '/mod/quiz/locallib.php');
        $this->setUser($userid);
        $settings = \mod_quiz\quiz_settings::create($this->held()['quiz']['targetid'], $userid);
        $id = quiz_prepare_and_start_new_attempt($settings, 1, false)->id;
        $time = time();
        foreach ($steps as $responses) {
            $time += 10;
            \mod_quiz\quiz_attempt::create($id)->process_submitted_actions($time, false, $responses);
        }
        $attempt = \mod_quiz\quiz_attempt::create($id);
        if (method_exists($attempt, 'process_submit')) {
            $attempt->process_submit($time, false);
            $attempt->process_grade_submission($time);
        } else {
            $attempt->process_finish($time, false);
        }
        $this->setAdminUser();
        return $id;
    }

    /**
     * Expects the bridge to be told what it cannot do.
     *
     * @param string $code the error code
     * @param callable(): mixed $work what it tries
     * @return string what it is told
     */
    protected function refused(string $code, callable $work): string {
        try {
            $work();
        } catch (local\problem $problem) {
            $this->assertSame($code, $problem->errorcode);
            return $problem->getMessage();
        }
        $this->fail("Nothing was said of {$code}");
    }
}
