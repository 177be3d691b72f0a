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
use stdClass;

/**
 * Takes a component away: hides it, or deletes it while nobody's work hangs on it.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class removal {
    /**
     * Takes a component away.
     *
     * @param stdClass $course the course
     * @param string $key its external key
     * @param string $mode "hide" or "delete"
     * @return string what became of it: hidden, deleted or unchanged
     * @throws problem "unknownkey", "has_attempts"
     */
    public static function run(stdClass $course, string $key, string $mode): string {
        payload::expect(in_array($mode, ['hide', 'delete'], true), 'mode', '"hide" or "delete" expected');
        return course_lock::run($course, function (stdClass $course) use ($key, $mode) {
            $item = item::find($course->id, $key);
            if (!$item || $item->parentid) {
                throw new problem('unknownkey', $key);
            }
            $kind = kind::named($item->kind, $course);
            require_all_capabilities($kind->capabilities(), context_course::instance($course->id));
            $orders = new section_orders($course);
            $status = $mode === 'hide' ? self::hide($kind, $item) : self::delete($kind, $item);
            $orders->renew($item);
            return $status;
        });
    }

    /**
     * Hides a component.
     *
     * @param kind $kind of it
     * @param item $item the component
     * @return string
     */
    private static function hide(kind $kind, item $item): string {
        $state = $kind->states([$item])[$item->id];
        if ($item->removed || !$state->present) {
            return 'unchanged';
        }
        $edited = $item->edited('visible', $state);
        $kind->hide($item);
        $item->removed = true;
        if (isset($item->fields['visible']) && !$edited) {
            $item->agree('visible', $item->fields['visible']['hash'], $kind->states([$item])[$item->id]);
        }
        $item->save();
        return 'hidden';
    }

    /**
     * Deletes a component and forgets it.
     *
     * @param kind $kind of it
     * @param item $item the component
     * @return string
     */
    private static function delete(kind $kind, item $item): string {
        $state = $kind->states([$item])[$item->id];
        if ($state->attempts) {
            throw new problem('has_attempts', $item->key);
        }
        if ($state->present) {
            $kind->delete($item);
        }
        item::forget($item->courseid, [$item->key]);
        return $state->present ? 'deleted' : 'unchanged';
    }
}
