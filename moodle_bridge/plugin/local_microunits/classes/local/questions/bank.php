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

namespace local_microunits\local\questions;

use context;
use context_course;
use context_module;
use core_question\local\bank\question_bank_helper;
use stdClass;

/**
 * Where the bridge keeps the questions of a course: on 4.5 a category of the course's own bank, from 5.0 on a question
 * bank activity of the course.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class bank {
    /** @var string The id number of the category, and of the question bank activity. */
    private const IDNUMBER = 'local_microunits';

    /** @var stdClass|null The category, once it was asked for. */
    private ?stdClass $category = null;

    /**
     * Makes it for a course.
     *
     * @param stdClass $course the course
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course
    ) {
        global $CFG;
        require_once($CFG->libdir . '/questionlib.php');
    }

    /**
     * The category for new questions; it is made when it is not there.
     *
     * @return stdClass its row
     */
    public function category(): stdClass {
        return $this->category ??= $this->existing() ?? $this->made();
    }

    /**
     * A question that has a key already.
     *
     * @param string $key the external key
     * @return int its bank entry, or 0
     */
    public function entry(string $key): int {
        global $DB;
        $category = $this->category ??= $this->existing();
        if (!$category) {
            return 0;
        }
        $params = ['questioncategoryid' => $category->id, 'idnumber' => $key];
        return (int) $DB->get_field('question_bank_entries', 'id', $params);
    }

    /**
     * The category that is there.
     *
     * @return stdClass|null
     */
    private function existing(): ?stdClass {
        global $DB;
        $context = $this->context();
        $params = ['contextid' => $context->id ?? 0, 'idnumber' => self::IDNUMBER];
        return $DB->get_record('question_categories', $params) ?: null;
    }

    /**
     * Makes the category, and on 5.x the activity that it is in.
     *
     * @return stdClass
     */
    private function made(): stdClass {
        global $DB;
        $context = $this->context() ?? $this->made_activity();
        $category = (object) [
            'name' => get_string('questionbank', 'local_microunits'),
            'info' => get_string('questionbank_info', 'local_microunits'),
            'infoformat' => FORMAT_PLAIN,
            'contextid' => $context->id,
            'parent' => question_get_top_category($context->id, true)->id,
            'sortorder' => 999,
            'stamp' => make_unique_id_code(),
            'idnumber' => self::IDNUMBER,
        ];
        $category->id = $DB->insert_record('question_categories', $category);
        \core\event\question_category_created::create_from_question_category_instance($category, $context)->trigger();
        return $category;
    }

    /**
     * The context that the category is in.
     *
     * @return context|null null: there is no question bank activity of ours yet
     */
    private function context(): ?context {
        global $DB;
        if (!self::in_activities()) {
            return context_course::instance($this->course->id);
        }
        $sql = "SELECT cm.id
                  FROM {course_modules} cm
                  JOIN {modules} m ON m.id = cm.module
                 WHERE cm.course = ? AND cm.idnumber = ? AND m.name = 'qbank' AND cm.deletioninprogress = 0
              ORDER BY cm.id";
        $found = $DB->get_fieldset_sql($sql, [$this->course->id, self::IDNUMBER]);
        return $found ? context_module::instance($found[0]) : null;
    }

    /**
     * Makes the question bank activity.
     *
     * @return context
     */
    private function made_activity(): context {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        require_once($CFG->dirroot . '/course/modlib.php');
        $name = get_string('questionbank', 'local_microunits');
        $cm = question_bank_helper::create_default_open_instance($this->course, $name);
        set_coursemodule_idnumber($cm->id, self::IDNUMBER);
        rebuild_course_cache($this->course->id, true, true);
        return context_module::instance($cm->id);
    }

    /**
     * Whether this Moodle keeps questions in activities only.
     *
     * @return bool
     */
    private static function in_activities(): bool {
        return class_exists(question_bank_helper::class)
            && method_exists(question_bank_helper::class, 'create_default_open_instance');
    }
}
