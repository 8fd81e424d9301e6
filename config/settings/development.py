"""For people who build Praxis: tracebacks in the browser, everything else as in the demo."""

from __future__ import annotations

from config.settings.demo import *

DEBUG = True
