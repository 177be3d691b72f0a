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

use core_badges\badge;
use local_microunits\external\set_awards;
use local_microunits\local\problem;
use local_microunits\local\removal;
use stdClass;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/badgeslib.php');
require_once(__DIR__ . '/bridge_testcase.php');

/**
 * Badges: made, changed, noticed when edited, awarded and revoked once, and by nobody but the bridge.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_microunits\local\kinds\badge
 * @covers \local_microunits\local\awards
 * @covers \local_microunits\external\set_awards
 */
final class badges_test extends bridge_testcase {
    /**
     * A badge as it is sent.
     *
     * @param array $values other fields
     * @return array the answer
     */
    private function badge(array $values = []): array {
        return $this->upsert('badge', 'steady', $values + [
            'name' => 'Keeps going',
            'description' => "Comes back,\nweek after week.",
            'picture' => '@@FILE:' . self::sha256() . '@@',
            'criteria' => '<p>All of this:</p><ul><li>Practise in 4 weeks in a row.</li></ul>',
            'needed' => 'all',
            'validity' => 0,
            'visible' => true,
        ], ['files' => self::files()]);
    }

    /**
     * The badge in Moodle.
     *
     * @return badge
     */
    private function made(): badge {
        return new badge($this->held()['steady']['targetid']);
    }

    /**
     * A learner of the course.
     *
     * @return stdClass
     */
    private function learner(): stdClass {
        return $this->getDataGenerator()->create_and_enrol($this->course, 'student');
    }

    /**
     * Sends awards.
     *
     * @param array[] $awards each with key and userid, and more
     * @return string[] status and reason of each
     */
    private function set(array ...$awards): array {
        $sent = array_map(fn(array $one) => $one + ['badge' => 'steady'], $awards);
        $results = set_awards::execute($this->course->id, $sent)['results'];
        return array_map(fn(array $one) => trim("{$one['status']} {$one['reason']}"), $results);
    }

    public function test_a_badge_is_made_and_then_left_alone(): void {
        global $CFG, $DB, $SITE;
        $this->assertSame('created', $this->badge()['status']);
        $this->assertSame('unchanged', $this->badge()['status']);
        $this->assertSame([], $this->edited());
        $this->assertSame(1, $DB->count_records('badge'));
        $badge = $this->made();
        $this->assertSame([(int) $this->course->id, BADGE_TYPE_COURSE], [(int) $badge->courseid, (int) $badge->type]);
        $this->assertSame([$SITE->fullname, $CFG->wwwroot], [$badge->issuername, $badge->issuerurl]);
        $this->assertTrue($badge->is_active());
        $place = [$badge->get_context()->id, 'badges', 'badgeimage', $badge->id, '/'];
        foreach (['f1.png', 'f2.png', 'f3.png'] as $name) {
            $this->assertTrue(get_file_storage()->file_exists(...[...$place, $name]));
        }
    }

    public function test_nothing_in_moodle_awards_it(): void {
        $this->badge();
        $this->learner();
        $badge = $this->made();
        $this->assertSame([BADGE_CRITERIA_TYPE_OVERALL], array_keys($badge->criteria));
        $this->assertFalse($badge->has_manual_award_criteria());
        $this->assertSame(0, $badge->review_all_criteria());
        $this->assertFalse($badge->has_awards());
    }

    public function test_only_what_changed_is_written(): void {
        global $DB;
        $this->badge();
        $changed = $this->badge(['name' => 'Goes on', 'validity' => DAYSECS, 'needed' => 'any', 'visible' => false]);
        $this->assertEqualsCanonicalizing(
            ['name', 'validity', 'needed', 'visible'],
            array_column($changed['written'], 'name')
        );
        $badge = $this->made();
        $this->assertSame(['Goes on', DAYSECS], [$badge->name, (int) $badge->expireperiod]);
        $this->assertFalse($badge->is_active());
        $this->assertSame('2', $DB->get_field('badge_criteria', 'method', ['badgeid' => $badge->id]));
        $this->badge(['criteria' => '<p>Stay.</p><script>x()</script>', 'validity' => 0]);
        $values = $this->values('steady');
        $this->assertSame(['<p>Stay.</p>', 0], [$values['criteria'], $values['validity']]);
        $this->assertSame([], $this->edited());
        $this->assertNull($this->made()->expireperiod);
    }

