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

namespace local_microunits\task;

use core\task\scheduled_task;
use local_microunits\local\files;
use local_microunits\local\outbox;

/**
 * Takes away what the bridge no longer needs.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class clean_up extends scheduled_task {
    #[\Override]
    public function get_name() {
        return get_string('cleanup', 'local_microunits');
    }

    #[\Override]
    public function execute() {
        global $DB;
        $config = get_config('local_microunits');
        $now = time();
        outbox::expire($now - (int) ($config->keepchanges ?? 90 * DAYSECS));
        $notices = $now - (int) ($config->keepnotices ?? YEARSECS);
        $DB->delete_records_select('local_microunits_notice', 'timecreated < ?', [$notices]);
        files::expire($now - (int) ($config->keepfiles ?? WEEKSECS));
    }
}
