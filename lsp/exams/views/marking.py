"""Marking: an assessor gives points for what the key cannot decide."""
