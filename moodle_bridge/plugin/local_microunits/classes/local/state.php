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
 * A target as it is in Moodle now.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class state {
    /**
     * Makes a state; without arguments that of a target that is not there any more.
     *
     * @param bool $present whether the target is still there; a part: whether it is in its component
     * @param array<string, string|null> $prints a print for each field; null: it cannot be said
     * @param int $sectionid the course section in which it stands, or 0
     * @param int $position in its section, or among the parts
     * @param int $attempts how many learners' attempts hang on it
     * @param int $version of a question
     * @param array<string, mixed> $values what was read beside the prints
     */
    public function __construct(
        /** @var bool Whether the target is still there. */
        public readonly bool $present = false,
        /** @var array<string, string|null> A print for each field. */
        public readonly array $prints = [],
        /** @var int The course section in which it stands, or 0. */
        public readonly int $sectionid = 0,
        /** @var int In its section, or among the parts. */
        public readonly int $position = 0,
        /** @var int How many learners' attempts hang on it. */
        public readonly int $attempts = 0,
        /** @var int The version of a question. */
        public readonly int $version = 0,
        /** @var array<string, mixed> What was read beside the prints. */
        public readonly array $values = []
    ) {
    }
}
