<?php
// Writes down the contract of every web-service function of a Moodle site, for tools/moodle_contract.py:
// php dump_moodle_contract.php MOODLE_ROOT OUT.json (MOODLE_ROOT is the folder that holds config.php and lib/)

define('CLI_SCRIPT', true);
require($argv[1] . '/config.php');
\core\session\manager::set_user(get_admin());
$PAGE->set_context(context_system::instance());

use core_external\external_api;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;

/** One description (a value, a list or a record) as data; null where a function returns nothing. */
function described(?\core_external\external_description $description): ?array {
    if ($description === null) {
        return null;
    }
    $data = ['required' => $description->required === VALUE_REQUIRED];
    if ($description instanceof external_multiple_structure) {
        $data += ['type' => 'array', 'items' => described($description->content)];
    } else if ($description instanceof external_single_structure) {
        $data += ['type' => 'object', 'properties' => (object) array_map(described(...), $description->keys)];
    } else if ($description instanceof external_value) {
        $data += ['type' => 'value', 'param' => $description->type];
    }
    return $data + ($description->allownull ? ['nullable' => true] : []);
}

$functions = [];
foreach ($DB->get_records('external_functions', null, 'name') as $record) {
    $info = external_api::external_function_info($record);
    $functions[$record->name] = [
        'type' => $info->type,
        'params' => described($info->parameters_desc),
        'returns' => described($info->returns_desc),
    ];
}
file_put_contents($argv[2], json_encode(['release' => $CFG->release, 'functions' => $functions], JSON_UNESCAPED_SLASHES));
