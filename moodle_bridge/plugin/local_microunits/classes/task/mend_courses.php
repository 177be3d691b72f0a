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
use local_microunits\local\course_lock;

/**
 * Has Moodle read the contents of a course anew when a process died while it wrote to it, so that nobody sees on the
 * course page what the database has forgotten.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class mend_courses extends scheduled_task {
    #[\Override]
    public function get_name() {
        return get_string('mendcourses', 'local_microunits');
    }

    #[\Override]
    public function execute() {
        course_lock::mend();
    }
}