    public function test_what_a_teacher_edits_is_noticed_and_stays(): void {
        $this->badge();
        $badge = $this->made();
        $badge->name = 'Edited';
        $badge->expiredate = time() + DAYSECS;
        $badge->save();
        $this->assertSame(['steady' => ['name', 'validity']], $this->edited());
        $this->upsert('badge', 'steady', ['description' => 'Other.']);
        $this->assertSame('Edited', $this->made()->name);
        $this->badge();
        $this->assertSame('Keeps going', $this->made()->name);
        $this->assertSame([], $this->edited());
        $this->made()->set_status(BADGE_STATUS_INACTIVE);
        $this->assertSame(['steady' => ['visible']], $this->edited());
    }

    public function test_another_picture_is_another_badge_picture_and_one_that_is_none_is_refused(): void {
        $this->badge();
        $before = $this->values('steady')['picture'];
        $image = imagecreatetruecolor(20, 20);
        imagefill($image, 0, 0, imagecolorallocate($image, 200, 30, 30));
        ob_start();
        imagepng($image);
        $bytes = ob_get_clean();
        $send = function (string $bytes): array {
            $sha256 = hash('sha256', $bytes);
            $file = ['name' => 'b.png', 'mimetype' => 'image/png', 'content' => base64_encode($bytes)];
            return $this->upsert('badge', 'steady', ['picture' => "@@FILE:{$sha256}@@"], ['files' => [$sha256 => $file]]);
        };
        $this->assertSame('changed', $send($bytes)['status']);
        $this->assertNotSame($before, $this->values('steady')['picture']);
        $this->assertSame([], $this->edited());
        $this->expectException(problem::class);
        $this->expectExceptionMessage('fields.picture: a picture (PNG, JPEG or GIF) expected');
        $send('<svg xmlns="http://www.w3.org/2000/svg"/>');
    }

    public function test_an_award_is_made_once_dated_and_told(): void {
        global $DB;
        $this->badge();
        $anna = $this->learner();
        $sink = $this->redirectMessages();
        $events = $this->redirectEvents();
        $award = ['key' => 'u1', 'userid' => (int) $anna->id, 'time' => 1790000000, 'expires' => 1890000000];
        $this->assertSame(['awarded'], $this->set($award));
        $this->assertSame(['unchanged'], $this->set($award));
        $this->assertSame(['unchanged'], $this->set(['key' => 'u2'] + $award));
        $issued = $DB->get_record('badge_issued', ['userid' => $anna->id], '*', MUST_EXIST);
        $this->assertSame(['1790000000', '1890000000'], [$issued->dateissued, $issued->dateexpire]);
        $messages = array_filter($sink->get_messages(), fn($one) => $one->eventtype === 'badgerecipientnotice');
        $this->assertCount(1, $messages);
        $awarded = array_filter($events->get_events(), fn($one) => $one instanceof \core\event\badge_awarded);
        $this->assertCount(1, $awarded);
        $context = \context_user::instance($anna->id);
        $place = [$context->id, 'badges', 'userbadge', $issued->badgeid, '/', "{$issued->uniquehash}.png"];
        $this->assertTrue(get_file_storage()->file_exists(...$place));
        $this->assertSame('unchanged', $this->badge()['status']);
        $this->assertSame(1, $this->held()['steady']['attempts']);
    }

