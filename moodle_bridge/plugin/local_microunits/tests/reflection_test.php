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

use local_microunits\local\outbox;
use local_microunits\local\removal;
use local_microunits\local\submissions;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * Reflections: the assignment, and what learners hand in there.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\kinds\reflection
 * @covers \local_microunits\local\submissions
 * @covers \local_microunits\observer
 */
final class reflection_test extends bridge_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        set_config('enablecompletion', 1);
        $this->course = $this->getDataGenerator()->create_course(['numsections' => 1, 'enablecompletion' => 1]);
    }

    /**
     * Sends a reflection.
     *
     * @param array $values fields other than they are otherwise
     * @return array the answer
     */
    private function reflection(array $values = []): array {
        return $this->upsert('reflection', 'look', $values + [
            'name' => 'A look back',
            'intro' => '<p>Who reads this? <img src="@@FILE:' . self::sha256() . '@@"></p>',
            'opens' => 0,
            'due' => 2000000000,
            'mostwords' => 0,
            'completion' => true,
            'visible' => true,
        ], ['files' => self::files()]);
    }

    /**
     * The assignment, for somebody.
     *
     * @return \assign
     */
    private function assign(): \assign {
        global $CFG;
        require_once($CFG->dirroot . '/mod/assign/locallib.php');
        $cm = get_fast_modinfo($this->course)->get_cm($this->held()['look']['cmid']);
        return new \assign(\context_module::instance($cm->id), $cm, $this->course);
    }

    /**
     * A learner saves a text.
     *
     * @param stdClass $learner who
     * @param string $text HTML
     * @return string[] what Moodle says against it
     */
    private function hand_in(stdClass $learner, string $text): array {
        $assign = $this->assign();
        $this->setUser($learner);
        $notices = [];
        $editor = ['text' => $text, 'format' => FORMAT_HTML, 'itemid' => file_get_unused_draft_itemid()];
        $assign->save_submission((object) ['userid' => $learner->id, 'onlinetext_editor' => $editor], $notices);
        $this->setAdminUser();
        return $notices;
    }

    /**
     * What is told now.
     *
     * @return array[]
     */
    private function told(): array {
        return submissions::since($this->course, '', 10)['submissions'];
    }

    public function test_it_is_an_assignment_for_a_text_that_saving_hands_in(): void {
        global $DB;
        $this->assertSame('created', $this->reflection()['status']);
        $this->assertSame('unchanged', $this->reflection()['status']);
        $this->assertSame([], $this->edited());
        $row = $DB->get_record('assign', ['course' => $this->course->id], '*', MUST_EXIST);
        $settings = [$row->submissiondrafts, $row->nosubmissions, $row->grade, $row->alwaysshowdescription, $row->duedate];
        $this->assertEquals([0, 0, 0, 1, 2000000000], $settings);
        $this->assertStringContainsString('@@PLUGINFILE@@/dot%20one.png', $row->intro);
        $assign = $this->assign();
        // Comments are no way to hand something in; Moodle has them everywhere or nowhere.
        $plugins = $assign->get_submission_plugins();
        $ways = array_filter($plugins, fn($plugin) => $plugin->is_enabled() && $plugin->allow_submissions());
        $this->assertSame(['onlinetext'], array_values(array_map(fn($plugin) => $plugin->get_type(), $ways)));
        $this->assertEquals(2000000000, $DB->get_field('event', 'timestart', ['modulename' => 'assign', 'eventtype' => 'due']));
    }

    public function test_too_many_words_are_not_taken(): void {
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->reflection(['mostwords' => 3]);
        $this->assertNotSame([], $this->hand_in($learner, '<p>One two three four.</p>'));
        $this->assertSame([], $this->told());
        $this->assertSame([], $this->hand_in($learner, '<p>One two three.</p>'));
        $this->reflection(['mostwords' => 0]);
        $this->assertSame(0, $this->values('look')['mostwords']);
        $this->assertSame([], $this->hand_in($learner, '<p>One two three four.</p>'));
    }

    public function test_handing_in_completes_it_and_a_later_switch_counts_what_was_before(): void {
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->reflection(['completion' => false]);
        $state = fn() => (int) (new \completion_info($this->course))->get_data(
            get_fast_modinfo($this->course)->get_cm($this->held()['look']['cmid']),
            false,
            $learner->id
        )->completionstate;
        $this->hand_in($learner, '<p>Done.</p>');
        $this->assertSame(COMPLETION_INCOMPLETE, $state());
        $this->reflection();
        $this->assertSame(COMPLETION_COMPLETE, $state());
    }

    public function test_what_teachers_change_is_noticed(): void {
        global $DB;
        $made = $this->reflection();
        $DB->set_field('assign', 'duedate', 1, ['id' => $made['targetid']]);
        $DB->set_field('course_modules', 'completion', COMPLETION_TRACKING_MANUAL, ['id' => $made['cmid']]);
        $this->assign()->get_submission_plugin_by_type('onlinetext')->set_config('wordlimit', 7);
        $this->assertSame(['look' => ['due', 'completion']], $this->edited());
        $this->assign()->get_submission_plugin_by_type('onlinetext')->set_config('wordlimitenabled', 1);
        $this->assertSame(['look' => ['due', 'mostwords', 'completion']], $this->edited());
        $this->assertSame([7, false], [$this->values('look')['mostwords'], $this->values('look')['completion']]);
        $this->reflection();
        $this->assertSame([], $this->edited());
    }

    public function test_where_online_text_is_switched_off_it_is_said_and_nothing_is_made(): void {
        global $DB;
        set_config('disabled', 1, 'assignsubmission_onlinetext');
        $this->refused('onlinetextoff', fn() => $this->reflection());
        $this->assertSame(0, $DB->count_records('assign', ['course' => $this->course->id]));
    }

    public function test_only_what_single_learners_handed_in_is_told_and_nothing_of_the_text(): void {
        global $DB;
        [$one, $two] = array_map(fn() => $this->getDataGenerator()->create_and_enrol($this->course), range(0, 1));
        $made = $this->reflection();
        $this->hand_in($one, '<p>Mine is secret.</p>');
        $this->hand_in($two, '<p>A draft is nobody’s.</p>');
        $DB->set_field('assign_submission', 'status', 'draft', ['userid' => $two->id]);
        [$told] = $this->told();
        $this->assertCount(1, $this->told());
        $this->assertSame(['look', (int) $one->id, 1], [$told['key'], $told['userid'], $told['number']]);
        $this->assertStringNotContainsString('secret', json_encode($told));
        $drafts = $DB->get_fieldset_select('assign_submission', 'id', 'userid = ?', [$two->id]);
        $texts = submissions::texts($this->course, [$told['id'], ...$drafts]);
        $this->assertSame(['<p>Mine is secret.</p>'], array_column($texts, 'text'));
        $this->assertSame([], submissions::texts($this->course, []));
        // Those of a whole group are no single learner's.
        $DB->set_field('assign', 'teamsubmission', 1, ['id' => $made['targetid']]);
        $this->assertSame([], $this->told());
    }

    public function test_what_was_handed_in_comes_in_pages_and_none_is_missed(): void {
        $this->reflection();
        for ($number = 0; $number < 5; $number++) {
            $this->hand_in($this->getDataGenerator()->create_and_enrol($this->course), "<p>{$number}</p>");
        }
        $cursor = '';
        $ids = [];
        do {
            $told = submissions::since($this->course, $cursor, 2);
            $ids = array_merge($ids, array_column($told['submissions'], 'id'));
            $cursor = $told['cursor'];
        } while ($told['more']);
        $this->assertCount(5, array_unique($ids));
        $this->refused('invalidcursor', fn() => submissions::since($this->course, 'x', 2));
        $this->refused('invalidpayload', fn() => submissions::texts($this->course, range(1, submissions::MOST_TEXTS + 1)));
    }

    public function test_the_outbox_tells_that_something_was_handed_in_at_ours_and_at_no_others(): void {
        global $DB;
        $this->preventResetByRollback();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->reflection();
        $this->hand_in($learner, '<p>Mine.</p>');
        $this->hand_in($learner, '<p>Mine, again.</p>');
        local\item::forget($this->course->id, ['look']);
        $DB->execute('UPDATE {local_microunits_change} SET timecreated = timecreated - 100');
        $changes = array_filter(outbox::since('', 100)['changes'], fn(array $one) => $one['what'] === 'submission');
        $id = (int) $DB->get_field('assign_submission', 'id', ['userid' => $learner->id], MUST_EXIST);
        $this->assertSame([[$id, (int) $learner->id], [$id, (int) $learner->id]], array_values(array_map(
            fn(array $one) => [$one['objectid'], $one['userid']],
            $changes
        )));
        $before = $DB->count_records('local_microunits_change', ['what' => 'submission']);
        $this->getDataGenerator()->create_module('assign', ['course' => $this->course->id]);
        $this->assertSame($before, $DB->count_records('local_microunits_change', ['what' => 'submission']));
    }

    public function test_learners_work_is_hidden_and_not_deleted(): void {
        // What is refused is rolled back, and would take the course of this test along.
        $this->preventResetByRollback();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->reflection();
        $this->hand_in($learner, '<p>Mine.</p>');
        $this->refused('has_attempts', fn() => removal::run($this->course, 'look', 'delete'));
        $this->assertSame('hidden', removal::run($this->course, 'look', 'hide'));
        $this->assertCount(1, $this->told());
    }

    public function test_reading_takes_as_many_queries_for_many_as_for_few(): void {
        global $DB;
        $reads = function (callable $read) use ($DB): int {
            // The first time Moodle fills its caches.
            $read();
            $before = $DB->perf_get_reads();
            $read();
            return $DB->perf_get_reads() - $before;
        };
        $this->reflection();
        $counts = [];
        foreach ([2, 7] as $many) {
            for ($number = 0; $number < $many; $number++) {
                $this->hand_in($this->getDataGenerator()->create_and_enrol($this->course), '<p>Mine.</p>');
                $this->upsert('reflection', "r{$many}-{$number}", ['name' => 'R', 'mostwords' => 5, 'completion' => true]);
            }
            $ids = array_column(submissions::since($this->course, '', 50)['submissions'], 'id');
            $counts[] = [
                'submissions' => $reads(fn() => submissions::since($this->course, '', 500)),
                'texts' => $reads(fn() => submissions::texts($this->course, $ids)),
                'held' => $reads(fn() => $this->held()),
            ];
        }
        $this->assertSame($counts[0], $counts[1]);
    }
}
