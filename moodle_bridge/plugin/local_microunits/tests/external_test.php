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

use core_external\external_api;
use local_microunits\external\get_attempts;
use local_microunits\external\get_changes;
use local_microunits\external\get_completions;
use local_microunits\external\get_held;
use local_microunits\external\get_learners;
use local_microunits\external\get_status;
use local_microunits\external\get_submission_texts;
use local_microunits\external\get_submissions;
use local_microunits\external\get_values;
use local_microunits\external\notify;
use local_microunits\external\put_file;
use local_microunits\external\remove;
use local_microunits\external\set_awards;
use local_microunits\external\set_events;
use local_microunits\external\unlink;
use local_microunits\external\upsert;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/bridge_testcase.php');

/**
 * The functions that the bridge calls: who may, and whether answers are as they are declared.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\external\course_function
 */
final class external_test extends bridge_testcase {
    public function test_every_function_is_declared_and_in_the_service(): void {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => 'local_microunits'], '*', MUST_EXIST);
        $names = $DB->get_fieldset_select('external_services_functions', 'functionname', 'externalserviceid = ?', [$service->id]);
        $this->assertSame('1', $service->restrictedusers);
        foreach ($DB->get_records('external_functions', ['component' => 'local_microunits']) as $function) {
            $this->assertContains($function->name, $names);
            $info = external_api::external_function_info($function);
            $this->assertNotEmpty($info->returns_desc);
        }
    }

    public function test_who_may_not_sync_reads_and_writes_nothing(): void {
        $teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $this->setUser($teacher);
        $id = (int) $this->course->id;
        $calls = [
            fn() => get_held::execute($id),
            fn() => get_values::execute($id, []),
            fn() => upsert::execute($id, 'section', 's', '{}'),
            fn() => remove::execute($id, 's'),
            fn() => unlink::execute($id),
            fn() => put_file::execute($id, self::sha256(), 'a', 'b', self::PICTURE),
            fn() => get_attempts::execute($id),
            fn() => get_completions::execute($id),
            fn() => get_submissions::execute($id),
            fn() => get_submission_texts::execute($id, [1]),
            fn() => notify::execute($id, []),
            fn() => get_learners::execute($id),
            fn() => set_awards::execute($id, []),
            fn() => set_events::execute($id, []),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                $this->fail('Somebody without the capability got an answer');
            } catch (\required_capability_exception $refused) {
                $this->assertSame('nopermissions', $refused->errorcode);
            }
        }
        $this->assertSame([], get_changes::execute()['changes']);
    }

    public function test_who_may_sync_needs_what_the_kind_needs_too(): void {
        $user = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        $role = create_role('Sync only', 'synconly', '');
        assign_capability('local/microunits:sync', CAP_ALLOW, $role, \context_system::instance());
        role_assign($role, $user->id, \context_course::instance($this->course->id));
        $this->setUser($user);
        $this->assertSame(['items' => []], get_held::execute($this->course->id));
        $this->expectException(\required_capability_exception::class);
        upsert::execute($this->course->id, 'section', 's', '{"fields": {"name": {"value": "S", "hash": "a"}}}');
    }

    public function test_answers_are_as_declared(): void {
        $id = (int) $this->course->id;
        $payload = json_encode(['fields' => ['name' => ['value' => 'S', 'hash' => 'a']]]);
        $answers = [
            [upsert::class, upsert::execute($id, 'section', 's', $payload)],
            [get_status::class, get_status::execute($id)],
            [get_status::class, get_status::execute()],
            [get_held::class, get_held::execute($id)],
            [get_values::class, get_values::execute($id, ['s'])],
            [put_file::class, put_file::execute($id, self::sha256(), 'a.png', 'image/png', self::PICTURE)],
            [get_attempts::class, get_attempts::execute($id)],
            [get_completions::class, get_completions::execute($id)],
            [get_submissions::class, get_submissions::execute($id)],
            [get_submission_texts::class, get_submission_texts::execute($id, [1])],
            [get_changes::class, get_changes::execute()],
            [get_learners::class, get_learners::execute($id)],
            [notify::class, notify::execute($id, [])],
            [set_awards::class, set_awards::execute($id, [])],
            [set_events::class, set_events::execute($id, [])],
            [remove::class, remove::execute($id, 's')],
            [unlink::class, unlink::execute($id)],
        ];
        foreach ($answers as [$class, $answer]) {
            $this->assertEquals($answer, external_api::clean_returnvalue($class::execute_returns(), $answer));
        }
    }
}
