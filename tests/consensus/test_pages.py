"""The pages, as a browser without script uses them."""

from typing import Any

from mdt.consensus.queries import consensus_view
from mdt.kernel.work import run_until_idle
from tests.world.client import Caller, SignedIn
from tests.world.consensus import discussed_case, drafted, issued, proposed
from tests.world.people import People


def form(who: SignedIn, **fields: Any) -> dict[str, Any]:
    return {"csrf": who.csrf, "csrf_token": who.csrf, **fields}


def test_from_the_case_page_to_the_issued_document(people: People, caller: Caller) -> None:
    made = discussed_case(people, experts=("expert1",))
    chair, expert = caller("chair"), caller("expert1")
    assert "起草意见" in chair.get(f"/cases/{made.case_id}").text
    page = chair.post(f"/cases/{made.case_id}/consensus", data=form(chair)).headers["Location"]
    view = consensus_view(people["chair"], page.rsplit("/", 1)[-1], None)
    typed = {f"answer-{one.id}": "恶性可能大" for one in view.questions}
    typed |= {"rec-0-text": "胸外科门诊", "rec-0-owner": "requesting_team", "rec-0-due": "", "rec-0-urgency": "urgent"}
    more = chair.post(f"{page}/text", data=form(chair, version=view.version, then="row", **typed))
    assert "rec-1-text" in more.text
    answer = chair.post(f"{page}/text", data=form(chair, version=view.version, then="propose", **typed))
    assert answer.status_code == 303
    view = consensus_view(people["chair"], view.id, None)
    assert view.state == "proposed"
    assert "等我签署的意见" in expert.get("/").text
    wordless = form(expert, fingerprint=view.fingerprint, stance="dissent", text="")
    assert expert.post(f"{page}/sign", data=wordless).status_code == 422
    assert "周明远" in chair.post(f"{page}/issue", data=form(chair)).text  # who is missing is named
    for who in (chair, expert):
        signed = who.post(f"{page}/sign", data=form(who, fingerprint=view.fingerprint, stance="agree", text=""))
        assert signed.status_code == 303
    assert expert.post(f"{page}/unsign", data=form(expert)).status_code == 303
    expert.post(f"{page}/sign", data=form(expert, fingerprint=view.fingerprint, stance="agree", text=""))
    document = chair.post(f"{page}/issue", data=form(chair)).headers["Location"]
    assert "正在排版" in chair.get(document).text
    run_until_idle()
    shown = caller("county").get(document).text
    assert "<iframe" in shown
    assert "<svg" in shown
    assert "恶性可能大" in shown
    assert "会诊意见书" in caller("county").get(f"/cases/{made.case_id}").text


def test_the_case_page_shows_each_answer_under_its_question(people: People, caller: Caller) -> None:
    draft, done = discussed_case(people), discussed_case(people)
    drafted(people, draft.case_id)
    issued(people, done)
    shown = '<p class="question-answer prose">%s增大且新出实性成分，恶性可能大。</p>'
    assert shown % "草稿：" in caller("county").get(f"/cases/{draft.case_id}").text
    page = caller("county").get(f"/cases/{done.case_id}").text
    assert shown % "" in page
    assert shown % "草稿：" not in page
    assert '<p class="question-answer prose">目前不能回答，因为：缺少薄层重建</p>' in page


def test_the_second_of_two_editors_sees_the_difference(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = drafted(people, made.case_id)
    chair, expert = caller("chair"), caller("expert1")
    first = form(chair, version=view.version, diagnosis="主持人的诊断")
    assert chair.post(f"/consensus/{view.id}/text", data=first).status_code == 303
    second = form(expert, version=view.version, diagnosis="专家的诊断")
    refused = expert.post(f"/consensus/{view.id}/text", data=second)
    assert refused.status_code == 412
    assert "主持人的诊断" in refused.text
    assert "专家的诊断" in refused.text
    assert consensus_view(people["chair"], view.id, None).diagnosis == "主持人的诊断"


def test_a_changed_text_is_shown_with_what_changed(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    chair, expert = caller("chair"), caller("expert1")
    changed = form(chair, version=view.version, then="propose", diagnosis="改了的诊断")
    changed |= {f"answer-{one.id}": "回答" for one in view.questions}
    assert chair.post(f"/consensus/{view.id}/text", data=changed).status_code == 303
    refused = expert.post(
        f"/consensus/{view.id}/sign", data=form(expert, fingerprint=view.fingerprint, stance="agree", text="")
    )
    assert refused.status_code == 409
    assert "改了的诊断" in refused.text
    assert view.diagnosis in refused.text


def test_an_old_sign_in_is_asked_for_the_password(people: People, caller: Caller) -> None:
    from sqlalchemy import text

    from mdt.kernel import runtime

    made = discussed_case(people)
    view = proposed(people, made.case_id)
    expert = caller("expert1")
    with runtime.database().engine.begin() as connection:
        connection.execute(text("UPDATE session SET proved_at = '2026-01-01 00:00:00'"))
    assert 'type="password"' in expert.get(f"/consensus/{view.id}").text
    sent = form(expert, fingerprint=view.fingerprint, stance="agree", text="写了的话")
    refused = expert.post(f"/consensus/{view.id}/sign", data=sent)
    assert refused.status_code == 403
    assert "写了的话" in refused.text
    assert expert.post(f"/consensus/{view.id}/sign", data=sent | {"password": "huizhen-demo"}).status_code == 303


def test_amending(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = issued(people, made)
    chair = caller("chair")
    assert chair.post(f"/consensus/{view.id}/amend", data=form(chair, reason="")).status_code == 422
    draft = chair.post(f"/consensus/{view.id}/amend", data=form(chair, reason="左右写反")).headers["Location"]
    assert "左右写反" in chair.get(draft).text
    assert chair.post(f"{draft}/abandon", data=form(chair)).status_code == 303
    assert "更正" in chair.get(f"/consensus/{view.id}").text


def test_the_verify_page(caller: Caller) -> None:
    anybody = caller("county").client.application.test_client()
    assert "没有查到这份文件" in anybody.get("/verify/0000-0000-0000-0000").text
    assert "没有查到这份文件" in anybody.get("/verify?code=abc").text
