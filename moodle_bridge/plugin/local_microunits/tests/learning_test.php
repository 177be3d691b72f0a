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

use local_microunits\local\attempts;
use local_microunits\local\learner_events;
use local_microunits\local\learners;
use local_microunits\local\notices;
use local_microunits\local\outbox;
use local_microunits\task\clean_up;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * What comes back: attempts, changes, learners; and what goes out to them.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\attempts
 * @covers \local_microunits\local\attempt_questions
 * @covers \local_microunits\local\outbox
 * @covers \local_microunits\local\channels
 * @covers \local_microunits\local\learner_events
 * @covers \local_microunits\local\notices
 * @covers \local_microunits\observer
 */
final class learning_test extends bridge_testcase {
    public function test_an_attempt_tells_tries_hints_and_what_was_chosen(): void {
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $answers = '<single>true</single>' . self::answer('Paris', 100) . self::answer('Rome', 0) . self::answer('Bern', 0);
        $this->quiz([
            self::question('choice', 'Which?', ['type' => 'multichoice', 'answers' => $answers]),
            self::question('truth'),
            self::question('untouched'),
        ]);
        $this->attempt($learner->id, [
            [1 => ['answer' => 'Bern', '-submit' => 1]],
            [1 => ['answer' => 'Bern', '-tryagain' => 1]],
            [1 => ['answer' => 'Paris', '-submit' => 1]],
            [2 => ['answer' => 1, '-submit' => 1]],
        ]);
        $told = attempts::since($this->course, '', 10);
        $this->assertFalse($told['more']);
        [$attempt] = $told['attempts'];
        $this->assertSame(['quiz', (int) $learner->id, 1, 'finished'], [
            $attempt['key'],
            $attempt['userid'],
            $attempt['number'],
            $attempt['state'],
        ]);
        [$choice, $truth, $untouched] = $attempt['questions'];
        $this->assertSame(['choice', 2, 1, 0], [$choice['key'], $choice['tries'], $choice['hints'], $choice['choice']]);
        $this->assertEqualsWithDelta(0.5, $choice['fraction'], 0.001);
        $this->assertSame([1.0, 1, 0, null, 10], [
            $truth['fraction'],
            $truth['tries'],
            $truth['hints'],
            $truth['choice'],
            $truth['duration'],
        ]);
        $this->assertSame([null, 0, 0, 0], [
            $untouched['fraction'],
            $untouched['tries'],
            $untouched['hints'],
            $untouched['time'],
        ]);
        $this->assertCount(1, attempts::of_ids($this->course, [$attempt['attemptid']])['attempts']);
    }

    public function test_attempts_come_in_pages_and_none_is_missed(): void {
        $this->quiz([self::question('q')]);
        for ($number = 0; $number < 3; $number++) {
            $learner = $this->getDataGenerator()->create_and_enrol($this->course);
            $this->attempt($learner->id, [[1 => ['answer' => 1, '-submit' => 1]]]);
        }
        $cursor = '';
        $ids = [];
        do {
            $told = attempts::since($this->course, $cursor, 2);
            $ids = array_merge($ids, array_column($told['attempts'], 'attemptid'));
            $cursor = $told['cursor'];
        } while ($told['more']);
        $this->assertCount(3, array_unique($ids));
        $this->refused('invalidcursor', fn() => attempts::since($this->course, 'x', 2));
    }

