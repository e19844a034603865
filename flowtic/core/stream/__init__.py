"""Live updates: one lasting answer per browser on `/events` that names what changed, never what it says.

`topics` who may hear what · `feeds` where facts come from · `hub` who listens · `poller` looks and tells · `door` ASGI.
"""
