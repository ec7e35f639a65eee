"""Photographs of films: decoded in a limited child, stamped, without what the telephone wrote into them."""

from io import BytesIO

import pytest
from PIL import Image

from mdt.clinics.queries.encounters import encounter_view
from mdt.kernel import runtime, work
from tests.world.client import Caller
from tests.world.clinics import film, make_day, make_encounter
from tests.world.people import People


def test_a_photograph_is_stamped_and_forgets_the_telephone(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people))
    township = caller("township")
    sent = film()
    assert b"SecretPhone" in sent
    address = f"/api/v1/encounters/{row.id}/photos"
    answer = township.post(address, data={"file": (BytesIO(sent), "胶片.jpg"), "caption": "正位"})
    assert (answer.status_code, answer.json["state"], answer.json["url"]) == (201, "working", "")
    again = township.post(address, data={"file": (BytesIO(sent), "胶片.jpg")})
    assert again.json["id"] == answer.json["id"]
    work.run_until_idle()
    (image,) = encounter_view(people["township"], row.id, None).images
    assert (image.state, image.caption, image.stamp) == ("stored", "正位", "非诊断级图像")
    shown = township.get(image.url)
    assert shown.mimetype == "image/jpeg"
    assert b"SecretPhone" not in shown.data
    picture = Image.open(BytesIO(shown.data))
    assert picture.width == 400
    assert picture.height > 300
    assert caller("outsider").get(image.url).status_code == 404
    assert caller("coordinator").delete(image.url).status_code == 403
    assert township.delete(image.url).status_code == 204
    assert encounter_view(people["township"], row.id, None).images == []


@pytest.mark.parametrize("sent", [b"%PDF-1.7 no picture", b"\xff\xd8\xff\xe0 broken", b"GIF89a" + bytes(40)])
def test_what_is_no_picture_is_refused(people: People, caller: Caller, sent: bytes) -> None:
    row = make_encounter(people, make_day(people))
    caller("township").post(f"/api/v1/encounters/{row.id}/photos", data={"file": (BytesIO(sent), "x.jpg")})
    work.run_until_idle()
    (image,) = encounter_view(people["township"], row.id, None).images
    assert (image.state, image.url) == ("refused", "")
    assert caller("township").get(f"/api/v1/film-photos/{image.id}").status_code == 404


def test_nothing_is_stored_for_a_stranger_or_from_nothing(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people))
    address = f"/api/v1/encounters/{row.id}/photos"
    empty = caller("township").post(address, data={"file": (BytesIO(b""), "x.jpg")})
    assert empty.status_code == 422
    before = sorted(runtime.files().objects.rglob("*"))
    assert caller("outsider").post(address, data={"file": (BytesIO(film()), "x.jpg")}).status_code == 404
    assert sorted(runtime.files().objects.rglob("*")) == before


def test_a_list_of_images_is_replaced_whole(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people))
    township = caller("township")
    made = [
        township.post(f"/api/v1/encounters/{row.id}/photos", data={"file": (BytesIO(film((n, 90))), "x.jpg")}).json
        for n in (80, 100)
    ]
    kept = township.patch(f"/api/v1/encounters/{row.id}", json={"images": [made[1]]})
    assert [each["id"] for each in kept.json["images"]] == [made[1]["id"]]
