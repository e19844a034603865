"""Demo content: solved tickets to learn from, new ones to suggest something for, and how often that was right."""
