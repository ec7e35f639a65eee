"""Receipt: batches, uploads, and the moment when a file's bytes are safely ours."""

from pydantic import ConfigDict, Field

from mdt.identity import operations as identity
from mdt.imaging import policy
from mdt.imaging.models import Batch, BatchFile, Upload
from mdt.imaging.queries.batches import open_batch
from mdt.imaging.terms import BatchState
from mdt.kernel.errors import Conflict, TooLarge
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import Tx

MAX_FILE_BYTES = 4 << 30
UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Change(identity.Change):
    """Base of the input models; names of files stay as they were sent."""

    model_config = ConfigDict(str_strip_whitespace=False)


class BeginUpload(Change):
    """`subject_kind` and `subject_id` are empty for images that belong to no case yet."""

    batch: str = Field(pattern=UUID_PATTERN)
    name: str = Field(min_length=1, max_length=1024)
    length: int = Field(ge=0)
    subject_kind: str = ""
    subject_id: str = ""
    metadata: str = Field(default="", max_length=8192)


@creation(policy.RECEIVE, audit="upload.begun")
def begin_upload(tx: Tx, change: BeginUpload) -> Upload:
    """Announce a file of a batch; the batch is made with its first file. Raises TooLarge, NotFound, Conflict."""
    return _announce(tx, change, _batch(tx, change))


class Whole(BeginUpload):
    """A file that came with its announcement: its content address; the bytes are in the store."""

    sha256: str
    size: int


@creation(policy.RECEIVE, audit="upload.received")
def receive_file(tx: Tx, change: Whole) -> Upload:
    """Announce and finish in one: the usual way of a small file. Raises TooLarge, NotFound, Conflict."""
    batch = _batch(tx, change)
    upload = _announce(tx, change, batch)
    upload.received, upload.is_finished = change.size, True
    _await_verdict(tx, batch, upload.name, Finish(sha256=change.sha256, size=change.size))
    return upload


def _announce(tx: Tx, change: BeginUpload, batch: Batch) -> Upload:
    if change.length > MAX_FILE_BYTES:
        raise TooLarge("too_large", N_("单个文件不能超过 4 GB。"))
    batch.touched_at = tx.at
    made = {"name": change.name, "length": change.length, "announced": change.metadata}
    upload = Upload(batch_id=batch.id, created_at=tx.at, **made)
    tx.session.add(upload)
    tx.session.flush()  # the id is the address
    return upload


def _batch(tx: Tx, change: BeginUpload) -> Batch:
    batch = open_batch(tx.session, tx.actor, change.batch, Subject(change.subject_kind, change.subject_id))
    if batch is None:
        batch = Batch(
            client_id=change.batch.lower(),
            person_id=tx.actor.person_id,
            hospital_id=tx.actor.hospital_id,
            subject_kind=change.subject_kind,
            subject_id=change.subject_id,
            created_at=tx.at,
            touched_at=tx.at,
        )
        tx.session.add(batch)
        tx.session.flush()  # uploads point at it
    return batch


class Advance(Change):
    """`received`: bytes flushed to disk so far."""

    received: int


@operation(policy.SEND, audit="upload.advanced")
def advance_upload(tx: Tx, upload: Upload, change: Advance) -> None:
    """Note how far an upload has come (after the flush); an older request that comes late takes nothing back."""
    upload.received = max(upload.received, change.received)
    tx.session.get_one(Batch, upload.batch_id).touched_at = tx.at


class Finish(Change):
    """The content address of the whole file, which is in the store."""

    sha256: str
    size: int


@operation(policy.SEND, audit="upload.finished")
def finish_upload(tx: Tx, upload: Upload, change: Finish) -> None:
    """The file is ours: a row of the batch waits for its verdict. Repeating does nothing.

    A batch that was thought done works again; one that was undone takes nothing more.
    """
    if upload.is_finished:
        return
    batch = tx.session.get_one(Batch, upload.batch_id)
    if batch.state is BatchState.UNDONE:
        raise Conflict("batch.closed", N_("这一批上传已经结束，请另开一批。"))
    upload.received, upload.is_finished = upload.length, True
    batch.touched_at = tx.at
    if batch.state is BatchState.DONE:
        batch.state = BatchState.WORKING
    _await_verdict(tx, batch, upload.name, change)


def _await_verdict(tx: Tx, batch: Batch, name: str, file: Finish) -> None:
    tx.session.add(BatchFile(batch_id=batch.id, name=name, sha256=file.sha256, size=file.size))
    tx.later("imaging.index", {"batch_id": batch.id}, key=f"index:{batch.id}")


class Nothing(Change):
    """The input of a change that needs none."""


@operation(policy.SEND, audit="upload.ended")
def end_upload(tx: Tx, upload: Upload, _change: Nothing) -> None:
    """Termination: an unfinished upload is forgotten."""
    if upload.is_finished:
        raise Conflict("upload.finished", N_("文件已经传完，不能取消；可以撤销整批。"))
    tx.session.delete(upload)


@operation(policy.OWN_BATCH, audit="batch.closed")
def close_batch(tx: Tx, batch: Batch, _change: Nothing) -> None:
    """No file follows. Closing again only makes sure that somebody works on it."""
    if batch.state in (BatchState.OPEN, BatchState.WORKING):
        batch.state, batch.touched_at = BatchState.WORKING, tx.at
        tx.later("imaging.index", {"batch_id": batch.id}, key=f"index:{batch.id}")
