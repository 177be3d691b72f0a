"""`python -m moodle_bridge`: the same as `moodle-bridge`."""

from __future__ import annotations

import sys

from moodle_bridge.cli import main

sys.exit(main())
