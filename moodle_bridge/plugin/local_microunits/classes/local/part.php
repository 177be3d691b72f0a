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
 * A part as it was sent: a question of a quiz.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class part {
    /** @var string[] The groups of a question's contents, in which a person edits it. */
    public const FIELDS = ['name', 'text', 'points', 'feedback', 'hints', 'tags', 'answers', 'settings'];

    /**
     * Makes a part.
     *
     * @param string $path where in the payload it stands
     * @param string $key its external key
     * @param array<string, string> $hashes the source's hash of each field that is to be written
     * @param array<string, string> $accepted fields whose present value is agreed, with the source's hash
     * @param string $qtype the type of question
     * @param float|null $points what it earns in the quiz
     * @param string $xml a question element of Moodle XML, or "" where nothing is written
     */
    public function __construct(
        /** @var string Where in the payload it stands. */
        public readonly string $path,
        /** @var string Its external key. */
        public readonly string $key,
        /** @var array<string, string> The source's hash of each field that is to be written. */
        public readonly array $hashes,
        /** @var array<string, string> Fields whose present value is agreed, with the source's hash. */
        public readonly array $accepted,
        /** @var string The type of question. */
        public readonly string $qtype,
        /** @var float|null What it earns in the quiz. */
        public readonly ?float $points,
        /** @var string A question element of Moodle XML, or "". */
        public readonly string $xml
    ) {
    }

    /**
     * Reads a part.
     *
     * @param mixed $data what was sent
     * @param string $path where
     * @return self
     * @throws problem "invalidpayload"
     */
    public static function read(mixed $data, string $path): self {
        payload::expect(is_array($data) && !array_is_list($data), $path, 'an object expected');
        $path .= '.';
        payload::only($data, ['key', 'kind', 'title', 'fields', 'accept', 'qtype', 'points', 'xml'], $path);
        payload::expect(($data['kind'] ?? null) === 'question', "{$path}kind", '"question" expected');
        $types = array_fill_keys(self::FIELDS, 'any');
        $hashes = [];
        foreach (payload::mapping($data, 'fields', $path) as $name => $field) {
            payload::expect(isset($types[$name]), "{$path}fields.{$name}", 'no field of a question');
            payload::expect(is_array($field), "{$path}fields.{$name}", 'an object with a hash expected');
            $hashes[$name] = payload::hash($field['hash'] ?? null, "{$path}fields.{$name}.hash");
        }
        $qtype = $data['qtype'] ?? '';
        $xml = $data['xml'] ?? '';
        $points = $data['points'] ?? null;
        payload::expect(is_string($qtype), "{$path}qtype", 'text expected');
        payload::expect(is_string($xml), "{$path}xml", 'text expected');
        payload::expect(!$hashes || $xml !== '', "{$path}xml", 'a question of Moodle XML expected');
        $isnumber = (is_int($points) || is_float($points)) && $points >= 0;
        payload::expect($points === null || $isnumber, "{$path}points", 'a number expected');
        return new self(
            rtrim($path, '.'),
            payload::key($data['key'] ?? null, "{$path}key"),
            $hashes,
            payload::accepted($data, $types, $path),
            $qtype,
            $points === null ? null : (float) $points,
            $xml
        );
    }
}
