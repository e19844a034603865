"""The only writers of tickets and of what belongs to them."""

from desk.commands.assignment import assign_ticket, claim_ticket, release_ticket
from desk.commands.attaching import attach_files, detach_file
from desk.commands.configuration import remove_configuration, save_configuration, set_transitions
from desk.commands.conversation import add_comment
from desk.commands.creation import create_ticket
from desk.commands.fields import change_fields
from desk.commands.linking import link_tickets, unlink_tickets
from desk.commands.merging import merge_ticket, unmerge_ticket
from desk.commands.splitting import split_comment
from desk.commands.status import change_status, reopen_ticket
from desk.commands.watching import add_watcher, remove_watcher

__all__ = [
    "add_comment",
    "add_watcher",
    "assign_ticket",
    "attach_files",
    "change_fields",
    "change_status",
    "claim_ticket",
    "create_ticket",
    "detach_file",
    "link_tickets",
    "merge_ticket",
    "release_ticket",
    "remove_configuration",
    "remove_watcher",
    "reopen_ticket",
    "save_configuration",
    "set_transitions",
    "split_comment",
    "unlink_tickets",
    "unmerge_ticket",
]
