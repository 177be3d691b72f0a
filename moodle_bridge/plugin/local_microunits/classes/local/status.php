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

use context;
use core_component;

/**
 * What this site and the companion are, and what the caller may do.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class status {
    /** @var int Counts up when a function takes or returns something else than before. */
    public const API = 1;

    /**
     * The status for a context.
     *
     * @param context $context the course, or the system
     * @param int $courseid the course, or 0
     * @return array
     */
    public static function of(context $context, int $courseid): array {
        global $CFG;
        $cron = get_config('tool_task', 'lastcronstart');
        $status = [
            'companion' => (string) get_config('local_microunits', 'version'),
            'release' => (string) \core_plugin_manager::instance()->get_plugin_info('local_microunits')->release,
            'api' => self::API,
            'moodle' => $CFG->release,
            'time' => time(),
            'post_max_bytes' => (int) get_real_size(ini_get('post_max_size')),
            'upload_max_bytes' => (int) get_max_upload_file_size($CFG->maxbytes),
            'max_input_vars' => (int) ini_get('max_input_vars'),
            'kinds' => kind::names(),
            'qtypes' => array_keys(core_component::get_plugin_list('qtype')),
            'capabilities' => self::capabilities($context, $courseid),
            'messaging' => channels::any(),
            'cron_age' => $cron ? time() - (int) $cron : null,
        ];
        if ($courseid) {
            $course = get_course($courseid);
            $status['course'] = array_intersect_key(
                (array) $course,
                array_flip(['id', 'shortname', 'fullname', 'lang', 'format', 'startdate', 'enddate'])
            );
        }
        return $status;
    }

    /**
     * Which of the capabilities that the functions need the caller has.
     *
     * @param context $context the course, or the system
     * @param int $courseid the course, or 0
     * @return array[]
     */
    private static function capabilities(context $context, int $courseid): array {
        $course = get_course($courseid ?: SITEID);
        $names = [
            'local/microunits:sync',
            'mod/quiz:viewreports',
            'mod/assign:viewgrades',
            'report/progress:view',
            'moodle/course:viewparticipants',
            'moodle/course:useremail',
            ...awards::CAPABILITIES,
        ];
        foreach (kind::names() as $kind) {
            $names = array_merge($names, kind::named($kind, $course)->capabilities());
        }
        return array_map(
            fn(string $name) => ['name' => $name, 'allowed' => has_capability($name, $context)],
            array_values(array_unique($names))
        );
    }
}
