"""`/assistant/trust`: how often the suggestions are right."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ai_assist import fields, queries
from ai_assist.api.answers import TrustList
from ai_assist.measuring import measure
from ai_assist.models import Trust
from flowtic.core.api import actor_of, answer, reads
from flowtic.core.policy import require

router = Router(tags=["Suggestions"])


@router.get("/assistant/trust", summary="Trust in suggestions", **reads("tickets:read", TrustList))
def list_trust(request: HttpRequest) -> HttpResponse:
    """For support and admins: each field's step and what was measured over its last decisions."""
    require(actor_of(request), "assist.report")
    rows = queries.trust_rows()
    return answer({"results": [_plain(rows.get(name) or Trust(field=name)) for name in fields.FIELDS]})


def _plain(row: Trust) -> dict[str, object]:
    found = measure(row.field, row)
    return {
        "field": row.field,
        "mode": row.mode,
        "ceiling": row.ceiling,
        "bar": row.bar,
        "least": row.least,
        "threshold": row.threshold,
        "decided": found.decided,
        "precision": found.precision,
        "coverage": found.coverage,
        "calibration_error": found.error,
    }
