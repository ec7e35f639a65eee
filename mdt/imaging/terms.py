"""Words of imaging: states of uploads, batches, files and prepared series."""

from enum import StrEnum


class BatchState(StrEnum):
    """`open`: files may follow; `working`: closed, not all indexed; `done`: indexed, linked, readiness recomputed."""

    OPEN = "open"
    WORKING = "working"
    DONE = "done"
    UNDONE = "undone"


class FileState(StrEnum):
    RECEIVED = "received"
    STORED = "stored"
    DUPLICATE = "duplicate"
    WARNING = "warning"
    REFUSED = "refused"


class PreparedState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
