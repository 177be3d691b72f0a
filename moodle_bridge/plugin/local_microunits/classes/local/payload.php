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
 * What an upsert carries, checked: whoever has one need not ask again what is in it.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class payload {
    /** @var int A key of the bridge is no longer. */
    public const LONGEST_KEY = 64;

    /** @var array<string, mixed> The fields to be written, by name. */
    public array $values = [];

    /** @var array<string, string> The source's hash of each field that is to be written. */
    public array $hashes = [];

    /** @var array<string, string> Fields whose present value in Moodle is taken as agreed, with the source's hash. */
    public array $accepted = [];

    /** @var part[] The parts that are sent. */
    public array $parts = [];

    /** @var string The key of the component after which a new one is put; "": at the end. */
    public string $after = '';

    /** @var array<string, array> The files that travel along: name, mimetype, content, by sha256. */
    public array $files = [];

    /**
     * Reads a payload.
     *
     * @param string $json as it was sent
     * @param array<string, string> $types the type of each field that the kind has
     * @return self
     * @throws problem "invalidpayload", with the path
     */
    public static function read(string $json, array $types): self {
        $data = json_decode($json, true, 64);
        self::expect(is_array($data) && ($data === [] || !array_is_list($data)), 'payload', 'a JSON object expected');
        self::only($data, ['fields', 'parts', 'files', 'accept', 'after'], '');
        $payload = new self();
        foreach (self::mapping($data, 'fields', '') as $name => $field) {
            $path = "fields.{$name}";
            self::expect(isset($types[$name]), $path, 'no field of this kind');
            self::expect(is_array($field) && array_key_exists('value', $field), $path, 'value and hash expected');
            self::only($field, ['value', 'hash'], $path . '.');
            $payload->values[$name] = field_type::checked($types[$name], $field['value'], $path);
            $payload->hashes[$name] = self::hash($field['hash'] ?? null, "{$path}.hash");
        }
        $payload->accepted = self::accepted($data, $types, '');
        $payload->files = self::files(self::mapping($data, 'files', ''));
        $payload->after = self::key($data['after'] ?? '', 'after', true);
        foreach (self::listing($data, 'parts', '') as $index => $part) {
            $payload->parts[] = part::read($part, "parts.{$index}");
        }
        $keys = array_map(fn(part $part) => $part->key, $payload->parts);
        self::expect(count($keys) === count(array_unique($keys)), 'parts', 'the same key twice');
        return $payload;
    }

    /**
     * A key, checked.
     *
     * @param mixed $key what was sent
     * @param string $path where
     * @param bool $orempty whether "" is allowed
     * @return string
     */
    public static function key(mixed $key, string $path, bool $orempty = false): string {
        if ($orempty && $key === '') {
            return '';
        }
        $fits = is_string($key) && preg_match('/^[A-Za-z0-9_-]+$/D', $key) && strlen($key) <= self::LONGEST_KEY;
        self::expect($fits, $path, 'a key expected: letters, digits, "-" and "_", at most ' . self::LONGEST_KEY);
        return $key;
    }

    /**
     * A source's hash, checked.
     *
     * @param mixed $hash what was sent
     * @param string $path where
     * @return string
     */
    public static function hash(mixed $hash, string $path): string {
        self::expect(is_string($hash) && preg_match('/^[0-9a-f]{1,64}$/D', $hash), $path, 'a hash expected');
        return $hash;
    }

    /**
     * Fields that are agreed on, checked.
     *
     * @param array $data what may have a member "accept"
     * @param array<string, string> $types the type of each field
     * @param string $path where
     * @return array<string, string> hash by name
     */
    public static function accepted(array $data, array $types, string $path): array {
        $accepted = [];
        foreach (self::mapping($data, 'accept', $path) as $name => $hash) {
            self::expect(isset($types[$name]), "{$path}accept.{$name}", 'no field of this kind');
            $accepted[$name] = self::hash($hash, "{$path}accept.{$name}");
        }
        return $accepted;
    }

    /**
     * A member that is an object, or not there.
     *
     * @param array $data what may have it
     * @param string $name the member
     * @param string $path where
     * @return array
     */
    public static function mapping(array $data, string $name, string $path): array {
        $found = $data[$name] ?? [];
        self::expect(is_array($found) && ($found === [] || !array_is_list($found)), $path . $name, 'an object expected');
        return $found;
    }

    /**
     * A member that is a list, or not there.
     *
     * @param array $data what may have it
     * @param string $name the member
     * @param string $path where
     * @return array
     */
    public static function listing(array $data, string $name, string $path): array {
        $found = $data[$name] ?? [];
        self::expect(is_array($found) && array_is_list($found), $path . $name, 'a list expected');
        return $found;
    }

    /**
     * No other members than these.
     *
     * @param array $data what has members
     * @param string[] $names the members that it may have
     * @param string $path where
     */
    public static function only(array $data, array $names, string $path): void {
        foreach (array_keys($data) as $name) {
            self::expect(in_array($name, $names, true), $path . $name, 'unknown');
        }
    }

    /**
     * Refuses what is not as it must be.
     *
     * @param mixed $condition whether it is
     * @param string $path where
     * @param string $expected what is expected there
     */
    public static function expect(mixed $condition, string $path, string $expected): void {
        if (!$condition) {
            throw problem::payload($path, $expected);
        }
    }

    /**
     * The files that travel along, checked.
     *
     * @param array $files by sha256
     * @return array<string, array>
     */
    private static function files(array $files): array {
        foreach ($files as $sha256 => $file) {
            $path = "files.{$sha256}";
            self::expect(preg_match('/^[0-9a-f]{64}$/D', (string) $sha256), $path, 'a sha256 expected');
            self::expect(is_array($file) && is_string($file['name'] ?? null), "{$path}.name", 'text expected');
            self::only($file, ['name', 'mimetype', 'content'], $path . '.');
            $name = clean_param($file['name'], PARAM_FILE);
            self::expect($name !== '', "{$path}.name", 'a file name expected');
            $files[$sha256]['name'] = $name;
        }
        return $files;
    }
}
