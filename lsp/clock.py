"""The one place that asks what time it is. Everything below the views is told."""

from datetime import UTC, datetime


class Clock:
    """The machine's clock. Tests replace it by one that stands still or is moved."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)
