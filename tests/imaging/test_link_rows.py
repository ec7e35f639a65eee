"""What becomes of links when drops follow, are taken back or moved, when studies are linked by hand and unlinked, and
when a database of the first release is brought up to date."""

from alembic import command
from sqlalchemy import select, text

from mdt.imaging.models import ShownInstance, StudyLink
from mdt.kernel import runtime
from mdt.kernel.work import run_until_idle
from mdt.shell.migrate import configuration, upgrade
from tests.imaging.test_links import Files, case_of, named, studies
from tests.world.client import Caller, SignedIn
from tests.world.images import drop
from tests.world.slices import slices

FIRST_DROP = """UPDATE study_link SET batch_id =
    (SELECT min(b.id) FROM batch b WHERE b.subject_id = study_link.subject_id AND b.state <> 'undone')"""


def shown(who: SignedIn, case_id: str) -> int:
    """How many instances of its one study a case shows; 0 without one."""
    found = studies(who, case_id)
    return int(found[0]["instances"]) if found else 0


def uid_of(who: SignedIn, case_id: str) -> str:
    return str(studies(who, case_id)[0]["study_uid"])


def _files(count: int) -> Files:
    return named(slices(count))


def test_later_files_join_and_each_drop_is_taken_back_alone(caller: Caller) -> None:
    owner, holder, files = caller("county"), caller("county2"), _files(6)
    theirs, mine = case_of(owner), case_of(holder)
    whole = drop(owner, files, theirs)
    first = drop(holder, files[:2], mine)
    drop(holder, files[1:3], mine)
    assert shown(holder, mine) == 3
    assert holder.post(f"/api/v1/batches/{first['id']}/undo").status_code == 204
    assert (shown(holder, mine), shown(owner, theirs)) == (2, 6)
    assert owner.post(f"/api/v1/batches/{whole['id']}/undo").status_code == 204
    assert (shown(holder, mine), shown(owner, theirs)) == (2, 0)
    run_until_idle()
    assert studies(holder, mine)[0]["series_list"][0]["prepared"] == "ready"
    (left,) = holder.get("/dicomweb/studies").json
    assert left["00201208"]["Value"] == [2]
    assert owner.get("/dicomweb/studies").json == []


def test_a_moved_drop_takes_its_own_files_along(caller: Caller) -> None:
    owner, holder, files = caller("county"), caller("county2"), _files(4)
    theirs, wrong, right = case_of(owner), case_of(holder), case_of(holder)
    drop(owner, files, theirs)
    drop(holder, files[:1], wrong)
    batch = drop(holder, files[1:3], wrong)
    assert holder.post(f"/api/v1/batches/{batch['id']}/move", json={"case_id": right}).status_code == 200
    assert [shown(holder, case) for case in (wrong, right)] == [1, 2]
    assert shown(owner, theirs) == 4
    assert holder.post(f"/api/v1/batches/{batch['id']}/undo").status_code == 204
    assert [shown(holder, case) for case in (wrong, right)] == [1, 0]


def test_linking_by_hand_gives_what_the_linker_sees(caller: Caller) -> None:
    owner, holder, files = caller("county"), caller("county2"), _files(5)
    theirs, second, mine, other = case_of(owner), case_of(owner), case_of(holder), case_of(holder)
    drop(owner, files[:4], theirs)
    uid = uid_of(owner, theirs)
    assert holder.post(f"/api/v1/cases/{other}/studies/{uid}").status_code == 404
    drop(holder, files[:1], mine)
    assert holder.post(f"/api/v1/cases/{other}/studies/{uid}").status_code == 200
    assert owner.post(f"/api/v1/cases/{second}/studies/{uid}").status_code == 200
    assert (shown(owner, second), shown(holder, other)) == (4, 1)
    drop(holder, files[4:], mine)
    assert (shown(owner, theirs), shown(owner, second), shown(holder, mine)) == (4, 4, 2)
    drop(owner, files[4:], theirs)
    assert owner.post(f"/api/v1/cases/{second}/studies/{uid}").status_code == 200
    assert (shown(owner, second), shown(holder, mine)) == (5, 2)


def test_marking_as_prior_links_nothing_more(caller: Caller) -> None:
    county, files = caller("county"), _files(3)
    one, two = case_of(county), case_of(county)
    drop(county, files[:2], one)
    batch = drop(county, files[2:], two)
    address = f"/api/v1/cases/{two}/studies/{uid_of(county, two)}"
    for prior, count in ((1, 1), (0, 1), (0, 3)):
        assert county.post(f"{address}?prior={prior}").status_code == 200
        assert shown(county, two) == count
    assert county.post(f"/api/v1/batches/{batch['id']}/undo").status_code == 204
    assert shown(county, two) == 2


def test_what_is_dropped_on_no_case_is_its_senders_and_so_is_what_was_unlinked(caller: Caller) -> None:
    owner, holder, files = caller("county"), caller("county2"), _files(3)
    drop(owner, files)
    drop(holder, files[:1])
    counts = [who.get("/dicomweb/studies").json[0]["00201208"]["Value"][0] for who in (owner, holder)]
    assert counts == [3, 1]
    case_id = case_of(holder)
    uid = holder.get("/dicomweb/studies").json[0]["0020000D"]["Value"][0]
    assert holder.post(f"/api/v1/cases/{case_id}/studies/{uid}").status_code == 200
    assert shown(holder, case_id) == 1
    batch = drop(holder, files[1:2], case_id)
    assert holder.delete(f"/api/v1/cases/{case_id}/studies/{uid}").status_code == 204
    assert shown(holder, case_id) == 0
    (study,) = holder.get("/dicomweb/studies").json
    assert study["00201208"]["Value"] == [2]
    assert holder.post(f"/api/v1/batches/{batch['id']}/undo").status_code == 204
    assert holder.get("/dicomweb/studies").json[0]["00201208"]["Value"] == [1]
    assert owner.get("/dicomweb/studies").json[0]["00201208"]["Value"] == [3]


def _rows() -> set[tuple[str, str, str, str]]:
    query = select(StudyLink.subject_id, StudyLink.study_id, ShownInstance.instance_id, ShownInstance.batch_id)
    with runtime.database().reading() as session:
        rows = session.execute(query.join(ShownInstance, ShownInstance.link_id == StudyLink.id)).all()
    return {(str(a), str(b), str(c), str(d)) for a, b, c, d in rows}


def test_a_database_of_the_first_release_keeps_its_links(caller: Caller) -> None:
    owner, holder, files = caller("county"), caller("county2"), _files(4)
    theirs, mine, by_hand = case_of(owner), case_of(holder), case_of(owner)
    drop(owner, files, theirs)
    drop(holder, files[:2], mine)
    drop(holder, _files(2))
    assert owner.post(f"/api/v1/cases/{by_hand}/studies/{uid_of(owner, theirs)}").status_code == 200
    before = _rows()
    command.downgrade(configuration(), "0001")
    with runtime.database().engine.begin() as connection:  # the first release kept the drop that linked first
        connection.execute(text(FIRST_DROP))
    upgrade()
    assert _rows() == before
    assert (shown(owner, theirs), shown(holder, mine), shown(owner, by_hand)) == (4, 2, 4)
