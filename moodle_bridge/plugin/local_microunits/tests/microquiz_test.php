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

use local_microunits\local\removal;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * Quizzes with their questions.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\kinds\microquiz
 * @covers \local_microunits\local\questions\part_writer
 * @covers \local_microunits\local\questions\quiz_slots
 */
final class microquiz_test extends bridge_testcase {
    /**
     * Questions of every type that the bridge sends.
     *
     * @return array[]
     */
    public static function types(): array {
        $choices = self::answer('Paris', 100, 'Yes') . self::answer('Rome', 0, 'No');
        $pair = fn(string $left, string $right) => "<subquestion format=\"html\"><text>{$left}</text>"
            . "<answer><text>{$right}</text></answer></subquestion>";
        $option = fn(string $text) => "<selectoption><text>{$text}</text><group>1</group></selectoption>";
        $ordering = '<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount>'
            . '<gradingtype>ALL_OR_NOTHING</gradingtype><showgrading>HIDE</showgrading><numberingstyle>none</numberingstyle>';
        $numerical = '<unitgradingtype>0</unitgradingtype><unitpenalty>0</unitpenalty><showunits>3</showunits>';
        return [
            'truefalse' => ['truefalse', self::answer('true', 100) . self::answer('false', 0), 'So?'],
            'single choice' => ['multichoice', '<single>true</single>' . $choices, 'Which?'],
            'multiple choice' => [
                'multichoice',
                '<single>false</single>' . self::answer('2', 50) . self::answer('3', 50) . self::answer('4', -50),
                'Which are prime?',
            ],
            'shortanswer' => ['shortanswer', '<usecase>0</usecase>' . self::answer('phishing', 100), 'What is it called?'],
            'numerical' => ['numerical', $numerical . self::answer('12', 100, '', '<tolerance>1</tolerance>'), 'How many?'],
            'ordering' => ['ordering', $ordering . self::answer('a', 1) . self::answer('b', 2), 'Put in order'],
            'match' => ['matching', $pair('France', 'Paris') . $pair('Italy', 'Rome') . $pair('', 'Bern'), 'Match'],
            'multianswer' => ['cloze', '', 'It is {1:SHORTANSWER:=so} and {1:MULTICHOICE:=thus~not}'],
            'gapselect' => ['gapselect', $option('cat') . $option('dog'), 'The [[1]] sat'],
            'essay' => ['essay', '<responseformat>editor</responseformat>', 'Why?'],
            'description' => ['description', '', 'Read this'],
        ];
    }

    /**
     * Every type is made, is the same when it is sent again, and becomes a new version of the same question.
     *
     * @dataProvider types
     * @param string $type in Moodle XML
     * @param string $answers elements
     * @param string $text of the question
     */
    #[\PHPUnit\Framework\Attributes\DataProvider('types')]
    public function test_a_changed_question_is_a_new_version_of_the_same_entry(string $type, string $answers, string $text): void {
        $changes = ['type' => $type, 'answers' => $answers, 'points' => $type === 'description' ? 0 : 2];
        $answer = $this->quiz([self::question('q', $text, $changes)]);
        $this->assertSame(['created', 1], [$answer['parts'][0]['status'], $answer['parts'][0]['version']]);
        $this->assertSame('unchanged', $this->quiz([self::question('q', $text, $changes)])['status']);
        $this->assertSame([], $this->edited());
        $again = $this->quiz([self::question('q', "{$text} Really?", $changes)]);
        $this->assertSame([['key' => 'q', 'name' => 'text']], $again['written']);
        $this->assertSame(2, $again['parts'][0]['version']);
        $this->assertSame($answer['parts'][0]['targetid'], $again['parts'][0]['targetid']);
        $values = $this->values('q');
        $this->assertStringContainsString('Really?', $values['text']);
        $this->assertEquals($changes['points'], $values['points']);
        $this->assertSame(['one'], $values['tags']);
        $this->assertSame('Because', $values['feedback']['generalfeedback']);
        $this->assertSame([], $this->edited());
    }

