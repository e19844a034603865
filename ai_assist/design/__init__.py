"""Workflows and forms from a description: a model proposes typed operations, people accept them one by one."""
