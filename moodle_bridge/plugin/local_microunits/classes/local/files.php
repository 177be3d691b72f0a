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
use stored_file;

/**
 * The files of a course on their way: those that an upsert carries, and those that were sent before it and are kept.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class files {
    /** @var string The file area in which files wait, in the course's context, named by their sha256. */
    public const KEPT = 'kept';

    /** @var string How a file stands in a text: @@FILE:sha256@@. */
    private const MARK = '/@@FILE:([0-9a-f]{64})@@/';

    /**
     * Makes it for a course.
     *
     * @param context_course $context the course
     * @param array<string, array> $carried name, mimetype and content of files, by sha256
     */
    public function __construct(
        /** @var context_course The course. */
        private readonly context_course $context,
        /** @var array<string, array> What an upsert carries. */
        private readonly array $carried = []
    ) {
    }

    /**
     * Puts the files of a text where a target keeps its files, and their addresses into the text. Files of that place
     * that the text does not show go away: they belonged to what was there before.
     *
     * @param string $html with marks
     * @param array $place contextid, component, filearea, itemid
     * @return string with addresses as Moodle keeps them
     * @throws problem "missingfile"
     */
    public function placed(string $html, array $place): string {
        $storage = get_file_storage();
        $names = $this->names($html);
        foreach ($storage->get_area_files(...array_values($place), includedirs: false) as $file) {
            $same = array_search($file->get_filename(), $names, true);
            if ($same === false || self::hash_of($file) !== $same) {
                $file->delete();
            }
        }
        foreach ($names as $sha256 => $name) {
            if (!$storage->file_exists(...array_values($place), filepath: '/', filename: $name)) {
                $this->place($sha256, $place + ['filepath' => '/', 'filename' => $name]);
            }
        }
        $address = fn(array $match) => '@@PLUGINFILE@@/' . rawurlencode($names[$match[1]]);
        return preg_replace_callback(self::MARK, $address, $html);
    }

    /**
     * Puts a file somewhere. One that was sent before is never read: it may be larger than what fits into memory.
     *
     * @param string $sha256 of it
     * @param array $record where, as Moodle keeps files
     * @throws problem "missingfile": neither carried nor kept
     */
    public function place(string $sha256, array $record): void {
        global $CFG;
        require_once($CFG->libdir . '/filelib.php');
        $record['mimetype'] = mimeinfo('type', $record['filename']);
        $content = $this->carried[$sha256]['content'] ?? null;
        if ($content !== null) {
            $bytes = self::decoded($sha256, $content, "files.{$sha256}.content");
            get_file_storage()->create_file_from_string($record, $bytes);
        } else {
            get_file_storage()->create_file_from_storedfile($record, $this->kept($sha256));
        }
    }

    /**
     * A file as Moodle's functions for pictures take it: by its path, until the request ends.
     *
     * @param string $sha256 of it
     * @return string the path
     * @throws problem "missingfile": neither carried nor kept
     */
    public function on_disk(string $sha256): string {
        $path = make_request_directory() . '/file';
        $content = $this->carried[$sha256]['content'] ?? null;
        if ($content !== null) {
            file_put_contents($path, self::decoded($sha256, $content, "files.{$sha256}.content"));
        } else {
            $this->kept($sha256)->copy_content_to($path);
        }
        return $path;
    }

    /**
     * Deletes kept files that no component has shown for a while.
     *
     * @param int $before the time of the last use
     */
    public static function expire(int $before): void {
        global $DB;
        $select = "component = 'local_microunits' AND filearea IN (?, ?) AND filename <> '.' AND timemodified < ?";
        $rows = $DB->get_recordset_select('files', $select, [self::KEPT, file_pieces::AREA, $before]);
        foreach ($rows as $row) {
            get_file_storage()->get_file_instance($row)->delete();
        }
        $rows->close();
    }

    /**
     * Prints of the files that texts show: a cheap answer to whether a file is another one now.
     *
     * @param string $component of the file area
     * @param string $area the file area
     * @param string $contexts a query for the ids of the contexts
     * @param array $params of the query
     * @return array<int, string> by context
     */
    public static function prints(string $component, string $area, string $contexts, array $params): array {
        global $DB;
        $sql = "SELECT f.id, f.contextid, f.filepath, f.filename, f.contenthash
                  FROM {files} f
                 WHERE f.component = :filecomponent AND f.filearea = :filearea AND f.filename <> '.'
                       AND f.contextid IN ({$contexts})
              ORDER BY f.contextid, f.filepath, f.filename";
        $prints = [];
        foreach ($DB->get_records_sql($sql, $params + ['filecomponent' => $component, 'filearea' => $area]) as $file) {
            $prints[$file->contextid] = ($prints[$file->contextid] ?? '')
                . "|{$file->filepath}{$file->filename}:{$file->contenthash}";
        }
        return $prints;
    }

    /**
     * The names that files of a text have in one folder; two files with the same name get different ones.
     *
     * @param string $html with marks
     * @return array<string, string> by sha256
     */
    private function names(string $html): array {
        preg_match_all(self::MARK, $html, $matches);
        $names = [];
        foreach (array_unique($matches[1]) as $sha256) {
            $name = $this->carried[$sha256]['name'] ?? null;
            if ($name === null) {
                throw new problem('missingfile', $sha256);
            }
            if (in_array($name, $names, true)) {
                $name = substr($sha256, 0, 8) . '-' . $name;
            }
            $names[$sha256] = $name;
        }
        return $names;
    }

    /**
     * A file that was sent before, which is of use for a while again.
     *
     * @param string $sha256 of it
     * @return stored_file
     * @throws problem "missingfile"
     */
    private function kept(string $sha256): stored_file {
        $kept = get_file_storage()->get_file(...array_values(self::record($this->context, $sha256)));
        if (!$kept) {
            throw new problem('missingfile', $sha256);
        }
        $kept->set_timemodified(time());
        return $kept;
    }

    /**
     * Where a file is kept.
     *
     * @param context_course $context the course
     * @param string $sha256 of the file
     * @return array
     */
    public static function record(context_course $context, string $sha256): array {
        return [
            'contextid' => $context->id,
            'component' => 'local_microunits',
            'filearea' => self::KEPT,
            'itemid' => 0,
            'filepath' => '/',
            'filename' => $sha256,
        ];
    }

    /**
     * The sha256 of a file, which may be larger than what fits into memory.
     *
     * @param stored_file $file the file
     * @return string
     */
    private static function hash_of(stored_file $file): string {
        $context = hash_init('sha256');
        $handle = $file->get_content_file_handle();
        hash_update_stream($context, $handle);
        fclose($handle);
        return hash_final($context);
    }

    /**
     * The bytes of a file that was sent.
     *
     * @param string $sha256 what it must be
     * @param mixed $content base64
     * @param string $path where it was sent
     * @return string
     */
    private static function decoded(string $sha256, mixed $content, string $path): string {
        $bytes = self::bytes($content, $path);
        payload::expect(hash('sha256', $bytes) === $sha256, $path, 'not the bytes of that sha256');
        return $bytes;
    }

    /**
     * The bytes that were sent.
     *
     * @param mixed $content base64
     * @param string $path where it was sent
     * @return string
     */
    public static function bytes(mixed $content, string $path): string {
        $bytes = is_string($content) ? base64_decode($content, true) : false;
        payload::expect($bytes !== false, $path, 'base64 expected');
        return $bytes;
    }
}