    public function test_a_question_that_comes_back_earns_what_it_earned(): void {
        global $DB;
        $points = fn(float $points) => ['parts' => [self::question('q', changes: ['points' => $points])], 'files' => self::files()];
        $this->quiz([self::question('q'), self::question('r')]);
        $this->upsert('microquiz', 'quiz', [], $points(5));
        $this->upsert('microquiz', 'quiz', ['order' => ['r']]);
        $this->upsert('microquiz', 'quiz', ['order' => ['q', 'r']]);
        $this->assertEquals(5, $this->values('q')['points']);
        $this->assertSame([], $this->edited());
        // What a teacher gave it comes back too, and still is an edit.
        $DB->set_field('quiz_slots', 'maxmark', 7, ['slot' => 1]);
        $this->upsert('microquiz', 'quiz', ['order' => ['r']]);
        $this->upsert('microquiz', 'quiz', ['order' => ['q', 'r']]);
        $this->assertEquals(7, $this->values('q')['points']);
        $this->assertSame(['q' => ['points']], $this->edited());
        // What was written while it was away counts when it is back, and an edit after that is seen.
        $this->upsert('microquiz', 'quiz', ['order' => ['r']]);
        $this->upsert('microquiz', 'quiz', [], $points(3));
        $this->upsert('microquiz', 'quiz', ['order' => ['q', 'r']]);
        $this->assertEquals(3, $this->values('q')['points']);
        $this->assertSame([], $this->edited());
        $DB->set_field('quiz_slots', 'maxmark', 9, ['slot' => 1]);
        $this->assertSame(['q' => ['points']], $this->edited());
    }

    public function test_a_picture_of_a_question_travels_along(): void {
        global $DB;
        $this->quiz([self::question('q')]);
        $files = $DB->get_records_select('files', "component = 'question' AND filearea = 'questiontext' AND filename <> '.'");
        $this->assertSame(['dot one.png'], array_values(array_column($files, 'filename')));
        $this->assertSame([sha1(base64_decode(self::PICTURE))], array_values(array_column($files, 'contenthash')));
    }

    public function test_questions_leave_and_come_back_and_stand_in_the_order_of_the_course(): void {
        $parts = array_map(self::question(...), ['a', 'b', 'c']);
        $this->quiz($parts);
        $entry = $this->held()['b']['targetid'];
        $this->quiz([], ['order' => ['c', 'a']]);
        $held = $this->held();
        $this->assertSame([1, 0, false], [$held['a']['position'], $held['c']['position'], $held['b']['present']]);
        $this->assertSame([], $this->edited());
        $this->quiz([], ['order' => ['b', 'c', 'a']]);
        $this->assertSame([0, $entry], [$this->held()['b']['position'], $this->held()['b']['targetid']]);
    }

    public function test_a_question_of_the_teacher_keeps_its_place(): void {
        global $DB;
        $this->quiz(array_map(self::question(...), ['a', 'b']));
        $generator = $this->getDataGenerator()->get_plugin_generator('core_question');
        $category = $DB->get_record('question_categories', ['idnumber' => 'local_microunits']);
        $own = $generator->create_question('truefalse', null, ['category' => $category->id]);
        $quiz = $DB->get_record('quiz', ['id' => $this->held()['quiz']['targetid']]);
        quiz_add_quiz_question($own->id, $quiz, 1);
        $this->assertSame([], $this->edited());
        $before = $DB->get_field_sql($this->slot_of($own->id), [$quiz->id]);
        $this->quiz([], ['order' => ['b', 'a']]);
        $this->assertSame($before, $DB->get_field_sql($this->slot_of($own->id), [$quiz->id]));
        $this->assertGreaterThan($this->held()['b']['position'], $this->held()['a']['position']);
    }

