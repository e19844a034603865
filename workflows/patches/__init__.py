"""Changes of a workflow or a form as typed operations, each with its check and its inverse.

The format is one for editor, REST and proposals of a language model (docs/patch-format.md):
`{"op": "add_step", "step": {...}, "after": "check"}`.
"""

from workflows.patches.applying import CannotApply, Patched, apply, apply_chosen
from workflows.patches.operations import FORM, WORKFLOW

__all__ = ["FORM", "WORKFLOW", "CannotApply", "Patched", "apply", "apply_chosen"]
