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

use local_microunits\local\file_pieces;
use local_microunits\local\files;
use local_microunits\local\item;
use local_microunits\local\kind;
use local_microunits\local\prints;
use local_microunits\local\removal;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * Sections, pages and events: made, changed, noticed when edited, taken away.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\upsert
 * @covers \local_microunits\local\removal
 * @covers \local_microunits\local\held
 */
final class components_test extends bridge_testcase {
    /**
     * A page as it is sent.
     *
     * @param string $key of it
     * @param array $values other fields
     * @param string $after the component before it
     * @return array the answer
     */
    private function page(string $key, array $values = [], string $after = ''): array {
        return $this->upsert('page', $key, $values + [
            'name' => $key,
            'content' => '<p>Text <img src="@@FILE:' . self::sha256() . '@@"></p>',
            'section' => 'chapter',
            'visible' => true,
        ], ['files' => self::files(), 'after' => $after]);
    }

    public function test_every_kind_is_found_by_its_name(): void {
        $this->assertSame(['badge', 'event', 'microquiz', 'page', 'reflection', 'section', 'workshop'], kind::names());
    }

    public function test_the_same_page_twice_is_one_page(): void {
        global $DB;
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a']]);
        $this->assertSame('created', $this->page('a')['status']);
        $this->assertSame('unchanged', $this->page('a')['status']);
        $this->assertSame(1, $DB->count_records('page', ['course' => $this->course->id]));
        $this->assertSame([], $this->edited());
    }

