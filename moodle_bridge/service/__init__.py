"""The bridge within the LMS: results of Moodle learners become reviews, and nudges reach them in Moodle."""
