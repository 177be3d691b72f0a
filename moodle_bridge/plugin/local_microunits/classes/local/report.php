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
 * What became of an upsert, while it is done.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class report {
    /** @var string What became of something: it was made. */
    public const CREATED = 'created';

    /** @var string What became of something: it, or where it stands, is another. */
    public const CHANGED = 'changed';

    /** @var string What became of something: nothing. */
    public const UNCHANGED = 'unchanged';

    /** @var array{key: string, name: string}[] The fields that were written. */
    public array $written = [];

    /** @var array{key: string, status: string, targetid: int, version: int}[] The parts that were sent. */
    public array $parts = [];

    /** @var array{path: string, code: string, message: string}[] What was not done, or otherwise. */
    public array $warnings = [];

    /**
     * Says that something was not done, or otherwise.
     *
     * @param string $path what it is about, as in the payload
     * @param string $code which of the cases it is
     * @param string|null $detail for the message
     */
    public function warn(string $path, string $code, ?string $detail = null): void {
        $message = get_string('warning_' . $code, 'local_microunits', $detail);
        $this->warnings[] = ['path' => $path, 'code' => $code, 'message' => $message];
    }

    /**
     * Says that fields were written.
     *
     * @param string $key of the component or part
     * @param string[] $names the fields
     */
    public function wrote(string $key, array $names): void {
        foreach ($names as $name) {
            $this->written[] = ['key' => $key, 'name' => $name];
        }
    }

    /**
     * Says what became of a part.
     *
     * @param string $key the part
     * @param string $status one of the constants
     * @param int $targetid its question bank entry, or 0
     * @param int $version the version that is now the latest, or 0
     */
    public function part(string $key, string $status, int $targetid = 0, int $version = 0): void {
        $this->parts[] = ['key' => $key, 'status' => $status, 'targetid' => $targetid, 'version' => $version];
    }

    /**
     * Whether anything was written, made or moved.
     *
     * @return bool
     */
    public function changes(): bool {
        $changed = array_filter($this->parts, fn(array $part) => $part['status'] !== self::UNCHANGED);
        return $this->written || $changed;
    }
}