    public function test_a_picture_travels_along(): void {
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => []]);
        $made = $this->page('a');
        $this->assertStringContainsString('@@PLUGINFILE@@/dot%20one.png', $this->values('a')['content']);
        $place = [\context_module::instance($made['cmid'])->id, 'mod_page', 'content', 0, '/', 'dot one.png'];
        $this->assertSame(base64_decode(self::PICTURE), get_file_storage()->get_file(...$place)->get_content());
        $this->page('a', ['content' => 'No picture']);
        $this->assertFalse(get_file_storage()->get_file(...$place));
    }

    public function test_a_file_that_was_sent_before_need_not_travel_again(): void {
        $context = \context_course::instance($this->course->id);
        $size = strlen(base64_decode(self::PICTURE));
        $pieces = new file_pieces($context, self::sha256());
        $this->assertSame(['stored', $size], $pieces->take(self::PICTURE, 0, 0));
        $this->assertSame(['present', $size], $pieces->take(self::PICTURE, 0, 0));
        $this->upsert('page', 'a', ['name' => 'A', 'content' => '@@FILE:' . self::sha256() . '@@'], [
            'files' => [self::sha256() => ['name' => 'x.png']],
        ]);
        $this->assertSame('@@PLUGINFILE@@/x.png', $this->values('a')['content']);
        $other = new file_pieces($context, str_repeat('a', 64));
        $this->refused('invalidpayload', fn() => $other->take(self::PICTURE, 0, 0));
        $this->refused('invalidpayload', fn() => $other->take('no base64!', 0, 0));
    }

    public function test_a_file_that_comes_in_pieces_is_one_file_in_the_end(): void {
        global $DB;
        $bytes = base64_decode(self::PICTURE);
        $size = strlen($bytes);
        $pieces = new file_pieces(\context_course::instance($this->course->id), self::sha256());
        $take = fn(int $from, int $to) => $pieces->take(base64_encode(substr($bytes, $from, $to - $from)), $from, $size);
        $this->assertSame(['partial', 30], $take(0, 30));
        $this->assertSame(['partial', 30], $take(0, 20));
        $this->assertSame(['partial', 30], $take(40, $size));
        $this->assertSame(['partial', 40], $take(30, 40));
        $this->refused('invalidpayload', fn() => $pieces->take(self::PICTURE, 40, $size));
        $this->assertSame(['stored', $size], $take(40, $size));
        $kept = $DB->get_records_select('files', "component = 'local_microunits' AND filename <> '.'");
        $this->assertSame(['kept'], array_values(array_column($kept, 'filearea')));
        $this->assertSame([sha1($bytes)], array_values(array_column($kept, 'contenthash')));
    }

    public function test_pieces_that_nobody_goes_on_with_go_away(): void {
        global $DB;
        $pieces = new file_pieces(\context_course::instance($this->course->id), self::sha256());
        $pieces->take(base64_encode('begun'), 0, 100);
        files::expire(time() - 10);
        $this->assertTrue($DB->record_exists('files', ['filearea' => file_pieces::AREA, 'filesize' => 5]));
        files::expire(time() + 10);
        $this->assertFalse($DB->record_exists('files', ['filearea' => file_pieces::AREA, 'filesize' => 5]));
    }

    public function test_a_section_from_which_a_teacher_took_something_stays_removed(): void {
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a', 'b']]);
        $made = $this->page('a');
        $this->page('b');
        course_delete_module($made['cmid']);
        $this->assertSame('hidden', removal::run($this->course, 'chapter', 'hide'));
        $this->assertTrue($this->held()['chapter']['removed']);
        $this->assertSame('unchanged', removal::run($this->course, 'chapter', 'hide'));
    }

    public function test_only_what_is_sent_is_written(): void {
        global $DB;
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => []]);
        $made = $this->page('a');
        $DB->set_field('page', 'content', 'By a teacher', ['id' => $made['targetid']]);
        $answer = $this->upsert('page', 'a', ['name' => 'New name']);
        $this->assertSame([['key' => 'a', 'name' => 'name']], $answer['written']);
        $this->assertSame('By a teacher', $this->values('a')['content']);
        $this->assertSame(['a' => ['content']], $this->edited());
        $this->upsert('page', 'a', [], ['accept' => ['content' => 'abc']]);
        $this->assertSame([], $this->edited());
    }

    public function test_places_and_visibility_that_were_changed_are_noticed(): void {
        global $DB;
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a', 'b', 'c']]);
        $this->page('a');
        $this->page('c', after: 'a');
        $this->page('b', after: 'a');
        $this->assertSame([0, 1, 2], array_map(fn(string $key) => $this->held()[$key]['position'], ['a', 'b', 'c']));
        $this->assertSame([], $this->edited());
        set_coursemodule_visible($this->held()['a']['cmid'], 0);
        $first = $DB->get_record('course_sections', ['course' => $this->course->id, 'section' => 0]);
        moveto_module(get_coursemodule_from_id('page', $this->held()['b']['cmid']), $first);
        $this->assertSame(['a' => ['visible'], 'b' => ['section']], $this->edited());
        $this->assertSame('', $this->held()['b']['sectionkey']);
    }

    public function test_an_order_is_written_among_what_others_put_there(): void {
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a', 'b']]);
        $this->page('a');
        $section = get_fast_modinfo($this->course)->get_section_info_by_id($this->held()['chapter']['targetid']);
        $this->getDataGenerator()->create_module('label', ['course' => $this->course->id, 'section' => $section->section]);
        $this->page('b');
        $this->assertSame([], $this->edited());
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['b', 'nothing', 'a']]);
        $this->assertSame([2, 0], [$this->held()['a']['position'], $this->held()['b']['position']]);
    }

    public function test_what_was_hidden_by_the_bridge_is_no_edit_and_comes_back(): void {
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a']]);
        $this->page('a');
        $this->assertSame('hidden', removal::run($this->course, 'a', 'hide'));
        $this->assertSame('unchanged', removal::run($this->course, 'a', 'hide'));
        $this->assertSame([], $this->edited());
        $this->assertTrue($this->held()['a']['removed']);
        $this->assertSame('changed', $this->upsert('page', 'a', ['visible' => true])['status']);
        $this->assertFalse($this->held()['a']['removed']);
        $this->assertTrue($this->values('a')['visible']);
    }

    public function test_what_was_deleted_in_moodle_is_said_and_made_anew_when_asked(): void {
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a']]);
        $this->page('a');
        course_delete_module($this->held()['a']['cmid']);
        $this->assertFalse($this->held()['a']['present']);
        $this->assertSame('created', $this->page('a')['status']);
        $this->assertTrue($this->held()['a']['present']);
    }

    public function test_what_was_forgotten_is_adopted_and_not_made_twice(): void {
        global $DB;
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => ['a']]);
        $this->page('a');
        $this->assertSame(1, item::forget($this->course->id, ['a']));
        $answer = $this->page('a');
        $this->assertSame('changed', $answer['status']);
        $this->assertSame(['adopted'], array_column($answer['warnings'], 'code'));
        $this->assertSame(1, $DB->count_records('page', ['course' => $this->course->id]));
    }

    public function test_what_fails_leaves_nothing(): void {
        global $DB;
        $this->preventResetByRollback();
        $fields = ['name' => 'A', 'content' => '@@FILE:' . self::sha256() . '@@'];
        $files = [self::sha256() => ['name' => 'x.png']];
        $this->refused('missingfile', fn() => $this->upsert('page', 'a', $fields, ['files' => $files]));
        $this->assertSame(0, $DB->count_records('page', ['course' => $this->course->id]));
        $this->assertSame([], $this->held());
        $this->assertSame([], get_fast_modinfo($this->course->id)->get_instances_of('page'));
        $this->assertSame(0, $DB->count_records('local_microunits_work'));
    }

    /**
     * Payloads that are wrong, and what is said of them.
     *
     * @return array[]
     */
    public static function wrong_payloads(): array {
        return [
            'no JSON' => ['{', 'payload'],
            'a list' => ['[1]', 'payload'],
            'another member' => ['{"felds": {}}', 'felds'],
            'another field' => ['{"fields": {"nam": {"value": "x", "hash": "a"}}}', 'fields.nam'],
            'another type' => ['{"fields": {"name": {"value": 3, "hash": "a"}}}', 'fields.name'],
            'no value' => ['{"fields": {"name": {"hash": "a"}}}', 'fields.name'],
            'no hash' => ['{"fields": {"name": {"value": "x"}}}', 'fields.name.hash'],
            'too long' => ['{"fields": {"name": {"value": "' . str_repeat('x', 256) . '", "hash": "a"}}}', 'fields.name'],
            'a file without a name' => ['{"files": {"' . str_repeat('a', 64) . '": {}}}', 'files.' . str_repeat('a', 64) . '.name'],
            'parts of a page' => ['{"parts": [{"key": "q", "kind": "question"}]}', 'parts'],
            'another section' => [
                '{"fields": {"name": {"value": "x", "hash": "a"}, "section": {"value": "n", "hash": "a"}}}',
                'fields.section',
            ],
            'nothing to make it from' => ['{}', 'fields.name'],
        ];
    }

    /**
     * What is wrong is said with its path.
     *
     * @dataProvider wrong_payloads
     * @param string $json the payload
     * @param string $path where it is wrong
     */
    #[\PHPUnit\Framework\Attributes\DataProvider('wrong_payloads')]
    public function test_what_is_wrong_is_said_with_its_path(string $json, string $path): void {
        $this->preventResetByRollback();
        $said = $this->refused('invalidpayload', fn() => local\upsert::run($this->course, 'page', 'a', $json));
        $this->assertStringStartsWith("{$path}: ", $said);
    }

    public function test_an_event_belongs_to_a_learner_or_to_the_course(): void {
        global $DB;
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $fields = ['name' => 'Due', 'timestart' => 1800000000, 'userid' => (int) $learner->id];
        $this->assertSame('created', $this->upsert('event', 'e', $fields)['status']);
        $this->assertSame('unchanged', $this->upsert('event', 'e', $fields)['status']);
        $this->assertSame([], $this->edited());
        // A plan of the course sees nothing of what is a learner's own.
        $this->assertSame([], $this->held());
        $event = $DB->get_record('event', ['uuid' => "local_microunits:{$this->course->id}:e"], '*', MUST_EXIST);
        $this->assertSame(['user', $learner->id], [$event->eventtype, $event->userid]);
        local\item::forget($this->course->id, []);
        $this->assertSame('adopted', $this->upsert('event', 'e', $fields)['warnings'][0]['code']);
        $this->upsert('event', 'e', ['userid' => 0]);
        $this->assertSame((int) $event->id, $this->held()['e']['targetid']);
        $this->assertSame('course', $DB->get_field('event', 'eventtype', ['id' => $event->id]));
        $stranger = $this->getDataGenerator()->create_user();
        $this->refused('invalidpayload', fn() => $this->upsert('event', 'f', ['userid' => (int) $stranger->id] + $fields));
        $this->assertSame('deleted', removal::run($this->course, 'e', 'delete'));
        $this->assertFalse($DB->record_exists('event', ['id' => $event->id]));
    }

    public function test_an_order_is_the_same_when_something_left_it(): void {
        $this->assertFalse(prints::differ(prints::of_order([1, 2, 3]), prints::of_order([1, 3])));
        $this->assertTrue(prints::differ(prints::of_order([1, 2, 3]), prints::of_order([3, 1])));
        $this->assertFalse(prints::differ(prints::of_number('2.00000'), prints::of_number(2)));
        $this->assertSame(prints::plain("<p>it's</p>\n\n"), prints::plain("<p>it&#x27;s</p>\r\n"));
    }

    public function test_a_process_that_died_leaves_no_trace_on_the_course_page(): void {
        global $DB;
        // What a process leaves that is killed while it writes: a cache of what the database has forgotten, and its note.
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        get_fast_modinfo($this->course->id);
        $DB->delete_records('course_modules', ['id' => $page->cmid]);
        $DB->insert_record('local_microunits_work', (object) ['courseid' => $this->course->id, 'timecreated' => 1]);
        \course_modinfo::clear_instance_cache();
        $this->assertCount(1, get_fast_modinfo($this->course->id)->get_cms());
        $DB->set_field('course_sections', 'sequence', '', ['course' => $this->course->id]);
        local\course_lock::mend();
        $this->assertCount(0, get_fast_modinfo($this->course->id)->get_cms());
        $this->assertSame(0, $DB->count_records('local_microunits_work'));
    }

    public function test_a_cache_that_is_newer_than_the_course_is_not_believed(): void {
        global $DB;
        // Killed after it had the contents read anew several times in a second: the database knows nothing of these times.
        $courseid = (int) $this->course->id;
        $page = $this->getDataGenerator()->create_module('page', ['course' => $courseid]);
        $DB->set_field('course', 'cacherev', time() + 50, ['id' => $courseid]);
        \course_modinfo::clear_instance_cache();
        $this->assertCount(1, get_fast_modinfo(get_course($courseid, false))->get_cms());
        $DB->delete_records('course_modules', ['id' => $page->cmid]);
        $DB->set_field('course_sections', 'sequence', '', ['course' => $courseid]);
        $DB->set_field('course', 'cacherev', time() + 10, ['id' => $courseid]);
        $DB->insert_record('local_microunits_work', (object) ['courseid' => $courseid, 'timecreated' => 1]);
        \course_modinfo::clear_instance_cache();
        $this->assertSame('created', $this->upsert('section', 's', ['name' => 'S'])['status']);
        $this->assertCount(0, get_fast_modinfo(get_course($courseid, false))->get_cms());
    }

    public function test_reading_takes_as_many_queries_for_many_as_for_few(): void {
        global $DB;
        $this->upsert('section', 'chapter', ['name' => 'Chapter', 'order' => []]);
        $counts = [];
        foreach ([2, 6] as $many) {
            for ($number = 0; $number < $many; $number++) {
                $this->page("p{$many}-{$number}");
            }
            $before = $DB->perf_get_reads();
            $this->held();
            $counts[] = $DB->perf_get_reads() - $before;
        }
        $this->assertSame($counts[0], $counts[1]);
    }
}
