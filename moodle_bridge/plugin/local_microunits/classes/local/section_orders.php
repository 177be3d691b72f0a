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
 * The orders of the bridge's sections across one of our own writes: what we put or move there is no edit of an order.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class section_orders {
    /** @var item[] The sections whose order nobody had edited before. */
    private array $unedited;

    /**
     * Notes which orders are as they were written.
     *
     * @param stdClass $course the course
     */
    public function __construct(
        /** @var stdClass The course. */
        private readonly stdClass $course
    ) {
        $items = item::all($course->id, ['kind' => 'section']);
        $states = kind::named('section', $course)->states($items);
        $this->unedited = array_filter(
            $items,
            fn(item $item) => isset($item->fields['order']) && !$item->edited('order', $states[$item->id])
        );
    }

    /**
     * Takes the orders as they are now as they were written.
     *
     * @param item|null $except a component that has kept its own already
     */
    public function renew(?item $except = null): void {
        unset($this->unedited[$except->id ?? 0]);
        if (!$this->unedited) {
            return;
        }
        $states = kind::named('section', $this->course)->states($this->unedited);
        foreach ($this->unedited as $item) {
            $now = $states[$item->id]->prints['order'] ?? null;
            if ($now !== null && $now !== $item->fields['order']['print']) {
                $item->agree('order', $item->fields['order']['hash'], $states[$item->id]);
                $item->save();
            }
        }
    }
}
