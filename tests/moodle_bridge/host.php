<?php
// Run before each page of a server of our own: what Moodle takes for its address is that of the site.
$_SERVER['HTTP_HOST'] = getenv('MOODLE_HOST');
$_SERVER['SERVER_PORT'] = parse_url('http://' . getenv('MOODLE_HOST'), PHP_URL_PORT) ?? 80;