    public function test_a_revoked_award_is_gone_with_its_picture_and_stays_so(): void {
        global $DB;
        $this->badge();
        $anna = $this->learner();
        $sink = $this->redirectMessages();
        $award = ['key' => 'u1', 'userid' => (int) $anna->id];
        $this->set($award);
        $events = $this->redirectEvents();
        $this->assertSame(['revoked'], $this->set($award + ['revoked' => true]));
        $this->assertSame(['unchanged'], $this->set($award + ['revoked' => true]));
        $this->assertSame(['refused revoked'], $this->set($award));
        $revoked = array_filter($events->get_events(), fn($one) => $one instanceof \core\event\badge_revoked);
        $this->assertSame([(int) $anna->id], array_map(fn($one) => (int) $one->relateduserid, array_values($revoked)));
        $this->assertFalse($DB->record_exists('badge_issued', ['userid' => $anna->id]));
        $files = get_file_storage()->get_area_files(\context_user::instance($anna->id)->id, 'badges', 'userbadge');
        $this->assertSame([], array_filter($files, fn($one) => !$one->is_directory()));
        $count = $sink->count();
        $both = [['key' => 'u2', 'quiet' => true] + $award, ['key' => 'u3', 'revoked' => true] + $award, ['key' => 'u3'] + $award];
        $this->assertSame(['awarded', 'unchanged'], $this->set($both[0], $both[1]));
        $this->assertSame(['refused revoked'], $this->set($both[2]));
        $this->assertSame($count, $sink->count());
    }

    public function test_a_badge_that_moodle_took_away_is_not_given_back_unasked(): void {
        global $DB;
        $this->badge();
        $anna = $this->learner();
        $this->redirectMessages();
        $this->set(['key' => 'u1', 'userid' => (int) $anna->id]);
        $DB->delete_records('badge_issued', ['userid' => $anna->id]);
        $this->assertSame(['unchanged'], $this->set(['key' => 'u1', 'userid' => (int) $anna->id]));
        $this->assertSame(['unchanged'], $this->set(['key' => 'u1', 'userid' => (int) $anna->id, 'revoked' => true]));
        $this->assertFalse($DB->record_exists('badge_issued', ['userid' => $anna->id]));
    }

    public function test_many_are_awarded_in_one_call_and_who_does_not_take_part_is_refused(): void {
        $this->badge();
        $this->redirectMessages();
        $awards = [];
        for ($number = 0; $number < 20; $number++) {
            $awards[] = ['key' => "u{$number}", 'userid' => (int) $this->learner()->id];
        }
        $stranger = $this->getDataGenerator()->create_user();
        $suspended = $this->learner();
        $suspended->suspended = 1;
        user_update_user($suspended, false, false);
        $awards[] = ['key' => 'stranger', 'userid' => (int) $stranger->id];
        $awards[] = ['key' => 'suspended', 'userid' => (int) $suspended->id];
        $expected = [...array_fill(0, 20, 'awarded'), 'refused not_enrolled', 'refused suspended'];
        $this->assertSame($expected, $this->set(...$awards));
        $this->assertSame(['refused no_badge'], $this->set(['badge' => 'none'] + $awards[20]));
    }

    public function test_what_is_sent_is_checked_before_anything_is_done(): void {
        global $DB;
        $this->badge();
        $anna = $this->learner();
        $good = ['key' => 'u1', 'userid' => (int) $anna->id];
        foreach ([$good, ['key' => 'a b'] + $good, ['key' => 'u2', 'time' => -1] + $good, ['key' => 'u2', 'userid' => 0]] as $bad) {
            try {
                $this->set($good, $bad);
                $this->fail('That was taken');
            } catch (problem $refused) {
                $this->assertStringStartsWith('awards.1', $refused->getMessage());
            }
        }
        $this->assertSame(0, $DB->count_records('local_microunits_award'));
    }