    public function test_what_a_teacher_edited_stays_when_something_else_is_written(): void {
        $this->quiz([self::question('q')]);
        $this->edit('q', ['name' => 'By the teacher', 'generalfeedback' => ['text' => 'Teacher', 'format' => FORMAT_HTML]]);
        $this->assertSame(['q' => ['name', 'feedback']], $this->edited());
        $part = self::question('q', 'Another text?', ['only' => ['text']]);
        $this->quiz([$part], ['order' => ['q']]);
        $values = $this->values('q');
        $this->assertSame('By the teacher', $values['name']);
        $this->assertSame('Teacher', $values['feedback']['generalfeedback']);
        $this->assertStringContainsString('Another text?', $values['text']);
        $this->assertSame(['q' => ['name', 'feedback']], $this->edited());
        $this->quiz([['key' => 'q', 'kind' => 'question', 'accept' => ['name' => 'a', 'feedback' => 'b']]], ['order' => ['q']]);
        $this->assertSame([], $this->edited());
    }

    public function test_what_does_not_fit_what_a_teacher_edited_is_not_written(): void {
        $option = fn(string $text) => "<selectoption><text>{$text}</text><group>1</group></selectoption>";
        $changes = ['type' => 'gapselect', 'answers' => $option('cat') . $option('dog')];
        $this->quiz([self::question('q', 'The [[1]] sat', $changes)]);
        $part = self::question('q', 'The [[3]] sat', ['only' => ['text']] + $changes);
        $answer = $this->quiz([$part], ['order' => ['q']]);
        $this->assertSame(['kept_whole'], array_column($answer['warnings'], 'code'));
        $this->assertSame(1, $this->held()['q']['version']);
    }

    public function test_points_and_tags_alone_make_no_version(): void {
        $this->quiz([self::question('q')]);
        $answer = $this->quiz([self::question('q', changes: ['points' => 3, 'tags' => ['two', 'three']])]);
        $this->assertSame(['points', 'tags'], array_column($answer['written'], 'name'));
        $this->assertSame(1, $answer['parts'][0]['version']);
        $this->assertSame(['two', 'three'], $this->values('q')['tags']);
        $this->assertEquals(3, $this->values('q')['points']);
    }

    public function test_another_type_is_another_entry_in_the_same_place(): void {
        $this->quiz(array_map(self::question(...), ['a', 'b', 'c']));
        $entry = $this->held()['b']['targetid'];
        $changes = ['type' => 'shortanswer', 'answers' => self::answer('so', 100)];
        $this->quiz([self::question('b', 'How?', $changes)], ['order' => ['a', 'b', 'c']]);
        $this->assertNotSame($entry, $this->held()['b']['targetid']);
        $this->assertSame(1, $this->held()['b']['position']);
        $this->assertSame([], $this->edited());
    }

    public function test_a_quiz_with_attempts_keeps_its_questions_and_says_so(): void {
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->quiz(array_map(self::question(...), ['a', 'b']));
        $this->attempt($learner->id, [[1 => ['answer' => 1, '-submit' => 1]]]);
        $answer = $this->quiz([self::question('a', 'Changed?')], ['order' => ['b', 'a']]);
        $this->assertSame(['structure_kept'], array_column($answer['warnings'], 'code'));
        $this->assertSame([['key' => 'a', 'name' => 'text']], $answer['written']);
        $this->assertSame(2, $this->held()['a']['version']);
        $this->assertSame(0, $this->held()['a']['position']);
        $this->assertSame(1, $this->held()['quiz']['attempts']);
        $changes = ['type' => 'shortanswer', 'answers' => self::answer('so', 100)];
        $answer = $this->quiz([self::question('b', 'How?', $changes)], ['order' => ['a', 'b']]);
        $this->assertSame(['structure_kept'], array_column($answer['warnings'], 'code'));
        $this->refused('has_attempts', fn() => removal::run($this->course, 'quiz', 'delete'));
    }

