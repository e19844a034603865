"""Articles, their versions and categories. Knows nothing of tickets."""
