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

use context_course;
use core\lock\lock_config;
use stored_file;

/**
 * A file that comes whole or in pieces, for a site takes only so much in one request. The pieces come in their order and
 * lie in the course until the last one is there; a sender who was broken off is told where to go on.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class file_pieces {
    /** @var string The file area in which pieces wait; they are named by the file's sha256 and where they begin. */
    public const AREA = 'pieces';

    /** @var int How long another sender of the same file is waited for, in seconds. */
    private const PATIENCE = 60;

    /**
     * Makes it for a file.
     *
     * @param context_course $context the course
     * @param string $sha256 of the whole file
     */
    public function __construct(
        /** @var context_course The course. */
        private readonly context_course $context,
        /** @var string Of the whole file. */
        private readonly string $sha256
    ) {
    }

    /**
     * Takes what was sent.
     *
     * @param string $content base64
     * @param int $offset where in the file it begins
     * @param int $total bytes of the whole file; 0: this is all of it
     * @return array "stored", "present" or "partial"; and up to where the file is here without a gap
     * @throws problem "invalidpayload", "busy"
     */
    public function take(string $content, int $offset, int $total): array {
        $lock = lock_config::get_lock_factory('local_microunits')
            ->get_lock("file_{$this->context->id}_{$this->sha256}", self::PATIENCE);
        if (!$lock) {
            throw new problem('busy');
        }
        try {
            return $this->taken(files::bytes($content, 'content'), $offset, $total);
        } finally {
            $lock->release();
        }
    }

    /**
     * Takes what was sent, as the only sender of this file.
     *
     * @param string $bytes the piece
     * @param int $offset where in the file it begins
     * @param int $total bytes of the whole file; 0: this is all of it
     * @return array
     */
    private function taken(string $bytes, int $offset, int $total): array {
        $total = $total ?: strlen($bytes);
        payload::expect($offset >= 0 && $offset + strlen($bytes) <= $total, 'offset', 'a piece within the file expected');
        $place = files::record($this->context, $this->sha256);
        $kept = get_file_storage()->get_file(...array_values($place));
        if ($kept) {
            $kept->set_timemodified(time());
            return ['present', (int) $kept->get_filesize()];
        }
        if (strlen($bytes) === $total) {
            payload::expect(hash('sha256', $bytes) === $this->sha256, 'content', 'not the bytes of that sha256');
            get_file_storage()->create_file_from_string($place, $bytes);
            $this->forget();
            return ['stored', $total];
        }
        $next = $this->next();
        if ($offset === $next && $bytes !== '') {
            get_file_storage()->create_file_from_string($this->piece($offset), $bytes);
            $next += strlen($bytes);
        }
        if ($next < $total) {
            return ['partial', $next];
        }
        $this->join($place);
        return ['stored', $total];
    }

    /**
     * Where the next piece begins.
     *
     * @return int
     */
    private function next(): int {
        return array_sum(array_map(fn(stored_file $piece) => (int) $piece->get_filesize(), $this->pieces()));
    }

    /**
     * Makes one file of the pieces.
     *
     * @param array $place where
     */
    private function join(array $place): void {
        $path = make_request_directory() . '/whole';
        $whole = fopen($path, 'wb');
        foreach ($this->pieces() as $piece) {
            $handle = $piece->get_content_file_handle();
            stream_copy_to_stream($handle, $whole);
            fclose($handle);
        }
        fclose($whole);
        $fits = hash_file('sha256', $path) === $this->sha256;
        if ($fits) {
            get_file_storage()->create_file_from_pathname($place, $path);
        }
        unlink($path);
        $this->forget();
        payload::expect($fits, 'content', 'not the bytes of that sha256');
    }

    /**
     * The pieces that are here, in their order.
     *
     * @return stored_file[]
     */
    private function pieces(): array {
        global $DB;
        $select = 'contextid = :contextid AND component = :component AND filearea = :area AND '
            . $DB->sql_like('filename', ':name');
        $params = [
            'contextid' => $this->context->id,
            'component' => 'local_microunits',
            'area' => self::AREA,
            'name' => $this->sha256 . '.%',
        ];
        $rows = $DB->get_records_select('files', $select, $params, 'filename');
        return array_map(get_file_storage()->get_file_instance(...), array_values($rows));
    }

    /**
     * Deletes the pieces.
     */
    private function forget(): void {
        foreach ($this->pieces() as $piece) {
            $piece->delete();
        }
    }

    /**
     * Where a piece lies.
     *
     * @param int $offset where in the file it begins
     * @return array
     */
    private function piece(int $offset): array {
        $name = sprintf('%s.%015d', $this->sha256, $offset);
        return ['filearea' => self::AREA, 'filename' => $name] + files::record($this->context, $this->sha256);
    }
}
