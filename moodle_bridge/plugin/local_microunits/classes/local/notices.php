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

use core\message\message;
use core_user;
use stdClass;
use Throwable;

/**
 * Notifications, each key once.
 *
 * The key is noted before the notification leaves. When the process dies in between, nobody knows whether it left, and
 * that is what is said: a learner who hears nothing is better off than one who hears the same twice.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class notices {
    /** @var string The table. */
    private const TABLE = 'local_microunits_notice';

    /** @var int Most notifications in one call. */
    public const MOST = 200;

    /**
     * Sends notifications.
     *
     * @param stdClass $course the course that they are about
     * @param array[] $messages key, userid, subject, text, html, url, urlname
     * @return array[] key, status, reason
     * @throws problem "invalidpayload", before anything is sent
     */
    public static function send(stdClass $course, array $messages): array {
        payload::expect(count($messages) <= self::MOST, 'messages', 'at most ' . self::MOST . ' expected');
        foreach ($messages as $index => $message) {
            $fits = preg_match('/^[\x21-\x7e]{1,100}$/D', $message['key']);
            payload::expect($fits, "messages.{$index}.key", 'at most 100 visible characters expected');
        }
        $learners = learners::taking_part($course, array_column($messages, 'userid'));
        $open = channels::open($learners);
        $known = self::known($course, array_column($messages, 'key'));
        return array_map(function (array $message) use ($course, $learners, $open, &$known) {
            $user = $learners[$message['userid']] ?? null;
            $before = $known[$message['key']] ?? null;
            $refusal = self::refusal($message, $user, $open);
            if ($before !== null) {
                [$status, $reason] = [$before ? 'already' : 'uncertain', ''];
            } else if ($refusal !== '') {
                [$status, $reason] = ['refused', $refusal];
            } else {
                [$status, $reason] = self::send_one($course, $message, $user);
                $known += $status === 'failed' ? [] : [$message['key'] => $status !== 'uncertain'];
            }
            return ['key' => $message['key'], 'status' => $status, 'reason' => $reason];
        }, $messages);
    }

    /**
     * Which keys are noted already.
     *
     * @param stdClass $course the course
     * @param string[] $keys some
     * @return array<string, bool> by key whether it is known to have been sent
     */
    private static function known(stdClass $course, array $keys): array {
        global $DB;
        if (!$keys) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal(array_unique($keys), SQL_PARAMS_NAMED);
        $select = "courseid = :courseid AND noticekey {$in}";
        $params['courseid'] = $course->id;
        $rows = $DB->get_records_select_menu(self::TABLE, $select, $params, '', 'noticekey, sent');
        return array_map(boolval(...), $rows);
    }

    /**
     * Why a notification is not sent.
     *
     * @param array $message what is sent
     * @param stdClass|null $user to whom; null: nobody who takes part in the course
     * @param array<int, bool> $open whether a channel is open, by user
     * @return string "": it may be sent
     */
    private static function refusal(array $message, ?stdClass $user, array $open): string {
        return match (true) {
            !$user => 'not_enrolled',
            (bool) $user->suspended => 'suspended',
            !$open[$user->id] => 'switched_off',
            self::line($message['subject']) === '' || trim($message['text']) === '' => 'empty',
            default => '',
        };
    }

    /**
     * A text as one line, without tags.
     *
     * @param string $text plain, or what somebody thought to be plain
     * @return string
     */
    private static function line(string $text): string {
        // A sign that begins no tag would take what follows along.
        $text = clean_param(preg_replace('~<(?![a-z/!?])~i', '< ', $text), PARAM_TEXT);
        return trim(preg_replace('/\s+/u', ' ', $text));
    }

    /**
     * Sends one.
     *
     * @param stdClass $course the course
     * @param array $message what is sent
     * @param stdClass $user to whom
     * @return string[] status and reason
     */
    private static function send_one(stdClass $course, array $message, stdClass $user): array {
        global $DB;
        try {
            $id = $DB->insert_record(self::TABLE, (object) [
                'noticekey' => $message['key'],
                'courseid' => $course->id,
                'userid' => $user->id,
                'sent' => 0,
                'timecreated' => time(),
            ]);
        } catch (\dml_write_exception $taken) {
            // Another request has the key; whether it gets through is for that one to say.
            return ['uncertain', ''];
        }
        return self::hand_over($course, $message, $user, $id);
    }

    /**
     * Hands a notification to Moodle.
     *
     * @param stdClass $course the course
     * @param array $message what is sent
     * @param stdClass $user to whom
     * @param int $id the row that notes it
     * @return string[] status and reason
     */
    private static function hand_over(stdClass $course, array $message, stdClass $user, int $id): array {
        global $DB;
        $notice = new message();
        $notice->component = 'local_microunits';
        $notice->name = 'review';
        $notice->notification = 1;
        $notice->courseid = $course->id;
        $notice->userfrom = core_user::get_noreply_user();
        $notice->userto = $user;
        $notice->subject = self::line($message['subject']);
        $notice->fullmessage = $message['text'];
        $notice->fullmessageformat = FORMAT_PLAIN;
        $notice->fullmessagehtml = clean_text($message['html'], FORMAT_HTML);
        $notice->smallmessage = $notice->subject;
        $notice->contexturl = $message['url'];
        $notice->contexturlname = self::line($message['urlname']);
        try {
            $sent = message_send($notice);
        } catch (Throwable $error) {
            $sent = false;
            debugging($error->getMessage(), DEBUG_DEVELOPER);
        }
        if (!$sent) {
            $DB->delete_records(self::TABLE, ['id' => $id]);
            return ['failed', ''];
        }
        $DB->set_field(self::TABLE, 'sent', 1, ['id' => $id]);
        return ['sent', ''];
    }
}
