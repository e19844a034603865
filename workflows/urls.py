"""Addresses of the workflow pages: work to do, steps, the workflow's share of tickets, definitions, runs."""

from django.urls import path

from workflows.views import catalog, editor, proposals, reports, rules, runs, ticket, versions, work, work_item

app_name = "workflows"
urlpatterns = [
    path("work", work.page, name="work"),
    path("work/tickets/<str:number>/claim", work.claim, name="claim_ticket"),
    path("approvals", work.approvals, name="approvals"),
    path("steps/<int:pk>", work_item.page, name="work_item"),
    path("steps/<int:pk>/fields", work_item.fields, name="fields"),
    path("steps/<int:pk>/complete", work_item.complete, name="complete"),
    path("steps/<int:pk>/claim", work_item.claim, name="claim"),
    path("steps/<int:pk>/release", work_item.release, name="release"),
    path("steps/<int:pk>/assign", work_item.assign, name="assign"),
    path("tickets/<str:number>/steps", ticket.steps, name="ticket_steps"),
    path("tickets/<str:number>/workflow", ticket.panel, name="ticket_workflow"),
    path("tickets/<str:number>/workflow/start", ticket.start, name="start"),
    path("portal/tickets/<str:number>/steps", ticket.track, name="tracking"),
    path("reports/workflows", reports.report, name="report"),
    path("reports/workflows.csv", reports.download, name="report_csv"),
    path("runs/<int:pk>", runs.run, name="run"),
    path("runs/<int:pk>/<str:name>", runs.operate, name="operate"),
    path("workflows", catalog.workflows, name="list"),
    path("workflows/new", catalog.new, name="new"),
    path("workflows/runs", runs.runs, name="runs"),
    path("workflows/rules", rules.rules, name="rules"),
    path("workflows/rules/new", rules.rule, name="rule_new"),
    path("workflows/rules/<int:pk>", rules.rule, name="rule"),
    path("workflows/rules/<int:pk>/removal", rules.remove, name="rule_remove"),
    path("workflows/rules/<int:pk>/position", rules.move, name="rule_move"),
    path("workflows/templates/<str:key>/installation", catalog.install, name="install"),
    path("workflows/proposals/<str:key>", proposals.proposal, name="proposal"),
    path("workflows/proposals/<str:key>/dismissal", proposals.dismiss, name="proposal_dismiss"),
    path("workflows/<str:key>", catalog.workflow, name="workflow"),
    path("workflows/<str:key>/settings", catalog.settings, name="settings"),
    path("workflows/<str:key>/edit", editor.editor, name="edit"),
    path("workflows/<str:key>/edit/presence", editor.hold, name="edit_presence"),
    path("workflows/<str:key>/draft", catalog.draft, name="draft"),
    path("workflows/<str:key>/draft/removal", catalog.draft_discard, name="draft_discard"),
    path("workflows/<str:key>/publication", versions.publishing, name="publish"),
    path("workflows/<str:key>/migration", runs.moving, name="moving"),
    path("workflows/<str:key>/migration/state", runs.moving_state, name="moving_state"),
    path("workflows/<str:key>/versions", versions.versions, name="versions"),
    path("workflows/<str:key>/versions/<int:version>/restoration", versions.restore, name="restore"),
    path("workflows/<str:key>/versions/<int:version>.<str:form>", catalog.download, name="download"),
]
