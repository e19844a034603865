"""The page of learned models: what came of a training in words, and the judging on the desk's own tickets."""

import pytest

from ai_assist.local.evaluation import desk
from ai_assist.local.jobs import EVALUATE
from ai_assist.models import LearnedModel
from flowtic.core import clock
from flowtic.core.models import Job

pytestmark = pytest.mark.django_db
PAGE = "/settings/assistant/learned"


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


def learned(**fields):
    given = {"target": "department", "version": 1, "state": "ready", "started_at": clock.now()}
    return LearnedModel.objects.create(**{**given, **fields})


def page(client):
    return client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "too_little", "error": "12/200"}, "12 of 200 closed tickets."),
        ({"state": "too_little", "error": "values"}, "Too few tickets of at least two different values."),
        ({"state": "failed", "error": "interrupted"}, "The worker was stopped."),
        ({"state": "failed", "error": "ValueError: broken"}, "ValueError: broken"),
        ({"scores": {"kept_back": "clearly worse", "before": 0.7, "accuracy": 0.6}}, "Clearly worse than the one"),
        ({"scores": {"before": 0.7, "accuracy": 0.8}, "live": True}, "70\u202f% before, 80\u202f% now"),
        ({"target": "duration", "scores": {"coverage": 0.76}}, "Inside the range of 80"),
    ],
)
def test_what_came_of_a_training_is_said_in_words(web_of, ada, fields, said):
    learned(**fields)
    assert said in page(web_of(ada))


def test_the_judging_is_started_once_and_its_report_shown(web_of, ada, sven):
    client = web_of(ada)
    assert "Not judged yet" in page(client)
    for _twice in range(2):
        client.post(f"{PAGE}/evaluation")
    assert Job.objects.filter(kind=EVALUATE).count() == 1
    assert web_of(sven).post(f"{PAGE}/evaluation").status_code == 403
    similar = {"questions": 40, "documents": 99, "recall_at_1": 0.5, "recall_at_5": 0.75, "mrr": 0.6}
    scores = {"rows": 33, "accuracy": 0.91, "top_3": 0.99}
    desk.keep({"at": clock.now().isoformat(), "routing": {"department": scores}, "similar": similar, "closed": 99})
    shown = page(client)
    for piece in ("judged on 33 tickets", "91\u202f%", "judged on 40 tickets", "75\u202f%"):
        assert piece in shown, piece
