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

namespace local_microunits\local;

use context_course;
use context_user;
use core_badges\badge;
use local_microunits\local\kinds\badge as kind_badge;
use stdClass;

/**
 * Badges that learners have: awarded and revoked by the key of the bridge's own award, many in one call.
 *
 * A key is awarded once and revoked once, whatever comes twice or too late: what was revoked is not awarded again under its
 * key, and what somebody took away in Moodle is not given back unasked.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class awards {
    /** @var string The table. */
    private const TABLE = 'local_microunits_award';

    /** @var int Most awards in one call. */
    public const MOST = 200;

    /** @var string[] What one must be allowed to do. */
    public const CAPABILITIES = ['moodle/badges:awardbadge', 'moodle/badges:revokebadge'];

    /** @var string What became of an award: the learner has the badge now. */
    private const AWARDED = 'awarded';

    /** @var string What became of an award: the learner has the badge no more. */
    private const REVOKED = 'revoked';

    /** @var array<string, stdClass> What is known of the awards, by key. */
    private array $rows = [];

    /** @var array<string, item> What stands for the badges, by key. */
    private array $items;

    /** @var stdClass[] The learners by id. */
    private array $learners;

    /** @var array<int, badge|null> The badges by id; null: not there any more. */
    private array $badges = [];

    /**
     * Reads what is there: a few queries, however many awards are sent.
     *
     * @param stdClass $course the course
     * @param array[] $awards as they were sent
     */
    private function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course,
        array $awards
    ) {
        global $DB;
        $this->items = item::by_keys($course->id, array_unique(array_column($awards, 'badge')));
        $this->learners = learners::taking_part($course, array_column($awards, 'userid'));
        if ($awards) {
            [$in, $params] = $DB->get_in_or_equal(array_column($awards, 'key'), SQL_PARAMS_NAMED);
            $params['courseid'] = $course->id;
            foreach ($DB->get_records_select(self::TABLE, "courseid = :courseid AND awardkey {$in}", $params) as $row) {
                $this->rows[$row->awardkey] = $row;
            }
        }
    }

    /**
     * Awards and revokes badges, in the order in which they are sent.
     *
     * @param stdClass $course the course
     * @param array[] $awards key, badge, userid, time, expires, revoked, quiet
     * @return array[] key, status, reason
     * @throws problem "invalidpayload", before anything is done; "badgesoff"
     */
    public static function set(stdClass $course, array $awards): array {
        kind_badge::expect_badges();
        payload::expect(count($awards) <= self::MOST, 'awards', 'at most ' . self::MOST . ' expected');
        $seen = [];
        foreach ($awards as $index => $sent) {
            payload::key($sent['key'], "awards.{$index}.key");
            payload::key($sent['badge'], "awards.{$index}.badge");
            payload::expect(!isset($seen[$sent['key']]), "awards.{$index}.key", 'another key than before expected');
            payload::expect($sent['userid'] > 0, "awards.{$index}.userid", 'a learner expected');
            payload::expect(min($sent['time'], $sent['expires']) >= 0, "awards.{$index}", 'times from 0 on expected');
            $seen[$sent['key']] = true;
        }
        // Each badge gets a picture of its own.
        raise_memory_limit(MEMORY_EXTRA);
        \core_php_time_limit::raise();
        return course_lock::run($course, function (stdClass $course) use ($awards) {
            $writer = new self($course, $awards);
            return array_map(function (array $sent) use ($writer) {
                [$status, $reason] = $sent['revoked'] ? [$writer->revoke($sent), ''] : $writer->award($sent);
                return ['key' => $sent['key'], 'status' => $status, 'reason' => $reason];
            }, $awards);
        });
    }

    /**
     * Forgets awards; who has a badge keeps it.
     *
     * @param array $conditions columns and their values
     */
    public static function forget(array $conditions): void {
        global $DB;
        $DB->delete_records(self::TABLE, $conditions);
    }

    /**
     * Awards a badge.
     *
     * @param array $sent as it was sent
     * @return string[] status and reason
     */
    private function award(array $sent): array {
        global $DB;
        $row = $this->rows[$sent['key']] ?? null;
        if ($row) {
            return $row->revoked ? ['refused', 'revoked'] : [report::UNCHANGED, ''];
        }
        $item = $this->items[$sent['badge']] ?? null;
        $badge = $item && $item->kind === 'badge' ? $this->badge($item->targetid) : null;
        $learner = $this->learners[$sent['userid']] ?? null;
        $refusal = match (true) {
            !$badge => 'no_badge',
            !$learner => 'not_enrolled',
            (bool) $learner->suspended => 'suspended',
            default => '',
        };
        if ($refusal !== '') {
            return ['refused', $refusal];
        }
        $had = $badge->is_issued($learner->id);
        if (!$had) {
            $badge->issue($learner->id, true);
        }
        $issued = $DB->get_record('badge_issued', ['badgeid' => $badge->id, 'userid' => $learner->id], '*', MUST_EXIST);
        $this->note($sent, $badge->id, $issued->id);
        if ($had) {
            return [report::UNCHANGED, ''];
        }
        $this->hand_over($badge, $issued, $sent);
        return [self::AWARDED, ''];
    }

    /**
     * Dates a badge that was just issued, makes the learner's own picture of it and tells them, as Moodle does.
     *
     * @param badge $badge the badge
     * @param stdClass $issued the row of the learner's badge
     * @param array $sent as it was sent
     */
    private function hand_over(badge $badge, stdClass $issued, array $sent): void {
        global $DB;
        $issued->dateissued = $sent['time'] ?: $issued->dateissued;
        $issued->dateexpire = $sent['expires'] ?: null;
        $DB->update_record('badge_issued', $issued);
        $picture = badges_bake($issued->uniquehash, $badge->id, $issued->userid, true);
        if (!$sent['quiet']) {
            // What is sent within a transaction leaves when that has ended.
            badges_notify_badge_award($badge, $issued->userid, $issued->uniquehash, $picture);
        }
    }

    /**
     * Revokes a badge. An award that was never heard of is noted all the same, so that it is not awarded afterwards.
     *
     * @param array $sent as it was sent
     * @return string status
     */
    private function revoke(array $sent): string {
        global $DB;
        $row = $this->rows[$sent['key']] ?? null;
        if (!$row) {
            $this->note($sent, 0, 0);
            return report::UNCHANGED;
        }
        if ($row->revoked) {
            return report::UNCHANGED;
        }
        $row->revoked = 1;
        $row->timemodified = time();
        $DB->update_record(self::TABLE, $row);
        $issued = $DB->get_record('badge_issued', ['id' => $row->issuedid]);
        $others = ['courseid' => $row->courseid, 'issuedid' => $row->issuedid, 'revoked' => 0];
        if (!$issued || $DB->record_exists(self::TABLE, $others)) {
            return report::UNCHANGED;
        }
        $this->take_away($issued);
        return self::REVOKED;
    }

    /**
     * Takes a badge away from a learner, with the picture that was made of it.
     *
     * @param stdClass $issued the row of the learner's badge
     */
    private function take_away(stdClass $issued): void {
        global $DB;
        $DB->delete_records('badge_issued', ['id' => $issued->id]);
        $context = context_user::instance($issued->userid, IGNORE_MISSING);
        $place = [$context->id ?? 0, 'badges', 'userbadge', $issued->badgeid, '/', $issued->uniquehash . '.png'];
        $file = $context ? get_file_storage()->get_file(...$place) : false;
        if ($file) {
            $file->delete();
        }
        \core\event\badge_revoked::create([
            'objectid' => $issued->badgeid,
            'relateduserid' => $issued->userid,
            'context' => context_course::instance($this->course->id),
        ])->trigger();
    }

    /**
     * Notes what became of an award.
     *
     * @param array $sent as it was sent
     * @param int $badgeid the badge; 0: it is not known which
     * @param int $issuedid the row of the learner's badge, or 0
     */
    private function note(array $sent, int $badgeid, int $issuedid): void {
        global $DB;
        $now = time();
        $row = (object) [
            'courseid' => $this->course->id,
            'awardkey' => $sent['key'],
            'badgeid' => $badgeid,
            'userid' => $sent['userid'],
            'issuedid' => $issuedid,
            'revoked' => (int) $sent['revoked'],
            'timecreated' => $now,
            'timemodified' => $now,
        ];
        $row->id = $DB->insert_record(self::TABLE, $row);
        $this->rows[$sent['key']] = $row;
    }

    /**
     * A badge, when it is still there.
     *
     * @param int $id of the badge
     * @return badge|null
     */
    private function badge(int $id): ?badge {
        global $DB;
        if (!array_key_exists($id, $this->badges)) {
            $status = $DB->get_field('badge', 'status', ['id' => $id, 'courseid' => $this->course->id]);
            $isthere = $status !== false && (int) $status !== BADGE_STATUS_ARCHIVED;
            $this->badges[$id] = $isthere ? new badge($id) : null;
        }
        return $this->badges[$id];
    }
}
