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

use core_cache\cache;
use core\lock\lock_config;
use stdClass;
use Throwable;

/**
 * One writer a course: whatever is written to a course is written whole or not at all, one after another.
 *
 * Moodle keeps the contents of a course in a cache outside the database, and fills it within a transaction too. When a
 * process dies there, the database forgets and the cache does not. So each writer leaves a note first; a note that is
 * still there for the next one says that the cache is not to be believed.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course_lock {
    /** @var int How long another writer is waited for, in seconds. */
    private const PATIENCE = 60;

    /** @var int After so many seconds a lock is given up, where Moodle's locks do not end with their process. */
    private const LIFETIME = 600;

    /** @var int More often than this no single write has the contents of a course read anew. */
    private const NEWER = 100;

    /** @var int How many of our own writes are under way in this process; what they cause is no news for the outbox. */
    private static int $depth = 0;

    /**
     * Does something to a course as its only writer, in one transaction.
     *
     * @param stdClass $course the course, as it may have been before another writer
     * @param callable(stdClass): mixed $work takes the course as it is now
     * @return mixed what the work returns
     * @throws problem "busy": another writer took too long
     */
    public static function run(stdClass $course, callable $work): mixed {
        global $DB;
        $lock = lock_config::get_lock_factory('local_microunits')
            ->get_lock('course_' . $course->id, self::PATIENCE, self::LIFETIME);
        if (!$lock) {
            throw new problem('busy');
        }
        self::$depth++;
        try {
            self::begin($course->id);
            // What this process read of the course before it had the lock is old news.
            $course = self::as_it_is_now($course->id);
            $result = self::in_transaction($course, $work);
            $DB->delete_records('local_microunits_work', ['courseid' => $course->id]);
            return $result;
        } finally {
            self::$depth--;
            $lock->release();
        }
    }

    /**
     * Whether what happens now is done by the bridge itself.
     *
     * @return bool
     */
    public static function is_ours(): bool {
        return self::$depth > 0;
    }

    /**
     * Has the contents of courses whose writer died read anew from the database.
     */
    public static function mend(): void {
        global $DB;
        $factory = lock_config::get_lock_factory('local_microunits');
        foreach ($DB->get_records('local_microunits_work') as $row) {
            // Whoever still writes has the lock, and takes the note away by itself.
            $lock = $factory->get_lock('course_' . $row->courseid, 0);
            if ($lock) {
                self::distrust_cache((int) $row->courseid);
                $DB->delete_records('local_microunits_work', ['id' => $row->id]);
                $lock->release();
            }
        }
    }

    /**
     * The course from the database, with nothing of what this process knew of it before.
     *
     * @param int $courseid the course
     * @return stdClass
     */
    private static function as_it_is_now(int $courseid): stdClass {
        global $COURSE, $DB;
        \course_modinfo::clear_instance_cache($courseid);
        $course = $DB->get_record('course', ['id' => $courseid], '*', MUST_EXIST);
        if ($COURSE->id == $courseid) {
            $COURSE->cacherev = $course->cacherev;
        }
        return $course;
    }

    /**
     * Leaves the note, and mends what a writer that died left behind.
     *
     * @param int $courseid the course
     */
    private static function begin(int $courseid): void {
        global $DB;
        if ($DB->record_exists('local_microunits_work', ['courseid' => $courseid])) {
            self::distrust_cache($courseid);
            $DB->delete_records('local_microunits_work', ['courseid' => $courseid]);
        }
        $DB->insert_record('local_microunits_work', (object) ['courseid' => $courseid, 'timecreated' => time()]);
    }

    /**
     * Has the contents of a course read anew, whatever the cache says.
     *
     * Moodle believes a cache that is newer than the course. What was undone may have made the course newer several times
     * within a second, and left its cache; the course is therefore made newer than that can be.
     *
     * @param int $courseid the course
     */
    private static function distrust_cache(int $courseid): void {
        global $DB;
        $DB->execute('UPDATE {course} SET cacherev = cacherev + ? WHERE id = ?', [self::NEWER, $courseid]);
        rebuild_course_cache($courseid, true);
        $cache = cache::make('core', 'coursemodinfo');
        $cache->acquire_lock($courseid);
        try {
            $cache->delete($courseid);
        } finally {
            $cache->release_lock($courseid);
        }
    }

    /**
     * Does the work in a transaction; nothing of it stays when it fails.
     *
     * @param stdClass $course the course
     * @param callable(stdClass): mixed $work what to do
     * @return mixed what the work returns
     */
    private static function in_transaction(stdClass $course, callable $work): mixed {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        try {
            $result = $work($course);
            $transaction->allow_commit();
            return $result;
        } catch (Throwable $error) {
            // The cache was filled with what is now undone, and Moodle's own catch may have ended the transaction.
            try {
                if (!$transaction->is_disposed()) {
                    $transaction->rollback($error);
                }
            } catch (Throwable) {
                // A rollback throws again what it was given.
                unset($transaction);
            }
            if ($DB->is_transaction_started()) {
                $DB->force_transaction_rollback();
            }
            self::distrust_cache((int) $course->id);
            $DB->delete_records('local_microunits_work', ['courseid' => $course->id]);
            throw $error;
        }
    }
}