    public function test_the_outbox_tells_of_others_and_not_of_ourselves(): void {
        global $DB;
        $this->preventResetByRollback();
        $this->quiz([self::question('q')]);
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $id = $this->attempt($learner->id, [[1 => ['answer' => 1, '-submit' => 1]]]);
        course_delete_module($this->held()['quiz']['cmid']);
        delete_user($learner);
        $DB->execute('UPDATE {local_microunits_change} SET timecreated = timecreated + 1000');
        $this->assertSame([], outbox::since('', 10)['changes']);
        $DB->execute('UPDATE {local_microunits_change} SET timecreated = timecreated - 2000');
        $told = outbox::since('', 100);
        $what = array_column($told['changes'], 'what');
        $this->assertSame('enrolled', $what[0]);
        $this->assertContains('module_deleted', $what);
        $this->assertContains('unenrolled', $what);
        $this->assertContains('user_deleted', $what);
        $this->assertNotContains('question_edited', $what);
        $attempt = $told['changes'][array_search('attempt', $what)];
        $this->assertSame(['quiz', $id, (int) $learner->id], [$attempt['key'], $attempt['objectid'], $attempt['userid']]);
        $this->assertSame([], outbox::since($told['cursor'], 100)['changes']);
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertSame([], outbox::since('', 100)['changes']);
    }

    public function test_a_cursor_behind_what_is_kept_has_expired(): void {
        global $DB;
        outbox::add('attempt', $this->course->id, 'q', 1, 2);
        $first = (string) ($DB->get_field('local_microunits_change', 'MAX(id)', []) - 1);
        $DB->execute('UPDATE {local_microunits_change} SET timecreated = 1');
        $this->expectOutputRegex('/.*/');
        (new clean_up())->execute();
        $this->assertSame(0, $DB->count_records('local_microunits_change'));
        $this->refused('cursor_expired', fn() => outbox::since($first, 10));
        $this->refused('cursor_expired', fn() => outbox::since('999999999', 10));
        $this->refused('invalidcursor', fn() => outbox::since('x', 10));
        $this->assertSame([], outbox::since('', 10)['changes']);
    }

    public function test_a_notification_is_sent_once_and_to_those_who_take_part(): void {
        $this->preventResetByRollback();
        $sink = $this->redirectMessages();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $suspended = $this->getDataGenerator()->create_and_enrol($this->course, 'student', ['suspended' => 1]);
        $stranger = $this->getDataGenerator()->create_user();
        $notice = fn(string $key, int $userid) => [
            'key' => $key,
            'userid' => $userid,
            'subject' => 'Two questions',
            'text' => 'One minute',
            'html' => '<p>One minute</p>',
            'url' => 'https://example.org/',
            'urlname' => 'Practise',
        ];
        $results = notices::send($this->course, [
            $notice('a', $learner->id),
            $notice('a', $learner->id),
            $notice('b', $suspended->id),
            $notice('c', $stranger->id),
            ['text' => ' '] + $notice('d', $learner->id),
        ]);
        $this->assertSame(['sent', 'already', 'refused', 'refused', 'refused'], array_column($results, 'status'));
        $this->assertSame(['', '', 'suspended', 'not_enrolled', 'empty'], array_column($results, 'reason'));
        $messages = $sink->get_messages();
        $this->assertCount(1, $messages);
        $this->assertSame('Two questions', $messages[0]->subject);
    }

    public function test_texts_are_taken_as_people_write_them_and_cleaned(): void {
        $this->preventResetByRollback();
        $sink = $this->redirectMessages();
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $html = '<p onclick="x()">Tom &amp; Jerry<br>now</p><script>y()</script> a & b';
        $results = notices::send($this->course, [[
            'key' => 'a',
            'userid' => $learner->id,
            'subject' => "Is 1<2 &\n<b>so</b>?",
            'text' => 'x',
            'html' => $html,
            'url' => '',
            'urlname' => 'A & B',
        ]]);
        $this->assertSame('sent', $results[0]['status']);
        [$message] = $sink->get_messages();
        $this->assertSame('Is 1< 2 & so?', $message->subject);
        $this->assertSame('A & B', $message->contexturlname);
        $this->assertStringContainsString('<p>Tom &amp; Jerry<br', $message->fullmessagehtml);
        $this->assertStringNotContainsString('script', $message->fullmessagehtml);
        $this->assertStringNotContainsString('onclick', $message->fullmessagehtml);
    }

