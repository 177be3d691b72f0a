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

namespace local_microunits\privacy;

use context_course;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use core_privacy\tests\provider_testcase;
use local_microunits\local\item;
use local_microunits\local\outbox;

/**
 * What is known of people is told and deleted.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\privacy\provider
 */
final class provider_test extends provider_testcase {
    /**
     * A course with rows of two learners.
     *
     * @return array the context and the learners
     */
    private function prepared(): array {
        global $DB;
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $learners = [$this->getDataGenerator()->create_user(), $this->getDataGenerator()->create_user()];
        foreach ($learners as $learner) {
            outbox::add('attempt', $course->id, 'quiz', 1, $learner->id);
            $DB->insert_record('local_microunits_notice', (object) [
                'noticekey' => "review-{$learner->id}",
                'courseid' => $course->id,
                'userid' => $learner->id,
                'sent' => 1,
                'timecreated' => time(),
            ]);
            $item = new item($course->id, "due-{$learner->id}", 'event', $learner->id, userid: $learner->id);
            $item->save();
            $DB->insert_record('local_microunits_award', (object) [
                'awardkey' => "award-{$learner->id}",
                'courseid' => $course->id,
                'badgeid' => 1,
                'userid' => $learner->id,
                'issuedid' => 1,
                'timecreated' => time(),
                'timemodified' => time(),
            ]);
        }
        return [context_course::instance($course->id), $learners];
    }

    /**
     * How many rows there are about a learner.
     *
     * @param int $userid the learner
     * @return int
     */
    private function rows(int $userid): int {
        global $DB;
        return $DB->count_records('local_microunits_change', ['userid' => $userid])
            + $DB->count_records('local_microunits_notice', ['userid' => $userid])
            + $DB->count_records('local_microunits_item', ['userid' => $userid])
            + $DB->count_records('local_microunits_award', ['userid' => $userid]);
    }

    public function test_contexts_and_users_are_found(): void {
        [$context, $learners] = $this->prepared();
        $this->assertSame([(string) $context->id], provider::get_contexts_for_userid($learners[0]->id)->get_contextids());
        $users = new userlist($context, 'local_microunits');
        provider::get_users_in_context($users);
        $this->assertEqualsCanonicalizing(array_column($learners, 'id'), $users->get_userids());
    }

    public function test_what_is_known_is_exported(): void {
        [$context, $learners] = $this->prepared();
        $this->export_context_data_for_user($learners[0]->id, $context, 'local_microunits');
        $data = writer::with_context($context)->get_data([get_string('pluginname', 'local_microunits')]);
        $this->assertSame('attempt', $data->change[0]->what);
        $this->assertSame("review-{$learners[0]->id}", $data->notice[0]->noticekey);
        $this->assertSame("due-{$learners[0]->id}", $data->item[0]->itemkey);
        $this->assertSame("award-{$learners[0]->id}", $data->award[0]->awardkey);
    }

    public function test_what_is_known_is_deleted(): void {
        [$context, $learners] = $this->prepared();
        provider::delete_data_for_user(new approved_contextlist($learners[0], 'local_microunits', [$context->id]));
        $this->assertSame([0, 4], [$this->rows($learners[0]->id), $this->rows($learners[1]->id)]);
        provider::delete_data_for_users(new approved_userlist($context, 'local_microunits', [$learners[1]->id]));
        $this->assertSame(0, $this->rows($learners[1]->id));
        [$context, $learners] = $this->prepared();
        provider::delete_data_for_all_users_in_context($context);
        $this->assertSame(0, $this->rows($learners[0]->id));
    }

    public function test_every_table_with_a_user_is_declared(): void {
        $collection = provider::get_metadata(new \core_privacy\local\metadata\collection('local_microunits'));
        $names = array_map(fn($type) => $type->get_name(), $collection->get_collection());
        $tables = array_map(fn(string $name) => "local_microunits_{$name}", ['item', 'award', 'change', 'notice']);
        $this->assertSame([...$tables, 'bridge'], $names);
    }
}
