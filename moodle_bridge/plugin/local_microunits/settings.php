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

/**
 * The settings of the plugin.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_microunits', new lang_string('pluginname', 'local_microunits'));
    $ADMIN->add('localplugins', $settings);
    $settings->add(new admin_setting_configduration(
        'local_microunits/keepchanges',
        new lang_string('keepchanges', 'local_microunits'),
        new lang_string('keepchanges_desc', 'local_microunits'),
        90 * DAYSECS,
        DAYSECS
    ));
    $settings->add(new admin_setting_configduration(
        'local_microunits/keepnotices',
        new lang_string('keepnotices', 'local_microunits'),
        new lang_string('keepnotices_desc', 'local_microunits'),
        365 * DAYSECS,
        DAYSECS
    ));
    $settings->add(new admin_setting_configduration(
        'local_microunits/keepfiles',
        new lang_string('keepfiles', 'local_microunits'),
        new lang_string('keepfiles_desc', 'local_microunits'),
        WEEKSECS,
        DAYSECS
    ));
}
