"""Forms of the agents' pages: they carry what was typed; the commands decide whether it is right."""