    public function test_settings_that_a_teacher_changed_are_noticed(): void {
        global $DB;
        $this->quiz([self::question('q')]);
        $id = $this->held()['quiz']['targetid'];
        $DB->set_field('quiz', 'timeclose', 1900000000, ['id' => $id]);
        $DB->set_field('quiz', 'timelimit', 60, ['id' => $id]);
        $this->assertSame(['quiz' => ['timeclose']], $this->edited());
        $this->quiz([], ['order' => ['q'], 'name' => 'Other', 'grade' => 5, 'shufflequestions' => true]);
        $quiz = $DB->get_record('quiz', ['id' => $id]);
        $this->assertSame(['Other', 5.0, '60', '0'], [$quiz->name, (float) $quiz->grade, $quiz->timelimit, $quiz->timeclose]);
        $this->assertEquals(5, \grade_item::fetch(['itemmodule' => 'quiz', 'iteminstance' => $id])->grademax);
        $this->assertSame([], $this->edited());
    }

    /**
     * Questions that cannot be read.
     *
     * @return array[]
     */
    public static function unreadable(): array {
        return [
            'no XML' => ['<question>'],
            'another element' => ['<quiz/>'],
            'entities' => ['<!DOCTYPE q [<!ENTITY e "x">]><question type="truefalse"><name><text>&e;</text></name></question>'],
            'an unknown type' => ['<question type="nonsense"><name><text>x</text></name></question>'],
            'gaps without a right answer' => [
                '<question type="cloze"><name><text>x</text></name>'
                    . '<questiontext format="html"><text>{1:SHORTANSWER:no}</text></questiontext></question>',
            ],
        ];
    }

    /**
     * A question that cannot be read leaves nothing behind.
     *
     * @dataProvider unreadable
     * @param string $xml the question
     */
    #[\PHPUnit\Framework\Attributes\DataProvider('unreadable')]
    public function test_a_question_that_cannot_be_read_leaves_nothing_behind(string $xml): void {
        global $DB;
        $this->preventResetByRollback();
        $part = ['qtype' => '', 'xml' => $xml] + self::question('q');
        $said = $this->refused('unreadablequestion', fn() => $this->quiz([$part]));
        $this->assertStringStartsWith('parts.0: ', $said);
        $this->assertSame(0, $DB->count_records('question_bank_entries', ['idnumber' => 'q']));
        $this->assertSame(0, $DB->count_records('quiz', ['course' => $this->course->id]));
    }

    /**
     * A query for the slot of a question.
     *
     * @param int $questionid the question
     * @return string
     */
    private function slot_of(int $questionid): string {
        $entryid = get_question_bank_entry($questionid)->id;
        return "SELECT s.slot
                  FROM {quiz_slots} s
                  JOIN {question_references} r ON r.itemid = s.id AND r.component = 'mod_quiz'
                 WHERE s.quizid = ? AND r.questionbankentryid = {$entryid}";
    }

    /**
     * Edits a question as the form for it does.
     *
     * @param string $key the part
     * @param array $changes of the form's fields
     */
    private function edit(string $key, array $changes): void {
        $id = local\questions\part_states::questionid($this->held()[$key]['targetid']);
        $data = \question_bank::load_question_data($id);
        $generator = $this->getDataGenerator()->get_plugin_generator('core_question');
        $text = file_prepare_draft_area(
            $draft,
            $data->contextid,
            'question',
            'questiontext',
            $id,
            ['subdirs' => true],
            $data->questiontext
        );
        $generator->update_question($data, null, $changes + [
            'name' => $data->name,
            'category' => "{$data->category},{$data->contextid}",
            'idnumber' => $data->idnumber,
            'questiontext' => ['text' => $text, 'format' => FORMAT_HTML, 'itemid' => $draft],
            'generalfeedback' => ['text' => $data->generalfeedback, 'format' => FORMAT_HTML],
            'defaultmark' => $data->defaultmark,
            'penalty' => $data->penalty,
            'correctanswer' => 1,
            'feedbacktrue' => ['text' => 'Right', 'format' => FORMAT_HTML],
            'feedbackfalse' => ['text' => 'Wrong', 'format' => FORMAT_HTML],
            'hint' => [['text' => 'Look again', 'format' => FORMAT_HTML]],
            'tags' => ['one'],
        ]);
        $latest = local\questions\part_states::questionid($this->held()[$key]['targetid']);
        \core_tag_tag::set_item_tags('core_question', 'question', $latest, \context::instance_by_id($data->contextid), ['one']);
    }
}
