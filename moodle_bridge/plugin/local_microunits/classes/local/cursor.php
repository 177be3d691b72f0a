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
 * A place in rows that come in the order in which they were changed last: the time of the last one that was told, and its id.
 *
 * The cursor of the last answer lies a little in the past: what was written just then by another process comes again
 * rather than never.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class cursor {
    /** @var int How far in the past the cursor of the last answer lies, in seconds: no request takes longer. */
    private const OVERLAP = 120;

    /**
     * Makes a place.
     *
     * @param int $time of the last row that was told
     * @param int $id of it
     */
    private function __construct(
        /** @var int Of the last row that was told. */
        private readonly int $time,
        /** @var int Of it. */
        private readonly int $id
    ) {
    }

    /**
     * Reads a cursor.
     *
     * @param string $cursor as it was sent
     * @return self
     * @throws problem "invalidcursor"
     */
    public static function read(string $cursor): self {
        if ($cursor === '') {
            return new self(0, 0);
        }
        if (!preg_match('/^(\d{1,12})\.(\d{1,18})$/D', $cursor, $match)) {
            throw new problem('invalidcursor', $cursor);
        }
        return new self((int) $match[1], (int) $match[2]);
    }

    /**
     * Which rows come after it.
     *
     * @param string $time the column
     * @param string $id the column
     * @return array a condition and its parameters
     */
    public function condition(string $time, string $id): array {
        return [
            "({$time} > :time OR ({$time} = :sametime AND {$id} > :id))",
            ['time' => $this->time, 'sametime' => $this->time, 'id' => $this->id],
        ];
    }

    /**
     * The cursor after a page.
     *
     * @param int $time of its last row
     * @param int $id of its last row
     * @return string
     */
    public static function at(int $time, int $id): string {
        return "{$time}.{$id}";
    }

    /**
     * The cursor after the last page; never back behind where the caller was.
     *
     * @param int $now when reading began
     * @return string
     */
    public function after_all(int $now): string {
        $settled = $now - self::OVERLAP;
        return $settled > $this->time ? self::at($settled, 0) : self::at($this->time, $this->id);
    }
}
