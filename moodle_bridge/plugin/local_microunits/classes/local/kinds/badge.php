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

namespace local_microunits\local\kinds;

use award_criteria;
use core_badges\badge as moodle_badge;
use local_microunits\local\field_type;
use local_microunits\local\files;
use local_microunits\local\item;
use local_microunits\local\kind;
use local_microunits\local\payload;
use local_microunits\local\prints;
use local_microunits\local\problem;
use local_microunits\local\state;
use stdClass;

/**
 * A badge of the course.
 *
 * What has to be done for it stands there as text only: the badge has no criterion that Moodle could hold anybody's work
 * against, and none by which somebody could award it by hand. Those who have it got it through the bridge (see awards).
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class badge extends kind {
    /** @var string[] How many of the listed requirements are needed, by Moodle's number for it. */
    private const NEEDED = [1 => 'all', 2 => 'any'];

    #[\Override]
    public function fields(): array {
        return [
            'name' => field_type::LINE,
            'description' => field_type::TEXT,
            'picture' => field_type::FILE,
            'criteria' => field_type::HTML,
            'needed' => field_type::PLUGIN,
            'validity' => field_type::COUNT,
            'visible' => field_type::TRUTH,
        ];
    }

    #[\Override]
    public function required(): array {
        return ['name', 'picture'];
    }

    #[\Override]
    public function capabilities(): array {
        return ['moodle/badges:createbadge', 'moodle/badges:configuredetails', 'moodle/badges:configurecriteria'];
    }

    #[\Override]
    public function check(array $values): void {
        self::expect_badges();
        $needed = $values['needed'] ?? 'all';
        payload::expect(in_array($needed, self::NEEDED, true), 'fields.needed', '"all" or "any" expected');
        payload::expect(!str_contains($values['criteria'] ?? '', '@@FILE:'), 'fields.criteria', 'no files in criteria');
    }

    /**
     * Refuses to go on where the site has no badges of courses.
     *
     * @throws problem "badgesoff"
     */
    public static function expect_badges(): void {
        global $CFG;
        if (empty($CFG->enablebadges) || empty($CFG->badges_allowcoursebadges)) {
            throw new problem('badgesoff');
        }
        require_once($CFG->libdir . '/badgeslib.php');
    }

    /**
     * A badge has no place for a key. One that was forgotten is known by its name, and by that the bridge made it.
     *
     * @param string $key the external key
     * @param payload $payload what was sent
     * @return item|null not saved
     */
    #[\Override]
    public function find(string $key, payload $payload): ?item {
        global $DB, $USER;
        $sql = "SELECT b.id
                  FROM {badge} b
             LEFT JOIN {local_microunits_item} i ON i.kind = 'badge' AND i.targetid = b.id
                 WHERE b.courseid = :courseid AND b.usercreated = :userid AND b.name = :name
                       AND b.status <> :archived AND i.id IS NULL
              ORDER BY b.id DESC";
        $params = [
            'courseid' => $this->course->id,
            'userid' => $USER->id,
            'name' => trim($payload->values['name'] ?? ''),
            'archived' => BADGE_STATUS_ARCHIVED,
        ];
        $ids = $DB->get_fieldset_sql($sql, $params);
        return $ids ? new item($this->course->id, $key, 'badge', (int) reset($ids)) : null;
    }

    #[\Override]
    public function create(string $key, payload $payload): item {
        global $CFG, $SITE;
        $data = (object) [
            'name' => $payload->values['name'],
            'description' => $payload->values['description'] ?? '',
            'version' => '',
            'language' => $this->course->lang ?: $CFG->lang,
            'imagecaption' => '',
            // Moodle 4.5 keeps who made the picture.
            'imageauthorname' => '',
            'imageauthoremail' => '',
            'imageauthorurl' => '',
            'issuername' => ($CFG->badges_defaultissuername ?? '') ?: $SITE->fullname,
            'issuerurl' => $CFG->wwwroot,
            'issuercontact' => $CFG->badges_defaultissuercontact ?? '',
            'expiry' => 0,
        ];
        // The message to who gets it is written now, in the language of the course.
        $before = force_current_language($data->language);
        try {
            $made = moodle_badge::create_badge($data, $this->course->id);
        } finally {
            force_current_language($before);
        }
        $this->write_criteria($made, ['criteria' => $payload->values['criteria'] ?? '']);
        return new item($this->course->id, $key, 'badge', (int) $made->id);
    }

    #[\Override]
    public function states(array $items): array {
        global $CFG, $DB;
        require_once($CFG->libdir . '/badgeslib.php');
        if (!$items) {
            return [];
        }
        [$scope, $params] = $this->scope($items);
        $sql = "SELECT i.id AS itemid, b.id, b.name, b.description, b.expireperiod, b.expiredate, b.status,
                       c.description AS criteria, c.method
                  FROM {local_microunits_item} i
                  JOIN {badge} b ON b.id = i.targetid AND b.courseid = i.courseid
             LEFT JOIN {badge_criteria} c ON c.badgeid = b.id AND c.criteriatype = :overall
                 WHERE {$scope} AND b.status <> :archived";
        $rows = $DB->get_records_sql(
            $sql,
            $params + ['overall' => BADGE_CRITERIA_TYPE_OVERALL, 'archived' => BADGE_STATUS_ARCHIVED]
        );
        $pictures = $this->pictures(array_column($rows, 'id'));
        $holders = $this->holders(array_column($rows, 'id'));
        $states = [];
        foreach ($items as $item) {
            $row = $rows[$item->id] ?? null;
            if ($row) {
                $told = $this->told($row, $pictures[$row->id] ?? '');
                $told['description'] = prints::plain($told['description']);
                $told['criteria'] = prints::plain($told['criteria']);
                $states[$item->id] = new state(true, array_map(prints::of(...), $told), attempts: $holders[$row->id] ?? 0);
            } else {
                $states[$item->id] = new state();
            }
        }
        return $states;
    }

    #[\Override]
    public function write(item $item, array $values, files $files): void {
        global $CFG, $USER;
        if (!$values) {
            return;
        }
        require_once($CFG->libdir . '/badgeslib.php');
        $badge = new moodle_badge($item->targetid);
        $details = array_intersect_key($values, ['name' => 1, 'description' => 1, 'validity' => 1]);
        if ($details) {
            $badge->name = trim($values['name'] ?? $badge->name);
            $badge->description = $values['description'] ?? $badge->description;
            if (isset($values['validity'])) {
                $badge->expiredate = null;
                $badge->expireperiod = $values['validity'] ?: null;
            }
            $badge->usermodified = $USER->id;
            $badge->save();
        }
        if (isset($values['picture'])) {
            $this->write_picture($badge, $values['picture'], $files);
        }
        $this->write_criteria($badge, $values);
        if (isset($values['visible'])) {
            $this->show($badge, $values['visible']);
        }
    }

    #[\Override]
    public function values(item $item): array {
        global $CFG, $DB;
        require_once($CFG->libdir . '/badgeslib.php');
        $sql = "SELECT b.*, c.description AS criteria, c.method
                  FROM {badge} b
             LEFT JOIN {badge_criteria} c ON c.badgeid = b.id AND c.criteriatype = ?
                 WHERE b.id = ?";
        $row = $DB->get_record_sql($sql, [BADGE_CRITERIA_TYPE_OVERALL, $item->targetid]);
        return $row ? $this->told($row, $this->pictures([$row->id])[$row->id] ?? '') : [];
    }

    #[\Override]
    public function hide(item $item): void {
        global $CFG;
        require_once($CFG->libdir . '/badgeslib.php');
        $this->show(new moodle_badge($item->targetid), false);
    }

    #[\Override]
    public function delete(item $item): void {
        global $CFG;
        require_once($CFG->libdir . '/badgeslib.php');
        require_capability('moodle/badges:deletebadge', $this->context());
        (new moodle_badge($item->targetid))->delete(false);
    }

    /**
     * Makes the picture of a badge, in the sizes that Moodle shows.
     *
     * @param moodle_badge $badge the badge
     * @param string $mark which file
     * @param files $files on their way
     */
    private function write_picture(moodle_badge $badge, string $mark, files $files): void {
        global $CFG;
        require_once($CFG->libdir . '/gdlib.php');
        $path = $files->on_disk(field_type::sha256($mark));
        $made = process_new_icon($this->context(), 'badges', 'badgeimage', $badge->id, $path, true);
        payload::expect($made, 'fields.picture', 'a picture (PNG, JPEG or GIF) expected');
    }

    /**
     * Writes what has to be done.
     *
     * @param moodle_badge $badge the badge
     * @param array<string, mixed> $values criteria and needed, where they are to be written
     */
    private function write_criteria(moodle_badge $badge, array $values): void {
        global $DB;
        $where = ['badgeid' => $badge->id, 'criteriatype' => BADGE_CRITERIA_TYPE_OVERALL];
        if (isset($values['criteria'])) {
            $known = (array) $DB->get_record('badge_criteria', $where);
            $criterion = award_criteria::build(array_filter($known) + $where);
            $text = clean_text($values['criteria'], FORMAT_HTML);
            $criterion->save(['description' => ['text' => $text, 'format' => FORMAT_HTML]]);
        }
        if (isset($values['needed'])) {
            $DB->set_field('badge_criteria', 'method', array_search($values['needed'], self::NEEDED, true), $where);
        }
    }

    /**
     * Lets learners see the badge among those that can be earned, or not. Who has it keeps it.
     *
     * @param moodle_badge $badge the badge
     * @param bool $visible whether they see it
     */
    private function show(moodle_badge $badge, bool $visible): void {
        // Moodle has other words for a badge that somebody has.
        $awarded = $badge->is_locked() || $badge->has_awards();
        if ($awarded) {
            $badge->set_status($visible ? BADGE_STATUS_ACTIVE_LOCKED : BADGE_STATUS_INACTIVE_LOCKED);
        } else {
            $badge->set_status($visible ? BADGE_STATUS_ACTIVE : BADGE_STATUS_INACTIVE);
        }
    }

    /**
     * The fields of a badge.
     *
     * @param stdClass $row of the table, with its criteria
     * @param string $picture what tells the picture from others
     * @return array<string, mixed>
     */
    private function told(stdClass $row, string $picture): array {
        return [
            'name' => $row->name,
            'description' => (string) $row->description,
            'picture' => $picture,
            'criteria' => (string) $row->criteria,
            'needed' => self::NEEDED[$row->method] ?? '',
            // A teacher may have chosen a date instead.
            'validity' => $row->expiredate ? -(int) $row->expiredate : (int) $row->expireperiod,
            'visible' => in_array((int) $row->status, [BADGE_STATUS_ACTIVE, BADGE_STATUS_ACTIVE_LOCKED], true),
        ];
    }

    /**
     * What tells the pictures of badges from others.
     *
     * @param int[] $ids badges
     * @return array<int, string> by badge
     */
    private function pictures(array $ids): array {
        global $DB;
        if (!$ids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
        $select = "contextid = :contextid AND component = 'badges' AND filearea = 'badgeimage' AND filename = 'f3.png'
                   AND itemid {$in}";
        $params['contextid'] = $this->context()->id;
        return $DB->get_records_select_menu('files', $select, $params, '', 'itemid, contenthash');
    }

    /**
     * How many people have badges.
     *
     * @param int[] $ids badges
     * @return array<int, int> by badge
     */
    private function holders(array $ids): array {
        global $DB;
        if (!$ids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($ids);
        $sql = "SELECT badgeid, COUNT(1) AS holders FROM {badge_issued} WHERE badgeid {$in} GROUP BY badgeid";
        return array_map(intval(...), $DB->get_records_sql_menu($sql, $params));
    }
}
