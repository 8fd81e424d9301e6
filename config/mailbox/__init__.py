"""The demo's mail: written to a folder instead of sent, and shown at `/_mail/` as it would look."""

from __future__ import annotations
