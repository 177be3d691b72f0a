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
 * The types that fields of components have.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class field_type {
    /** @var string A line of text, at most 255 characters, not empty. */
    public const LINE = 'line';

    /** @var string HTML, in which files stand as @@FILE:sha256@@. */
    public const HTML = 'html';

    /** @var string Plain text, also of several lines, also empty. */
    public const TEXT = 'text';

    /** @var string A file: @@FILE:sha256@@ and nothing else. */
    public const FILE = 'file';

    /** @var string A whole number, not negative. */
    public const COUNT = 'count';

    /** @var string A number, not negative. */
    public const NUMBER = 'number';

    /** @var string A truth value. */
    public const TRUTH = 'truth';

    /** @var string A key of the bridge. */
    public const KEY = 'key';

    /** @var string A list of keys of the bridge, none twice. */
    public const KEYS = 'keys';

    /** @var string A short name of Moodle, such as that of a behaviour. */
    public const PLUGIN = 'plugin';

    /** @var string For each of some things a list of words; the kind knows which. */
    public const LISTS = 'lists';

    /** @var string How a file stands as a value. */
    private const MARK = '/^@@FILE:([0-9a-f]{64})@@$/D';

    /**
     * Which file a value of the type FILE names.
     *
     * @param string $value checked
     * @return string the sha256
     */
    public static function sha256(string $value): string {
        preg_match(self::MARK, $value, $match);
        return $match[1];
    }

    /**
     * A value, checked.
     *
     * @param string $type one of the constants
     * @param mixed $value what was sent
     * @param string $path where
     * @return mixed the same value
     * @throws problem "invalidpayload"
     */
    public static function checked(string $type, mixed $value, string $path): mixed {
        switch ($type) {
            case self::LINE:
                payload::expect(is_string($value) && trim($value) !== '', $path, 'text expected');
                payload::expect(\core_text::strlen($value) <= 255, $path, 'at most 255 characters expected');
                return $value;
            case self::FILE:
                payload::expect(is_string($value) && preg_match(self::MARK, $value), $path, 'a file expected');
                return $value;
            case self::TEXT:
            case self::HTML:
                payload::expect(is_string($value), $path, 'text expected');
                return $value;
            case self::COUNT:
                payload::expect(is_int($value) && $value >= 0, $path, 'a whole number expected, not negative');
                return $value;
            case self::NUMBER:
                payload::expect((is_int($value) || is_float($value)) && $value >= 0, $path, 'a number expected, not negative');
                return (float) $value;
            case self::TRUTH:
                payload::expect(is_bool($value), $path, 'true or false expected');
                return $value;
            case self::KEY:
                return payload::key($value, $path, true);
            case self::KEYS:
                return self::keys($value, $path);
            case self::PLUGIN:
                payload::expect(is_string($value) && preg_match('/^[a-z][a-z0-9_]*$/D', $value), $path, 'a short name expected');
                return $value;
            case self::LISTS:
                return self::lists($value, $path);
        }
        throw new \coding_exception("No type of field: {$type}");
    }

    /**
     * A list of keys, checked.
     *
     * @param mixed $value what was sent
     * @param string $path where
     * @return string[]
     */
    private static function keys(mixed $value, string $path): array {
        payload::expect(is_array($value) && array_is_list($value), $path, 'a list of keys expected');
        foreach ($value as $index => $key) {
            payload::key($key, "{$path}.{$index}");
        }
        payload::expect(count($value) === count(array_unique($value)), $path, 'the same key twice');
        return $value;
    }

    /**
     * Lists of words by name, checked.
     *
     * @param mixed $value what was sent
     * @param string $path where
     * @return array<string, string[]>
     */
    private static function lists(mixed $value, string $path): array {
        payload::expect(is_array($value) && !array_is_list($value), $path, 'an object of lists expected');
        foreach ($value as $name => $words) {
            $fits = is_array($words) && array_is_list($words) && array_filter($words, is_string(...)) === $words;
            payload::expect($fits, "{$path}.{$name}", 'a list of words expected');
        }
        return $value;
    }
}
