"""What the workflow editor makes of a draft, and of what somebody did on its page. Pure: no database."""