    public function test_who_has_switched_notifications_off_gets_none_and_that_is_told(): void {
        $this->preventResetByRollback();
        $sink = $this->redirectMessages();
        $choice = 'message_provider_local_microunits_review_enabled';
        [$none, $popup, $stop, $plain] = array_map(
            fn() => $this->getDataGenerator()->create_and_enrol($this->course),
            range(0, 3)
        );
        set_user_preference($choice, 'none', $none->id);
        set_user_preference($choice, 'popup', $popup->id);
        user_update_user((object) ['id' => $stop->id, 'emailstop' => 1], false, false);
        $told = fn() => array_column(learners::after($this->course, '', 10)['learners'], 'notices', 'userid');
        $expected = [$none->id => false, $popup->id => true, $stop->id => false, $plain->id => true];
        $this->assertSame($expected, $told());
        $send = fn(string $prefix) => notices::send($this->course, array_map(fn(stdClass $user) => [
            'key' => $prefix . $user->id,
            'userid' => $user->id,
            'subject' => 'x',
            'text' => 'x',
            'html' => '',
            'url' => '',
            'urlname' => '',
        ], [$none, $popup, $stop, $plain]));
        $this->assertSame(['switched_off', '', 'switched_off', ''], array_column($send('a'), 'reason'));
        $this->assertCount(2, $sink->get_messages());
        // What was refused is not noted: the same may be sent when it is switched on again.
        unset_user_preference($choice, $none->id);
        $this->assertSame(['sent', 'already', 'refused', 'already'], array_column($send('a'), 'status'));
        // The admin may force a channel, or switch all of it off.
        set_config('email_provider_local_microunits_review_locked', 1, 'message');
        $this->assertSame([true], array_values(array_unique($told())));
        set_config('local_microunits_review_disable', 1, 'message');
        $this->assertSame([false], array_values(array_unique($told())));
    }

    public function test_learners_dates_are_made_moved_and_taken_away(): void {
        global $DB;
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $stranger = $this->getDataGenerator()->create_user();
        $date = fn(string $key, int $timestart, array $more = []) => $more + [
            'key' => $key,
            'userid' => (int) $learner->id,
            'name' => 'Due',
            'description' => '<p>Three<br>now</p>',
            'timestart' => $timestart,
            'duration' => 0,
        ];
        $set = fn(array ...$events) => array_map(
            fn(array $result) => $result['reason'] ?: $result['status'],
            learner_events::set($this->course, $events)
        );
        $times = fn() => $DB->get_fieldset_select('event', 'timestart', 'userid = ? ORDER BY timestart', [$learner->id]);
        $this->assertSame(['created', 'created'], $set($date('a', 1000), $date('b', 2000)));
        $this->assertSame(['unchanged', 'unchanged'], $set($date('a', 1000), $date('b', 2000)));
        $this->assertSame(['changed', 'removed', 'unchanged'], $set($date('a', 1500), $date('b', 0), $date('c', 0)));
        $this->assertEquals([1500], $times());
        $this->assertSame(['not_enrolled'], $set($date('d', 1, ['userid' => (int) $stranger->id])));
        // What a learner did in their own calendar stays, until there is something new to say.
        $DB->set_field('event', 'name', 'My own words', ['userid' => $learner->id]);
        $this->assertSame(['unchanged'], $set($date('a', 1500)));
        $DB->delete_records('event', ['userid' => $learner->id]);
        $this->assertSame(['unchanged'], $set($date('a', 1500)));
        $this->assertSame(['created'], $set($date('a', 1600)));
        // Forgotten, and found again.
        local\item::forget($this->course->id, []);
        $this->assertSame(['changed'], $set($date('a', 1700)));
        $this->assertEquals([1700], $times());
        $this->assertSame([], $this->held());
        $this->refused('invalidpayload', fn() => $set($date('a', 1), $date('a', 2)));
        $this->refused('invalidpayload', fn() => $set($date('a', 1, ['name' => ' '])));
        $this->refused('invalidpayload', fn() => $set($date('a', -1)));
        $this->upsert('event', 'course', ['name' => 'Webinar', 'timestart' => 5]);
        $this->assertSame(['kinddiffers'], $set($date('course', 0)));
    }

