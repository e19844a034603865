from knowledge.models.article import Article, Tag
from knowledge.models.category import Category
from knowledge.models.file import ArticleFile
from knowledge.models.reading import ArticleFeedback, ArticleUse, SearchMiss
from knowledge.models.text import ArticleDraft, ArticleVersion

__all__ = [
    "Article",
    "ArticleDraft",
    "ArticleFeedback",
    "ArticleFile",
    "ArticleUse",
    "ArticleVersion",
    "Category",
    "SearchMiss",
    "Tag",
]
