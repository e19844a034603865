"""Articles out of a folder of Markdown and HTML files."""
