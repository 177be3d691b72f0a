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
 * Something that the bridge sent, or asked for, that cannot be done; the error code says which of the cases it is.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class problem extends \moodle_exception {
    /**
     * Makes the exception.
     *
     * @param string $code the error code, a string of the language file
     * @param string|null $detail what it is about, beginning with a path where there is one
     */
    public function __construct(string $code, ?string $detail = null) {
        parent::__construct($code, 'local_microunits', '', $detail);
    }

    /**
     * What was sent is not what is expected there.
     *
     * @param string $path where in the payload
     * @param string $expected what is expected there
     * @return self
     */
    public static function payload(string $path, string $expected): self {
        return new self('invalidpayload', "{$path}: {$expected}");
    }
}
