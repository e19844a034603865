"""What clients can do, by subject. Each function: `(actor, ...) -> plain object`, its docstring is the description."""
