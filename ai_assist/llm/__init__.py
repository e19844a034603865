"""Questions to language models. `run` asks; `available` and `why_not` tell beforehand whether it makes sense."""

from ai_assist.llm.routing import LlmError, available, why_not
from ai_assist.llm.running import Result, run

__all__ = ["LlmError", "Result", "available", "run", "why_not"]
