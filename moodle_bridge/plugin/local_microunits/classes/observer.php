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

use core\event\base;
use local_microunits\local\awards;
use local_microunits\local\course_lock;
use local_microunits\local\item;
use local_microunits\local\kind;
use local_microunits\local\learner_events;
use local_microunits\local\outbox;

/**
 * Hears what happens in Moodle and puts into the outbox what concerns the bridge.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class observer {
    /**
     * An attempt was handed in, abandoned or opened again.
     *
     * @param base $event the event
     */
    public static function attempt(base $event): void {
        self::of_quiz('attempt', $event);
    }

    /**
     * An attempt was deleted.
     *
     * @param base $event the event
     */
    public static function attempt_deleted(base $event): void {
        self::of_quiz('attempt_deleted', $event);
    }

    /**
     * An attempt got other grades.
     *
     * @param base $event the event
     */
    public static function graded(base $event): void {
        self::of_quiz('graded', $event);
    }

    /**
     * A learner handed something in at an assignment.
     *
     * @param base $event the event
     */
    public static function submitted(base $event): void {
        global $DB;
        $item = item::of_module((int) $event->contextinstanceid);
        if ($item?->kind !== 'reflection') {
            return;
        }
        $userid = (int) $DB->get_field('assign_submission', 'userid', ['id' => $event->objectid]);
        if ($userid) {
            outbox::add('submission', $item->courseid, $item->key, $event->objectid, $userid);
        }
    }

    /**
     * A learner marked an activity of ours as done, or took that back.
     *
     * @param base $event the event
     */
    public static function completed(base $event): void {
        $item = item::of_module((int) $event->contextinstanceid);
        if ($item && kind::named($item->kind, get_course($item->courseid))->reports_completion()) {
            outbox::add('completed', $item->courseid, $item->key, (int) $event->objectid, (int) $event->relateduserid);
        }
    }

    /**
     * A module was deleted.
     *
     * @param base $event the event
     */
    public static function module_deleted(base $event): void {
        global $DB;
        if (course_lock::is_ours()) {
            return;
        }
        $key = $DB->get_field('local_microunits_item', 'itemkey', ['cmid' => $event->objectid], IGNORE_MULTIPLE);
        if ($key !== false) {
            outbox::add('module_deleted', $event->courseid, $key, $event->objectid);
        }
    }

    /**
     * A question got a new version, or was deleted.
     *
     * @param base $event the event
     */
    public static function question_edited(base $event): void {
        global $DB;
        if (course_lock::is_ours()) {
            return;
        }
        $sql = "SELECT i.id, i.courseid, i.itemkey, i.targetid
                  FROM {question_versions} v
                  JOIN {local_microunits_item} i ON i.targetid = v.questionbankentryid AND i.kind = 'question'
                 WHERE v.questionid = ?";
        foreach ($DB->get_records_sql($sql, [$event->objectid]) as $row) {
            outbox::add('question_edited', $row->courseid, $row->itemkey, $row->targetid);
        }
    }

    /**
     * A learner was enrolled.
     *
     * @param base $event the event
     */
    public static function enrolled(base $event): void {
        self::of_course('enrolled', $event);
    }

    /**
     * An enrolment was suspended, or is active again.
     *
     * @param base $event the event
     */
    public static function enrolment_updated(base $event): void {
        $context = $event->get_context();
        self::of_course(is_enrolled($context, $event->relateduserid, '', true) ? 'enrolled' : 'unenrolled', $event);
    }

    /**
     * A learner was unenrolled.
     *
     * @param base $event the event
     */
    public static function unenrolled(base $event): void {
        self::of_course('unenrolled', $event);
    }

    /**
     * An account was deleted. By then its enrolments are gone, so the courses are those that the outbox, the notices, the
     * learner's own events and their badges know. What is kept of events and badges goes with the account.
     *
     * @param base $event the event
     */
    public static function user_deleted(base $event): void {
        global $DB;
        $sql = "SELECT courseid FROM {local_microunits_change} WHERE userid = ?
                 UNION
                SELECT courseid FROM {local_microunits_notice} WHERE userid = ?
                 UNION
                SELECT courseid FROM {local_microunits_item} WHERE userid = ?
                 UNION
                SELECT courseid FROM {local_microunits_award} WHERE userid = ?";
        foreach ($DB->get_fieldset_sql($sql, array_fill(0, 4, $event->objectid)) as $courseid) {
            outbox::add('user_deleted', $courseid, '', $event->objectid, $event->objectid);
        }
        learner_events::forget('userid = ?', [$event->objectid]);
        awards::forget(['userid' => $event->objectid]);
    }

    /**
     * An account was changed.
     *
     * @param base $event the event
     */
    public static function user_updated(base $event): void {
        global $DB;
        $sql = "SELECT DISTINCT e.courseid
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                 WHERE ue.userid = ? AND EXISTS (SELECT 1 FROM {local_microunits_item} i WHERE i.courseid = e.courseid)";
        foreach ($DB->get_fieldset_sql($sql, [$event->objectid]) as $courseid) {
            outbox::add('user_updated', $courseid, '', $event->objectid, $event->objectid);
        }
    }

    /**
     * A course was deleted.
     *
     * @param base $event the event
     */
    public static function course_deleted(base $event): void {
        global $DB;
        if (item::any($event->objectid)) {
            // Those of the course itself went with it.
            learner_events::forget('courseid = ? AND userid > 0', [$event->objectid]);
            item::forget($event->objectid, []);
            outbox::add('course_deleted', $event->objectid);
        }
        awards::forget(['courseid' => $event->objectid]);
        $DB->delete_records('local_microunits_work', ['courseid' => $event->objectid]);
    }

    /**
     * Something happened to an attempt at one of our quizzes.
     *
     * @param string $what happened
     * @param base $event the event
     */
    private static function of_quiz(string $what, base $event): void {
        $item = item::of_target('microquiz', (int) ($event->other['quizid'] ?? 0));
        if ($item) {
            $attemptid = (int) ($event->other['attemptid'] ?? $event->objectid);
            outbox::add($what, $item->courseid, $item->key, $attemptid, (int) $event->relateduserid);
        }
    }

    /**
     * Something happened to an enrolment in a course that the bridge syncs.
     *
     * @param string $what happened
     * @param base $event the event
     */
    private static function of_course(string $what, base $event): void {
        if (item::any($event->courseid)) {
            outbox::add($what, $event->courseid, '', (int) $event->relateduserid, (int) $event->relateduserid);
        }
    }
}
