"""Flowtic's looks: the Tailwind input (static_src) and how static files are served. No models, no views."""
