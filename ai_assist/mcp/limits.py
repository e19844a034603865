"""What is possible through this door at all: to read, draft, note, sort, claim and complete. Nothing is deleted."""

from flowtic.core.policy import limit_door

ACTIONS = (
    *("ticket.view", "ticket.view_internal", "ticket.note", "ticket.edit", "ticket.claim"),
    *("work_item.view", "work_item.claim", "work_item.release", "work_item.complete"),
    *("article.view", "assist.use", "person.view", "tag.view", "instance.view"),
)

limit_door("mcp", *ACTIONS)