    public function test_dates_go_with_the_account_and_with_the_course(): void {
        global $DB;
        $this->preventResetByRollback();
        [$one, $two] = [$this->getDataGenerator()->create_and_enrol($this->course), $this->getDataGenerator()->create_user()];
        $this->getDataGenerator()->enrol_user($two->id, $this->course->id);
        learner_events::set($this->course, array_map(fn(stdClass $user) => [
            'key' => "due-{$user->id}",
            'userid' => (int) $user->id,
            'name' => 'Due',
            'description' => '',
            'timestart' => 1000,
            'duration' => 0,
        ], [$one, $two]));
        $this->assertSame(2, $DB->count_records('event', ['timestart' => 1000]));
        delete_user($one);
        $this->assertEquals([$two->id], $DB->get_fieldset_select('event', 'userid', 'timestart = 1000'));
        $this->assertSame(1, $DB->count_records('local_microunits_item'));
        delete_course($this->course, false);
        $this->assertSame(0, $DB->count_records('event', ['timestart' => 1000]));
        $this->assertSame(0, $DB->count_records('local_microunits_item'));
    }

    public function test_reading_takes_as_many_queries_for_many_as_for_few(): void {
        global $DB;
        $this->quiz([self::question('q'), self::question('r')]);
        $reads = function (callable $read) use ($DB): int {
            // The first time Moodle fills its caches.
            $read();
            $before = $DB->perf_get_reads();
            $read();
            return $DB->perf_get_reads() - $before;
        };
        $counts = [];
        $event = ['name' => 'Due', 'description' => '', 'timestart' => 1000, 'duration' => 0];
        $dates = [];
        foreach ([2, 7] as $many) {
            for ($number = 0; $number < $many; $number++) {
                $learner = $this->getDataGenerator()->create_and_enrol($this->course);
                $this->attempt($learner->id, [[1 => ['answer' => 1, '-submit' => 1]]]);
                $dates[] = ['key' => "d{$learner->id}", 'userid' => (int) $learner->id] + $event;
            }
            learner_events::set($this->course, $dates);
            $counts[] = [
                'attempts' => $reads(fn() => attempts::since($this->course, '', 500)),
                'learners' => $reads(fn() => learners::after($this->course, '', 500)),
                'held' => $reads(fn() => $this->held()),
                'changes' => $reads(fn() => outbox::since('', 500)),
                'dates' => $reads(fn() => learner_events::set($this->course, $dates)),
            ];
        }
        $this->assertSame($counts[0], $counts[1]);
    }

    public function test_a_notification_that_may_have_left_is_not_sent_again(): void {
        global $DB;
        $learner = $this->getDataGenerator()->create_and_enrol($this->course);
        $DB->insert_record('local_microunits_notice', (object) [
            'noticekey' => 'a',
            'courseid' => $this->course->id,
            'userid' => $learner->id,
            'sent' => 0,
            'timecreated' => time(),
        ]);
        $results = notices::send($this->course, [[
            'key' => 'a',
            'userid' => $learner->id,
            'subject' => 'x',
            'text' => 'x',
            'html' => '',
            'url' => '',
            'urlname' => '',
        ]]);
        $this->assertSame('uncertain', $results[0]['status']);
    }

    public function test_learners_are_those_who_may_attempt_now(): void {
        $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $one = $this->getDataGenerator()->create_and_enrol($this->course, 'student', ['email' => 'One@example.org']);
        $two = $this->getDataGenerator()->create_and_enrol($this->course, 'student', ['idnumber' => 'S2']);
        $told = learners::after($this->course, '', 1);
        $this->assertSame([[(int) $one->id], true], [array_column($told['learners'], 'userid'), $told['more']]);
        $told = learners::after($this->course, $told['cursor'], 1);
        $this->assertSame([['S2'], false], [array_column($told['learners'], 'idnumber'), $told['more']]);
        $this->assertNotSame('99', $told['learners'][0]['timezone']);
        $this->assertSame((int) $two->id, $told['learners'][0]['userid']);
    }
}
