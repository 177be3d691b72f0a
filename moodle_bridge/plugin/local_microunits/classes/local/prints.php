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

/**
 * The print of a field: what Moodle holds for it, made short. Another print than the one that was stored when the field
 * was written means that somebody edited it in Moodle.
 *
 * The order of things in a section is compared in another way: "order:3,5,7" and "order:3,7" are the same order, for a
 * thing that left the section says so itself.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class prints {
    /** @var string How a print of an order begins. */
    private const ORDER = 'order:';

    /**
     * The print of a value.
     *
     * @param mixed $value anything that JSON can hold
     * @return string
     */
    public static function of(mixed $value): string {
        return substr(hash('sha256', json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR)), 0, 32);
    }

    /**
     * A text without what forms write otherwise than we do and that means the same: ends of lines, quotes as entities. Who
     * only looks into a form and saves it has edited nothing.
     *
     * @param string $text HTML or plain
     * @return string
     */
    public static function plain(string $text): string {
        return str_replace(["\r\n", '&#x27;', '&#39;', '&#039;', '&quot;'], ["\n", "'", "'", "'", '"'], trim($text));
    }

    /**
     * The print of a number, which databases return as text with zeros behind.
     *
     * @param mixed $number the number
     * @return string
     */
    public static function of_number(mixed $number): string {
        return self::of(round((float) $number, 5));
    }

    /**
     * The print of an order that counts only for those that are still there.
     *
     * @param int[] $ids in their order
     * @return string
     */
    public static function of_order(array $ids): string {
        return self::ORDER . implode(',', $ids);
    }

    /**
     * Whether two prints tell of an edit.
     *
     * @param string $written the print when it was written
     * @param string $now the print now
     * @return bool
     */
    public static function differ(string $written, string $now): bool {
        if (str_starts_with($written, self::ORDER) && str_starts_with($now, self::ORDER)) {
            $before = explode(',', substr($written, strlen(self::ORDER)));
            $after = explode(',', substr($now, strlen(self::ORDER)));
            return array_values(array_intersect($before, $after)) !== array_values(array_intersect($after, $before));
        }
        return $written !== $now;
    }
}
