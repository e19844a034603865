"""The one place that imports the `openai` library."""
