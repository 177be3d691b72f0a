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

use completion_info;
use local_microunits\local\completions;
use local_microunits\local\outbox;
use local_microunits\local\removal;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * Workshops: a page that learners mark as done, and what is told of that.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\kinds\workshop
 * @covers \local_microunits\local\completions
 * @covers \local_microunits\local\cursor
 * @covers \local_microunits\observer
 */
final class workshop_test extends bridge_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        set_config('enablecompletion', 1);
        $this->course = $this->getDataGenerator()->create_course(['numsections' => 1, 'enablecompletion' => 1]);
    }

    /**
     * A workshop as it is sent.
     *
     * @param string $key of it
     * @param array $values other fields
     * @return array the answer
     */
    private function workshop(string $key = 'day', array $values = []): array {
        return $this->upsert('workshop', $key, $values + [
            'name' => $key,
            'intro' => '<p>Thursday</p>',
            'content' => '<p>Prepare <img src="@@FILE:' . self::sha256() . '@@"></p>',
            'completion' => 'manual',
            'section' => '',
            'visible' => true,
        ], ['files' => self::files()]);
    }

    /**
     * Somebody marks a page as done, or takes that back.
     *
     * @param int $userid who
     * @param bool $done which of the two
     * @param string $key the page
     */
    private function mark(int $userid, bool $done = true, string $key = 'day'): void {
        $this->setUser($userid);
        $cm = get_fast_modinfo($this->course->id, $userid)->get_cm($this->held()[$key]['cmid']);
        $state = $done ? COMPLETION_COMPLETE : COMPLETION_INCOMPLETE;
        (new completion_info(get_course($this->course->id)))->update_state($cm, $state, $userid);
        $this->setAdminUser();
    }

    public function test_a_workshop_is_a_page_that_is_done_by_hand(): void {
        global $DB;
        $made = $this->workshop();
        $this->assertSame(['created', []], [$made['status'], $made['warnings']]);
        $cm = get_coursemodule_from_id('page', $made['cmid'], $this->course->id, false, MUST_EXIST);
        $this->assertEquals([COMPLETION_TRACKING_MANUAL, 'day'], [$cm->completion, $cm->idnumber]);
        $page = $DB->get_record('page', ['id' => $cm->instance]);
        $options = unserialize($page->displayoptions);
        $this->assertEquals([1, 0], [$options['printintro'], $options['printlastmodified']]);
        $this->assertStringContainsString('@@PLUGINFILE@@/dot%20one.png', $page->content);
        $this->assertSame('unchanged', $this->workshop()['status']);
        $this->assertSame([], $this->edited());
    }

    public function test_what_is_said_of_its_sessions_changes_alone(): void {
        global $DB;
        $made = $this->workshop();
        $before = $DB->get_record('page', ['id' => $made['targetid']]);
        $this->upsert('workshop', 'day', ['intro' => '<p>Friday</p>']);
        $after = $DB->get_record('page', ['id' => $made['targetid']]);
        $this->assertSame(['<p>Friday</p>', $before->content], [$after->intro, $after->content]);
        $this->assertSame('manual', $this->values('day')['completion']);
    }

    public function test_what_a_teacher_changes_of_it_is_noticed(): void {
        global $DB;
        $made = $this->workshop();
        $DB->set_field('page', 'intro', 'Come as you are', ['id' => $made['targetid']]);
        $DB->set_field('course_modules', 'completion', COMPLETION_TRACKING_AUTOMATIC, ['id' => $made['cmid']]);
        $this->assertEqualsCanonicalizing(['intro', 'completion'], $this->edited()['day']);
        $this->assertSame('automatic', $this->values('day')['completion']);
    }

    public function test_a_course_without_completion_says_so(): void {
        global $DB;
        $DB->set_field('course', 'enablecompletion', 0, ['id' => $this->course->id]);
        $warnings = $this->workshop()['warnings'];
        $this->assertSame(['completion_off'], array_column($warnings, 'code'));
        $this->assertStringContainsString('Switch it on', $warnings[0]['message']);
        $this->assertSame('manual', $this->values('day')['completion']);
        $this->assertSame([], $this->workshop('other', ['completion' => 'none'])['warnings']);
    }

    public function test_what_it_cannot_be_is_refused(): void {
        $this->refused('invalidpayload', fn() => $this->workshop('day', ['completion' => 'automatic']));
        $mark = '@@FILE:' . self::sha256() . '@@';
        $this->refused('invalidpayload', fn() => $this->workshop('day', ['intro' => "<img src=\"{$mark}\">"]));
    }

    public function test_who_marked_it_as_done_is_told_and_nobody_else(): void {
        $this->workshop();
        $this->upsert('page', 'text', ['name' => 'Text', 'section' => '']);
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $this->mark($learner->id);
        $this->mark($teacher->id);
        $told = completions::since($this->course, '', 10);
        $this->assertFalse($told['more']);
        [$one] = $told['completions'];
        $this->assertCount(1, $told['completions']);
        $this->assertSame(['day', (int) $learner->id, true], [$one['key'], $one['userid'], $one['done']]);
        $this->mark($learner->id, false);
        [$again] = completions::since($this->course, '', 10)['completions'];
        $this->assertSame([$one['id'], false], [$again['id'], $again['done']]);
    }

    public function test_completions_come_in_pages_and_none_is_missed(): void {
        $this->workshop();
        foreach (range(1, 3) as $number) {
            $this->mark($this->getDataGenerator()->create_and_enrol($this->course)->id);
        }
        $cursor = '';
        $ids = [];
        do {
            $told = completions::since($this->course, $cursor, 2);
            $ids = array_merge($ids, array_column($told['completions'], 'id'));
            $cursor = $told['cursor'];
        } while ($told['more']);
        $this->assertCount(3, array_unique($ids));
        $this->refused('invalidcursor', fn() => completions::since($this->course, 'x', 2));
    }

    public function test_the_outbox_tells_of_workshops_and_not_of_pages_of_others(): void {
        global $DB;
        $this->workshop();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $other = $this->getDataGenerator()->create_module('page', [
            'course' => $this->course->id,
            'completion' => COMPLETION_TRACKING_MANUAL,
        ]);
        $this->preventResetByRollback();
        $cm = get_fast_modinfo($this->course->id, $learner->id)->get_cm($other->cmid);
        (new completion_info(get_course($this->course->id)))->update_state($cm, COMPLETION_COMPLETE, $learner->id);
        $this->mark($learner->id);
        $DB->execute('UPDATE {local_microunits_change} SET timecreated = timecreated - 2000');
        $what = array_column(outbox::since('', 100)['changes'], 'key', 'what');
        $this->assertSame('day', $what['completed']);
        $all = array_column(outbox::since('', 100)['changes'], 'what');
        $this->assertSame(1, array_count_values($all)['completed']);
    }

    public function test_it_is_not_deleted_while_somebody_has_prepared(): void {
        $this->workshop();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->mark($learner->id);
        $this->assertSame(1, $this->held()['day']['attempts']);
        $this->refused('has_attempts', fn() => removal::run($this->course, 'day', 'delete'));
        $this->assertSame('hidden', removal::run($this->course, 'day', 'hide'));
        $this->mark($learner->id, false);
        $this->assertSame('deleted', removal::run($this->course, 'day', 'delete'));
    }

    public function test_reading_takes_as_many_queries_for_many_as_for_few(): void {
        global $DB;
        $counts = [];
        foreach ([2, 6] as $many) {
            for ($number = 0; $number < $many; $number++) {
                $this->workshop("w{$many}-{$number}");
            }
            $before = $DB->perf_get_reads();
            $this->held();
            $counts[] = $DB->perf_get_reads() - $before;
        }
        $this->assertSame($counts[0], $counts[1]);
    }
}
