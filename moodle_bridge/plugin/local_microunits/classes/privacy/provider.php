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

use context;
use context_course;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\transform;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;

/**
 * What the companion knows of people: what is in the outbox about them, which notifications they got, which events in their
 * calendars are ours, and which badges the bridge awarded them. All belong to a course. What the bridge takes along is said too.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /** @var array<string, string[]> The tables with their columns. */
    private const TABLES = [
        'item' => ['itemkey', 'kind', 'courseid', 'targetid', 'userid', 'timecreated'],
        'award' => ['awardkey', 'badgeid', 'courseid', 'issuedid', 'userid', 'revoked', 'timecreated', 'timemodified'],
        'change' => ['what', 'courseid', 'objectid', 'userid', 'timecreated'],
        'notice' => ['noticekey', 'courseid', 'userid', 'sent', 'timecreated'],
    ];

    /** @var string[] What the bridge takes along. */
    private const EXTERNAL = [
        'attempts',
        'completions',
        'email',
        'idnumber',
        'lang',
        'lastaccess',
        'notices',
        'submissions',
        'timezone',
        'username',
    ];

    #[\Override]
    public static function get_metadata(collection $collection): collection {
        foreach (self::TABLES as $table => $columns) {
            $strings = array_map(fn(string $column) => "privacy:metadata:{$table}:{$column}", $columns);
            $collection->add_database_table(
                "local_microunits_{$table}",
                array_combine($columns, $strings),
                "privacy:metadata:{$table}"
            );
        }
        $strings = array_map(fn(string $name) => "privacy:metadata:external:{$name}", self::EXTERNAL);
        $collection->add_external_location_link('bridge', array_combine(self::EXTERNAL, $strings), 'privacy:metadata:external');
        return $collection;
    }

    #[\Override]
    public static function get_contexts_for_userid(int $userid): contextlist {
        $contexts = new contextlist();
        foreach (array_keys(self::TABLES) as $table) {
            $contexts->add_from_sql(
                "SELECT c.id
                   FROM {context} c
                   JOIN {local_microunits_{$table}} t ON t.courseid = c.instanceid
                  WHERE c.contextlevel = :level AND t.userid = :userid",
                ['level' => CONTEXT_COURSE, 'userid' => $userid]
            );
        }
        return $contexts;
    }

    #[\Override]
    public static function get_users_in_context(userlist $userlist) {
        $context = $userlist->get_context();
        if (!$context instanceof context_course) {
            return;
        }
        foreach (array_keys(self::TABLES) as $table) {
            $userlist->add_from_sql(
                'userid',
                "SELECT userid FROM {local_microunits_{$table}} WHERE courseid = :courseid AND userid > 0",
                ['courseid' => $context->instanceid]
            );
        }
    }

    #[\Override]
    public static function export_user_data(approved_contextlist $contextlist) {
        global $DB;
        $userid = $contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            if (!$context instanceof context_course) {
                continue;
            }
            $data = [];
            foreach (self::TABLES as $table => $columns) {
                $params = ['userid' => $userid, 'courseid' => $context->instanceid];
                $rows = $DB->get_records("local_microunits_{$table}", $params, 'id', 'id, ' . implode(', ', $columns));
                foreach ($rows as $row) {
                    unset($row->id);
                    foreach (array_intersect(['timecreated', 'timemodified'], $columns) as $column) {
                        $row->$column = transform::datetime($row->$column);
                    }
                    $data[$table][] = $row;
                }
            }
            if ($data) {
                writer::with_context($context)->export_data([get_string('pluginname', 'local_microunits')], (object) $data);
            }
        }
    }

    #[\Override]
    public static function delete_data_for_all_users_in_context(context $context) {
        if ($context instanceof context_course) {
            self::delete('courseid = :courseid AND userid > 0', ['courseid' => $context->instanceid]);
        }
    }

    #[\Override]
    public static function delete_data_for_user(approved_contextlist $contextlist) {
        foreach ($contextlist->get_contexts() as $context) {
            if ($context instanceof context_course) {
                $params = ['courseid' => $context->instanceid, 'userid' => $contextlist->get_user()->id];
                self::delete('courseid = :courseid AND userid = :userid', $params);
            }
        }
    }

    #[\Override]
    public static function delete_data_for_users(approved_userlist $userlist) {
        global $DB;
        $context = $userlist->get_context();
        if (!$context instanceof context_course || !$userlist->get_userids()) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($userlist->get_userids(), SQL_PARAMS_NAMED);
        self::delete("courseid = :courseid AND userid {$in}", $params + ['courseid' => $context->instanceid]);
    }

    /**
     * Deletes rows of all tables, and the events that are ours.
     *
     * @param string $select which
     * @param array $params of the condition
     */
    private static function delete(string $select, array $params): void {
        global $DB;
        $ids = $DB->get_fieldset_select('local_microunits_item', 'targetid', "{$select} AND userid > 0", $params);
        $DB->delete_records_list('event', 'id', $ids);
        foreach (array_keys(self::TABLES) as $table) {
            $DB->delete_records_select("local_microunits_{$table}", $select, $params);
        }
    }
}
