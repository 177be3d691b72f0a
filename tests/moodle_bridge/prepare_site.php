<?php
// Makes a Moodle ready for tests/moodle_bridge/test_site.py, on its own machine: php prepare_site.php MOODLE_ROOT
//
// For a site for trying things out, with the companion installed: it enables web services, makes a course, two learners
// and a service, and prints the tokens for --moodle-token and --moodle-learner-token. It can be run again.

define('CLI_SCRIPT', true);
require($argv[1] . '/config.php');
require_once($CFG->dirroot . '/course/lib.php');
require_once($CFG->dirroot . '/user/lib.php');
require_once($CFG->dirroot . '/webservice/lib.php');
\core\session\manager::set_user(get_admin());

const SHORTNAME = 'microunits-suite';

set_config('enablewebservices', 1);
set_config('webserviceprotocols', 'rest');
set_config('noemailever', 1);

/** A learner of that name, made if need be. */
function learner(string $name, string $idnumber): stdClass {
    global $CFG, $DB;
    $known = $DB->get_record('user', ['username' => $name]);
    if ($known) {
        return $known;
    }
    $user = ['username' => $name, 'password' => bin2hex(random_bytes(16)) . 'Aa-1', 'firstname' => ucfirst($name),
        'lastname' => 'Tester', 'email' => "$name@example.org", 'idnumber' => $idnumber, 'confirmed' => 1,
        'mnethostid' => $CFG->mnet_localhost_id];
    return $DB->get_record('user', ['id' => user_create_user((object) $user)], '*', MUST_EXIST);
}

/** A token of a user for a service, made if need be. */
function token(stdClass $service, int $userid): string {
    global $DB;
    $known = $DB->get_field('external_tokens', 'token', ['userid' => $userid, 'externalserviceid' => $service->id]);
    return $known ?: \core_external\util::generate_token(
        EXTERNAL_TOKEN_PERMANENT, $service, $userid, context_system::instance()
    );
}

$course = $DB->get_record('course', ['shortname' => SHORTNAME]) ?: create_course((object) [
    'shortname' => SHORTNAME, 'fullname' => 'Microunits suite', 'category' => core_course_category::get_default()->id,
    'format' => 'topics', 'numsections' => 1, 'enablecompletion' => 1,
]);
$learners = [learner('suitelearner', 'S1'), learner('suiteother', '')];
$enrol = enrol_get_plugin('manual');
foreach (enrol_get_instances($course->id, true) as $instance) {
    if ($instance->enrol === 'manual') {
        foreach ($learners as $learner) {
            $enrol->enrol_user($instance, $learner->id, $DB->get_field('role', 'id', ['shortname' => 'student']));
        }
    }
}

$webservice = new webservice();
$service = $DB->get_record('external_services', ['shortname' => SHORTNAME]);
if (!$service) {
    $id = $webservice->add_external_service((object) ['name' => 'Microunits suite', 'shortname' => SHORTNAME,
        'enabled' => 1, 'restrictedusers' => 0, 'downloadfiles' => 0, 'uploadfiles' => 0]);
    $service = $DB->get_record('external_services', ['id' => $id], '*', MUST_EXIST);
}
$functions = array_merge(
    array_keys($DB->get_records_menu('external_functions', ['component' => 'local_microunits'], '', 'name, id')),
    ['core_badges_get_user_badges', 'core_calendar_get_calendar_events',
        'core_completion_get_activities_completion_status', 'core_completion_update_activity_completion_status_manually',
        'core_course_delete_modules', 'core_course_get_contents',
        'core_course_get_courses_by_field', 'core_update_inplace_editable', 'core_user_update_user_preferences',
        'core_webservice_get_site_info', 'message_popup_get_popup_notifications', 'mod_assign_get_submission_status',
        'mod_assign_save_submission', 'mod_page_get_pages_by_courses',
        'mod_quiz_get_attempt_data', 'mod_quiz_process_attempt', 'mod_quiz_start_attempt', 'tool_mobile_call_external_functions']
);
foreach ($functions as $function) {
    if (!$webservice->service_function_exists($function, $service->id)) {
        $webservice->add_external_function_to_service($function, $service->id);
    }
}
// Learners call web services on no site as it comes.
$role = $DB->get_field('role', 'id', ['shortname' => 'user'], MUST_EXIST);
assign_capability('webservice/rest:use', CAP_ALLOW, $role, context_system::instance()->id, true);

echo json_encode([
    'url' => $CFG->wwwroot,
    'token' => token($service, get_admin()->id),
    'learner_token' => token($service, $learners[0]->id),
    'course' => (int) $course->id,
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES), "\n";
