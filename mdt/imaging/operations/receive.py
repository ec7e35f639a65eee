"""Receipt: batches, uploads, and the moment when a file's bytes are safely ours."""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from mdt.imaging import policy
from mdt.imaging.models import Batch, BatchFile, Upload
from mdt.imaging.terms import BatchState
from mdt.kernel.errors import Conflict, NotFound, TooLarge
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import Tx

MAX_FILE_BYTES = 4 << 30
UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Change(BaseModel):
    """Base of the input models: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BeginUpload(Change):
    """`subject_kind` and `subject_id` are empty for images that belong to no case yet."""

    batch: str = Field(pattern=UUID_PATTERN)
    name: str = Field(min_length=1, max_length=1024)
    length: int = Field(ge=0)
    subject_kind: str = ""
    subject_id: str = ""


@creation(policy.RECEIVE, audit="upload.begun")
def begin_upload(tx: Tx, change: BeginUpload) -> Upload:
    """Announce a file of a batch; the batch is made with its first file. Raises TooLarge, NotFound, Conflict."""
    if change.length > MAX_FILE_BYTES:
        raise TooLarge("too_large", N_("单个文件不能超过 4 GB。"))
    batch = _batch(tx, change)
    batch.touched_at = tx.at
    upload = Upload(batch_id=batch.id, name=change.name, length=change.length, created_at=tx.at)
    tx.session.add(upload)
    tx.session.flush()  # the id is the address
    return upload


def _batch(tx: Tx, change: BeginUpload) -> Batch:
    mine = select(Batch).where(Batch.person_id == tx.actor.person_id, Batch.client_id == change.batch.lower())
    batch = tx.session.execute(mine).scalar()
    if batch is None:
        if change.subject_kind and not gives(
            tx.session, Subject(change.subject_kind, change.subject_id), "add", tx.actor
        ):
            raise NotFound
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
    if (batch.subject_kind, batch.subject_id) != (change.subject_kind, change.subject_id):
        raise NotFound
    if batch.state is not BatchState.OPEN:
        raise Conflict("batch.closed", N_("这一批上传已经结束,请另开一批。"))
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
        raise Conflict("batch.closed", N_("这一批上传已经结束,请另开一批。"))
    upload.received, upload.is_finished = upload.length, True
    batch.touched_at = tx.at
    if batch.state is BatchState.DONE:
        batch.state = BatchState.WORKING
    tx.session.add(BatchFile(batch_id=batch.id, name=upload.name, sha256=change.sha256, size=change.size))
    tx.later("imaging.index", {"batch_id": batch.id}, key=f"index:{batch.id}")


class Nothing(Change):
    """The input of a change that needs none."""


@operation(policy.SEND, audit="upload.ended")
def end_upload(tx: Tx, upload: Upload, _change: Nothing) -> None:
    """Termination: an unfinished upload is forgotten."""
    if upload.is_finished:
        raise Conflict("upload.finished", N_("文件已经传完,不能取消;可以撤销整批。"))
    tx.session.delete(upload)


@operation(policy.OWN_BATCH, audit="batch.closed")
def close_batch(tx: Tx, batch: Batch, _change: Nothing) -> None:
    """No file follows. Closing again does nothing."""
    if batch.state is BatchState.OPEN:
        batch.state = BatchState.WORKING
        tx.later("imaging.index", {"batch_id": batch.id}, key=f"index:{batch.id}")
