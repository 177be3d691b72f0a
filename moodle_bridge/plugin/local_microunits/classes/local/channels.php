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

use stdClass;

/**
 * Whether notifications of ours reach a learner: what the admin allows, and what learners have chosen for themselves.
 *
 * Moodle itself takes a notification also where every channel is switched off, keeps it, and says that it was sent.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class channels {
    /** @var string How our notifications are called in the settings of Moodle's messages. */
    private const PROVIDER = 'local_microunits_review';

    /**
     * Whether the site sends notifications of ours to anybody.
     *
     * @return bool
     */
    public static function any(): bool {
        global $CFG;
        require_once($CFG->libdir . '/messagelib.php');
        return !get_config('message', self::PROVIDER . '_disable') && get_message_processors(true);
    }

    /**
     * For some learners whether at least one channel is open; two queries, however many they are.
     *
     * @param stdClass[] $users with id and emailstop
     * @return array<int, bool> by user
     */
    public static function open(array $users): array {
        global $DB;
        if (!$users) {
            return [];
        }
        if (!self::any()) {
            return array_fill_keys(array_column($users, 'id'), false);
        }
        $name = 'message_provider_' . self::PROVIDER . '_enabled';
        [$in, $params] = $DB->get_in_or_equal(array_column($users, 'id'), SQL_PARAMS_NAMED);
        $chosen = $DB->get_records_select_menu(
            'user_preferences',
            "name = :name AND userid {$in}",
            $params + ['name' => $name],
            '',
            'userid, value'
        );
        $defaults = (array) get_message_output_default_preferences();
        $bydefault = explode(',', $defaults[$name] ?? '');
        $free = [];
        $isforced = false;
        foreach (array_keys(get_message_processors(true)) as $channel) {
            if (empty($defaults["{$channel}_provider_" . self::PROVIDER . '_locked'])) {
                $free[] = $channel;
            } else if (in_array($channel, $bydefault, true)) {
                $isforced = true;
            }
        }
        $open = [];
        foreach ($users as $user) {
            // Moodle's own rule: an empty choice is none, and the default holds.
            $wanted = empty($chosen[$user->id]) ? $bydefault : explode(',', $chosen[$user->id]);
            $open[$user->id] = $isforced || (!$user->emailstop && array_intersect($free, $wanted));
        }
        return $open;
    }
}
