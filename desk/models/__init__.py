from desk.models.attachment import Attachment
from desk.models.comment import Comment
from desk.models.dispatch import DispatchPolicy, DispatchTurn
from desk.models.field_value import TicketFieldValue
from desk.models.form import DraftFile, FormDraft, FormVersion, FormVersionDraft, TicketTemplate
from desk.models.import_run import ImportRun
from desk.models.link import TicketLink, TicketMerge
from desk.models.mail import OutgoingMail
from desk.models.participant import Participant
from desk.models.priority import Priority
from desk.models.request_type import RequestType
from desk.models.sla import Promise, SlaPolicy
from desk.models.status import Status, StatusTransition
from desk.models.tag import Tag
from desk.models.ticket import NO_DUE_DATE, Ticket

__all__ = [
    "NO_DUE_DATE",
    "Attachment",
    "Comment",
    "DispatchPolicy",
    "DispatchTurn",
    "DraftFile",
    "FormDraft",
    "FormVersion",
    "FormVersionDraft",
    "ImportRun",
    "OutgoingMail",
    "Participant",
    "Priority",
    "Promise",
    "RequestType",
    "SlaPolicy",
    "Status",
    "StatusTransition",
    "Tag",
    "Ticket",
    "TicketFieldValue",
    "TicketLink",
    "TicketMerge",
    "TicketTemplate",
]
