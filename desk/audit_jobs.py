"""The check of the chain of seals, in a worker: it reads every event there is."""

from desk.audit_log import CHECK
from flowtic.core import audit, clock, jobs
from flowtic.core.models import Job


@jobs.job(CHECK)
def check_chain(job: Job) -> None:
    report = audit.verify()
    finding = report.finding
    job.progress = {
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "event": finding.event_id if finding else None,
        "reason": finding.reason if finding else "",
        "at": clock.now().isoformat(),
    }
    Job.objects.filter(pk=job.pk).update(progress=job.progress)
