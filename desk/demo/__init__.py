"""Demo content for the first start: readable data (JSON) and the code that plays it through the commands."""