    public function test_a_removed_badge_is_not_to_be_earned_and_stays_with_who_has_it(): void {
        // What fails is rolled back, and with it all that a test has made within one transaction.
        $this->preventResetByRollback();
        $this->badge();
        $anna = $this->learner();
        $this->redirectMessages();
        $this->set(['key' => 'u1', 'userid' => (int) $anna->id]);
        $this->assertSame('hidden', removal::run(get_course($this->course->id), 'steady', 'hide'));
        $this->assertSame([], $this->edited());
        $this->assertSame(BADGE_STATUS_INACTIVE_LOCKED, (int) $this->made()->status);
        $this->assertTrue($this->made()->is_issued($anna->id));
        $this->badge();
        $this->assertSame(BADGE_STATUS_ACTIVE_LOCKED, (int) $this->made()->status);
        try {
            removal::run(get_course($this->course->id), 'steady', 'delete');
            $this->fail('A badge that somebody has was deleted');
        } catch (problem $refused) {
            $this->assertSame('has_attempts', $refused->errorcode);
        }
        $this->set(['key' => 'u1', 'userid' => (int) $anna->id, 'revoked' => true]);
        $this->assertSame('deleted', removal::run(get_course($this->course->id), 'steady', 'delete'));
    }

    public function test_a_badge_that_a_teacher_deletes_is_gone_and_made_again_when_sent(): void {
        $id = $this->badge()['targetid'];
        $this->made()->delete(true);
        $this->assertFalse($this->held()['steady']['present']);
        $again = $this->badge();
        $this->assertSame('created', $again['status']);
        $this->assertNotSame($id, $again['targetid']);
    }

    public function test_a_forgotten_badge_is_found_again_and_a_teachers_own_is_not_taken(): void {
        global $DB;
        $id = $this->badge()['targetid'];
        \local_microunits\local\item::forget($this->course->id, ['steady']);
        $this->assertSame($id, $this->badge()['targetid']);
        \local_microunits\local\item::forget($this->course->id, ['steady']);
        $DB->set_field('badge', 'usercreated', $this->learner()->id, ['id' => $id]);
        $this->assertSame('created', $this->badge()['status']);
    }

    public function test_without_badges_on_the_site_that_is_said(): void {
        set_config('enablebadges', 0);
        foreach ([fn() => $this->badge(), fn() => $this->set()] as $call) {
            try {
                $call();
                $this->fail('Badges are switched off');
            } catch (problem $refused) {
                $this->assertSame('badgesoff', $refused->errorcode);
            }
        }
        $this->upsert('section', 's', ['name' => 'S']);
        $this->assertSame(['s'], array_keys($this->held()));
    }

    public function test_who_may_not_award_badges_does_not(): void {
        $user = $this->learner();
        $role = create_role('Sync only', 'synconly', '');
        assign_capability('local/microunits:sync', CAP_ALLOW, $role, \context_system::instance());
        role_assign($role, $user->id, \context_course::instance($this->course->id));
        $this->setUser($user);
        foreach ([fn() => $this->set(), fn() => $this->badge()] as $call) {
            try {
                $call();
                $this->fail('Somebody without the capability got an answer');
            } catch (\required_capability_exception $refused) {
                $this->assertSame('nopermissions', $refused->errorcode);
            }
        }
    }

    public function test_an_account_and_a_course_take_what_is_known_along(): void {
        global $DB;
        $this->preventResetByRollback();
        $this->badge();
        $this->redirectMessages();
        $anna = $this->learner();
        $this->set(['key' => 'u1', 'userid' => (int) $anna->id], ['key' => 'u2', 'userid' => (int) $this->learner()->id]);
        delete_user($anna);
        $this->assertSame(['u2'], $DB->get_fieldset_select('local_microunits_award', 'awardkey', ''));
        delete_course($this->course, false);
        $this->assertSame(0, $DB->count_records('local_microunits_award'));
    }

    public function test_the_number_of_queries_does_not_grow_with_the_badges(): void {
        global $DB;
        $count = function (): int {
            global $DB;
            $before = $DB->perf_get_reads();
            $this->held();
            return $DB->perf_get_reads() - $before;
        };
        $this->badge();
        $count();
        $few = $count();
        for ($number = 0; $number < 5; $number++) {
            $values = ['name' => "B{$number}", 'picture' => '@@FILE:' . self::sha256() . '@@'];
            $this->upsert('badge', "b{$number}", $values, ['files' => self::files()]);
        }
        $count();
        $this->assertSame($few, $count());
    }
}
