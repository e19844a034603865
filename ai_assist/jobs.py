"""What workers do for suggestions: look at one ticket."""

from ai_assist.commands.classifying import classify_ticket
from desk.models import Ticket
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job

MACHINE = Actor.system("assistant")
CLASSIFY = "ai.classify"


@jobs.job(CLASSIFY)
def classify(job: Job) -> None:
    """Guesses department, priority and request type, unless the ticket is done by now."""
    ticket = Ticket.objects.filter(pk=job.payload["ticket"], is_open=True).first()
    if ticket is not None:
        from ai_assist.llm.jobs import refine_soon

        classify_ticket(MACHINE, ticket)
        refine_soon(ticket)


def classify_soon(ticket_id: int, *, queue: str = "default") -> None:
    """Has a worker look at the ticket; joins the caller's transaction."""
    jobs.enqueue(MACHINE, CLASSIFY, {"ticket": ticket_id}, queue=queue)
