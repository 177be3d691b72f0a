"""Everything that runs the suite on one machine: a small LMS and Studio around the real XBlock runtime."""
