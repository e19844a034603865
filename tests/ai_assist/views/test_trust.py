"""The pages on trust and on learned models."""

import pytest

from ai_assist.models import LearnedModel, Trust
from flowtic.core import clock
from flowtic.core.models import Job
from tests.ai_assist.suggesting import decisions, switch, trusted

PATH = "/settings/assistant"
FORM = {"ceiling": "fill", "mode": "suggest", "bar": "95", "least": "40", "threshold": "70"}


def form(**more):
    return {f"priority-{name}": value for name, value in {**FORM, **more}.items()}


def test_figures_and_drawings(web_of, ada, ticket):
    trusted(mode="suggest")
    decisions(ticket, [True] * 36 + [False] * 4)
    page = web_of(ada).get(PATH).content.decode()
    for piece in ("90\u202f%", "<circle", "<rect", "promised 90", "Good enough: the field climbs"):
        assert piece in page, piece
    assert "style=" not in page


def test_before_anybody_decided_it_says_so(web_of, sven):
    page = web_of(sven).get(PATH).content.decode()
    assert "Too few decisions to judge: 30 more are needed." in page
    assert "No decisions yet." in page
    assert '<form class="form' not in page, "support reads, admins set"


def test_an_administrator_sets_the_bar(web_of, ada):
    answer = web_of(ada).post(f"{PATH}/trust/priority", form())
    assert answer.headers["Location"] == PATH
    row = Trust.objects.get()
    assert (row.field, row.bar, row.least, row.threshold, row.ceiling) == ("priority", 0.95, 40, 0.7, "fill")


@pytest.mark.parametrize(("name", "value"), [("mode", "fill"), ("bar", "20"), ("least", "x"), ("ceiling", "all")])
def test_what_is_refused_stays_in_the_form(web_of, ada, name, value):
    answer = web_of(ada).post(f"{PATH}/trust/priority", form(**{name: value, "threshold": "77"}))
    assert answer.status_code == 422
    assert 'value="77"' in answer.content.decode()
    assert not Trust.objects.exclude(threshold=0.6).exists()


def test_only_administrators_set_it(web_of, sven, alan, rita, client):
    for person in (sven, alan, rita):
        assert web_of(person).post(f"{PATH}/trust/priority", form()).status_code == 403
    assert client.post(f"{PATH}/trust/priority", form()).headers["Location"].startswith("/accounts/login/")
    assert not Trust.objects.exists()


def test_only_fields_there_are(web_of, ada):
    client = web_of(ada)
    assert client.post(f"{PATH}/trust/status", form()).status_code == 404
    assert client.get(f"{PATH}/trust/priority").headers["Location"] == PATH


def test_switched_off_the_page_says_so(web_of, ada):
    switch(False)
    assert "The assistant is off" in web_of(ada).get(PATH).content.decode()


def test_learned_models_with_their_held_out_scores(web_of, ada):
    now = clock.now()
    common = {"target": "department", "state": "ready", "rows": 4200, "started_at": now, "trained_at": now}
    scores = {"accuracy": 0.871, "top_3": 0.97, "matrix": [[1]]}
    LearnedModel.objects.create(version=1, scores={}, **common)
    LearnedModel.objects.create(version=2, live=True, scores=scores, **common)
    page = web_of(ada).get(f"{PATH}/learned").content.decode()
    for piece in ("4200", "in use", "87\u202f%", "97\u202f%", "Learning starts at 200"):
        assert piece in page, piece


def test_learning_anew_is_a_job(web_of, ada, sven):
    path = f"{PATH}/learned/training"
    assert web_of(sven).post(path).status_code == 403
    for _ in range(2):
        assert web_of(ada).post(path).headers["Location"] == f"{PATH}/learned"
    assert Job.objects.filter(kind="ai.train").count() == 1
