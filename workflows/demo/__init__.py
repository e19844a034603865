"""Demo content: the five templates with tickets at every step of them."""
