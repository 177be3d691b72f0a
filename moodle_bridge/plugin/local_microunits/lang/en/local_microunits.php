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

/**
 * English texts.
 *
 * @package    local_microunits
 * @copyright  2026 The Microunits contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badgesoff'] = 'Badges of courses are switched off on this site. An admin can allow them: Site administration > General > Advanced features, and Badges > Badges settings.';
$string['busy'] = 'Somebody else is writing to this course just now. Try again in a minute: what is done already is not done twice.';
$string['cleanup'] = 'Clean up what the Microunits bridge no longer needs';
$string['cursor_expired'] = 'This cursor is older than what is kept. Begin anew with an empty cursor.';
$string['has_attempts'] = 'Learners have worked on “{$a}”, so it is not deleted. Hide it instead.';
$string['invalidcursor'] = 'This is no cursor of this function: {$a}';
$string['invalidpayload'] = '{$a}';
$string['keepchanges'] = 'Keep changes for';
$string['keepchanges_desc'] = 'What happened in courses (attempts, submissions, enrolments) is kept so long for the bridge to fetch. A bridge that stays away longer reads everything anew.';
$string['keepfiles'] = 'Keep waiting files for';
$string['keepfiles_desc'] = 'Files that were sent and that no component has shown since are deleted after this time.';
$string['keepnotices'] = 'Remember notifications for';
$string['keepnotices_desc'] = 'So long the plugin remembers which notifications were sent, so that none is sent twice.';
$string['kinddiffers'] = 'This key already stands for something of another kind: {$a}';
$string['mendcourses'] = 'Have Moodle read courses anew after an interrupted sync';
$string['messageprovider:review'] = 'Questions that are due for a review';
$string['microunits:sync'] = 'Sync the course with Open edX through the Microunits bridge';
$string['missingfile'] = 'This file was not sent: {$a}';
$string['notempty'] = 'There is something in the section “{$a}”, so it is not deleted.';
$string['onlinetextoff'] = 'Assignments of this site take no online text. An admin can allow it: Site administration > Plugins > Assignment > Submission plugins.';
$string['pluginname'] = 'Microunits bridge';
$string['privacy:metadata:award'] = 'Which badges the bridge awarded and revoked, so that none is awarded twice.';
$string['privacy:metadata:award:awardkey'] = 'The key of the award';
$string['privacy:metadata:award:badgeid'] = 'The badge';
$string['privacy:metadata:award:courseid'] = 'The course';
$string['privacy:metadata:award:issuedid'] = 'The learner’s badge';
$string['privacy:metadata:award:revoked'] = 'Whether it was revoked';
$string['privacy:metadata:award:timecreated'] = 'When it was awarded here';
$string['privacy:metadata:award:timemodified'] = 'When that was last changed';
$string['privacy:metadata:award:userid'] = 'The learner';
$string['privacy:metadata:change'] = 'What happened in synced courses, for the bridge to fetch.';
$string['privacy:metadata:change:courseid'] = 'The course';
$string['privacy:metadata:change:objectid'] = 'The attempt, submission or enrolment that it is about';
$string['privacy:metadata:change:timecreated'] = 'When it happened';
$string['privacy:metadata:change:userid'] = 'The learner';
$string['privacy:metadata:change:what'] = 'What happened';
$string['privacy:metadata:external'] = 'The bridge takes along what it needs to plan reviews of questions in Open edX, and to keep reflections there.';
$string['privacy:metadata:external:attempts'] = 'Attempts at synced quizzes: when, and how each question was answered';
$string['privacy:metadata:external:completions'] = 'Pages of workshops that a learner marked as done, and when';
$string['privacy:metadata:external:email'] = 'The e-mail address, by which a learner is recognised';
$string['privacy:metadata:external:idnumber'] = 'The ID number, by which a learner is recognised';
$string['privacy:metadata:external:lang'] = 'The language, in which reminders are written';
$string['privacy:metadata:external:lastaccess'] = 'When the learner was in the course last';
$string['privacy:metadata:external:notices'] = 'Whether notifications of the bridge are switched on, so that none is sent to somebody who does not want any';
$string['privacy:metadata:external:submissions'] = 'What was handed in at synced reflections: when, and for learners with an account in Open edX also what they wrote, to be kept for them';
$string['privacy:metadata:external:timezone'] = 'The time zone, for quiet hours';
$string['privacy:metadata:external:username'] = 'The user name';
$string['privacy:metadata:item'] = 'Events in a learner’s calendar that the bridge has made, such as when questions are due.';
$string['privacy:metadata:item:courseid'] = 'The course';
$string['privacy:metadata:item:itemkey'] = 'The key of the event';
$string['privacy:metadata:item:kind'] = 'What kind of thing it is: an event';
$string['privacy:metadata:item:targetid'] = 'The event in the calendar';
$string['privacy:metadata:item:timecreated'] = 'When it was made';
$string['privacy:metadata:item:userid'] = 'The learner';
$string['privacy:metadata:notice'] = 'Which notifications were sent, so that none is sent twice.';
$string['privacy:metadata:notice:courseid'] = 'The course';
$string['privacy:metadata:notice:noticekey'] = 'The key of the notification';
$string['privacy:metadata:notice:sent'] = 'Whether it was handed to Moodle';
$string['privacy:metadata:notice:timecreated'] = 'When';
$string['privacy:metadata:notice:userid'] = 'The learner';
$string['questionbank'] = 'Microunits';
$string['questionbank_info'] = 'Questions that the Microunits bridge keeps in step with Open edX. What you edit here is not overwritten unasked.';
$string['unknownkey'] = 'Nothing in this course has this key: {$a}';
$string['unknownkind'] = 'The companion does not know this kind of component: {$a}. A newer version of the plugin may.';
$string['unreadablequestion'] = '{$a}';
$string['warning_adopted'] = 'Moodle already had something with the key “{$a}”; it was taken, and not made again.';
$string['warning_completion_off'] = 'Completion tracking is switched off in this course, so nobody can mark “{$a}” as done. Switch it on in the settings of the course.';
$string['warning_kept_whole'] = 'What was edited in Moodle and what was sent do not fit together, so nothing of the question was written: {$a}';
$string['warning_structure_kept'] = 'Learners have attempted the quiz, so its questions and their order stay as they are: {$a}';
