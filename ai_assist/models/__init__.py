from ai_assist.models.call import DayUsage, ModelCall
from ai_assist.models.learned import LearnedModel
from ai_assist.models.provider import FeatureSetting, Provider
from ai_assist.models.settings import AssistSettings, DepartmentSetting
from ai_assist.models.suggestion import Suggestion
from ai_assist.models.trust import Trust

__all__ = [
    "AssistSettings",
    "DayUsage",
    "DepartmentSetting",
    "FeatureSetting",
    "LearnedModel",
    "ModelCall",
    "Provider",
    "Suggestion",
    "Trust",
]
