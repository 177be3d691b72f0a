"""The bridge to Moodle: the components of a course, the same there as in Open edX, kept in step.

Modules without a platform, a clock or a network hold the subject; `client` speaks to a site. Django is nowhere in here.
"""
