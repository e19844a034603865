from desk.models.attachment import Attachment
from desk.models.bulk import BulkRow, BulkRun
from desk.models.canned_reply import CannedReply
from desk.models.checklist import ChecklistItem, ChecklistTemplate
from desk.models.comment import Comment
from desk.models.composer_draft import ComposerDraft
from desk.models.dispatch import DispatchPolicy, DispatchTurn
from desk.models.field_value import TicketFieldValue
from desk.models.form import DraftFile, FormDraft, FormVersion, FormVersionDraft, TicketTemplate
from desk.models.import_run import ImportRun
from desk.models.link import TicketLink, TicketMerge
from desk.models.macro import Macro
from desk.models.mail import OutgoingMail
from desk.models.participant import Participant
from desk.models.priority import Priority
from desk.models.rating import Rating
from desk.models.request_type import RequestType
from desk.models.scheduled_send import ScheduledSend, WaitingFile
from desk.models.sla import Promise, SlaPolicy
from desk.models.snooze import Snooze
from desk.models.status import Status, StatusTransition
from desk.models.tag import Tag
from desk.models.ticket import NO_DUE_DATE, Ticket
from desk.models.time_entry import TimeEntry
from desk.models.view import SavedView, ViewOrder
from desk.models.visit import TicketVisit

__all__ = [
    "NO_DUE_DATE",
    "Attachment",
    "BulkRow",
    "BulkRun",
    "CannedReply",
    "ChecklistItem",
    "ChecklistTemplate",
    "Comment",
    "ComposerDraft",
    "DispatchPolicy",
    "DispatchTurn",
    "DraftFile",
    "FormDraft",
    "FormVersion",
    "FormVersionDraft",
    "ImportRun",
    "Macro",
    "OutgoingMail",
    "Participant",
    "Priority",
    "Promise",
    "Rating",
    "RequestType",
    "SavedView",
    "ScheduledSend",
    "SlaPolicy",
    "Snooze",
    "Status",
    "StatusTransition",
    "Tag",
    "Ticket",
    "TicketFieldValue",
    "TicketLink",
    "TicketMerge",
    "TicketTemplate",
    "TicketVisit",
    "TimeEntry",
    "ViewOrder",
    "WaitingFile",
]
