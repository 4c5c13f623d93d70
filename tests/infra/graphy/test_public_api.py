import json

import requests

from tests.infra.graphy.conftest import KEY, MID, Client, Start


def test_a_learner_is_created_and_read_back(graphy: Client) -> None:
    answer = graphy.post("/v1/learners", email="Asha@Example.com ", name="आशा")
    assert answer.status_code == 200
    assert answer.json()["status"] == "success"
    page = graphy.get("/v2/learners", query=json.dumps({"email": "asha@example.com"})).json()
    assert (page["total"], page["limit"], page["skip"]) == (1, 20, 0)
    (learner,) = page["data"]
    assert (learner["email"], learner["name"], learner["active"]) == ("asha@example.com", "आशा", True)
    assert {"id", "mobile", "created date", "last login"} <= learner.keys()


def test_an_address_twice_answers_error_22_under_status_200(graphy: Client) -> None:
    graphy.post("/v1/learners", email="a@example.com", name="A")
    answer = graphy.post("/v1/learners", email="A@example.com", name="Another")
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == 22


def test_an_enrolment_twice_answers_error_19_under_status_200(graphy: Client) -> None:
    graphy.enrol(["a@example.com"])
    answer = graphy.post("/v1/assign", email="a@example.com", productId="course-1")
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == 19


def test_an_unknown_learner_and_an_unknown_product_cannot_be_assigned(graphy: Client) -> None:
    graphy.enrol(["a@example.com"])
    stranger = graphy.post("/v1/assign", email="b@example.com", productId="course-1")
    assert "No learner with email b@example.com" in stranger.json()["error"]["message"]
    nowhere = graphy.post("/v1/assign", email="a@example.com", productId="course-2")
    assert "No product with id course-2" in nowhere.json()["error"]["message"]


def test_a_missing_field_is_named(graphy: Client) -> None:
    assert graphy.post("/v1/learners", email="a@example.com").json()["error"]["message"] == "name is required"
    assert graphy.post("/v1/learners", email="nobody", name="N").json()["error"]["message"] == "email is not valid"


def test_a_wrong_key_is_refused(graphy: Client) -> None:
    answer = graphy.post("/v1/learners", key="wrong", email="a@example.com", name="A")
    assert answer.status_code == 401
    assert "error" in answer.json()
    assert graphy.get("/v2/learners").json()["total"] == 0


def test_credentials_count_as_form_fields_on_post_only(graphy: Client) -> None:
    url = f"{graphy.address}/public/v1/learners"
    person = {"email": "a@example.com", "name": "A"}
    in_query = requests.post(url, params={"mid": MID, "key": KEY}, data=person, timeout=10)
    as_json = requests.post(url, json={"mid": MID, "key": KEY, **person}, timeout=10)
    assert [in_query.status_code, as_json.status_code] == [401, 401]


def test_learners_come_in_pages_with_their_courses(graphy: Client) -> None:
    graphy.enrol([f"{number}@example.com" for number in range(5)])
    page = graphy.get("/v2/learners", limit="2", skip="3", courseInfo="true").json()
    assert (page["total"], page["limit"], page["skip"]) == (5, 2, 3)
    assert [learner["email"] for learner in page["data"]] == ["3@example.com", "4@example.com"]
    (course,) = page["data"][0]["courses"]
    assert (course["id"], course["Title"], course["progress"], course["completed"]) == (
        "course-1",
        "First Aid",
        0,
        False,
    )
    assert {"Assigned Date", "totalTime", "course items"} <= course.keys()


def test_bad_paging_and_bad_queries_are_refused(graphy: Client) -> None:
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"skip": "x"}, {"query": "{"}, {"query": '{"email": 1}'}):
        assert "is not valid" in graphy.get("/v2/learners", **wrong).json()["error"]["message"]


def test_products_are_listed_and_found_by_id(graphy: Client) -> None:
    graphy.control("products", {"products": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]})
    assert graphy.get("/v1/products", limit="1").json() == {"data": [{"id": "a", "title": "A"}], "total": 2, "limit": 1}
    assert graphy.get("/v1/products/b").json()["data"] == [{"id": "b", "title": "B"}]
    assert "error" in graphy.get("/v1/products/c").json()


def test_what_is_not_emulated_answers_501_and_says_so(graphy: Client) -> None:
    for answer in (graphy.get("/v1/enrollments"), graphy.post("/v1/products"), graphy.get("/v1/learners")):
        assert answer.status_code == 501
        assert "Not emulated here" in answer.json()["error"]["message"]


def test_what_was_stored_is_there_after_a_restart(start: Start) -> None:
    with start() as graphy:
        graphy.enrol(["a@example.com"])
    with start() as graphy:
        assert graphy.get("/v2/learners").json()["total"] == 1
        assert graphy.post("/v1/assign", email="a@example.com", productId="course-1").json()["error"]["code"] == 19
