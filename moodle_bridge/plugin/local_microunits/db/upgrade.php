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
 * Steps from an older version of the plugin to this one.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Upgrades the plugin.
 *
 * @param int $oldversion the version that was installed
 * @return bool
 */
function xmldb_local_microunits_upgrade($oldversion) {
    global $DB;
    if ($oldversion < 2026112601) {
        $table = new xmldb_table('local_microunits_item');
        $field = new xmldb_field('userid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0', 'parentid');
        if (!$DB->get_manager()->field_exists($table, $field)) {
            $DB->get_manager()->add_field($table, $field);
        }
        $index = new xmldb_index('userid', XMLDB_INDEX_NOTUNIQUE, ['userid']);
        if (!$DB->get_manager()->index_exists($table, $index)) {
            $DB->get_manager()->add_index($table, $index);
        }
        // Events of learners were kept as if they were there for all.
        $sql = "SELECT i.id, i.courseid, i.itemkey, e.id AS eventid, e.eventtype, e.userid
                  FROM {local_microunits_item} i
                  JOIN {event} e ON e.id = i.targetid
                 WHERE i.kind = 'event'";
        $rows = $DB->get_recordset_sql($sql);
        foreach ($rows as $row) {
            if ($row->eventtype === 'user') {
                $DB->set_field('local_microunits_item', 'userid', $row->userid, ['id' => $row->id]);
            }
            $uuid = "local_microunits:{$row->courseid}:{$row->itemkey}";
            $DB->set_field('event', 'uuid', $uuid, ['id' => $row->eventid]);
        }
        $rows->close();
        upgrade_plugin_savepoint(true, 2026112601, 'local', 'microunits');
    }
    if ($oldversion < 2026112602) {
        $table = new xmldb_table('local_microunits_award');
        $table->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $table->add_field('courseid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $table->add_field('awardkey', XMLDB_TYPE_CHAR, '64', null, XMLDB_NOTNULL);
        $table->add_field('badgeid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('userid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $table->add_field('issuedid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('revoked', XMLDB_TYPE_INTEGER, '1', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('timecreated', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $table->add_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
        $table->add_index('courseid-awardkey', XMLDB_INDEX_UNIQUE, ['courseid', 'awardkey']);
        $table->add_index('courseid-issuedid', XMLDB_INDEX_NOTUNIQUE, ['courseid', 'issuedid']);
        $table->add_index('userid', XMLDB_INDEX_NOTUNIQUE, ['userid']);
        if (!$DB->get_manager()->table_exists($table)) {
            $DB->get_manager()->create_table($table);
        }
        upgrade_plugin_savepoint(true, 2026112602, 'local', 'microunits');
    }
    return true;
}
