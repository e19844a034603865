"""Pages of the knowledge base and the help in the portal."""

from django.urls import path

from knowledge.views import article, browse, categories, editor, gaps, insert, portal, publishing

app_name = "knowledge"

ARTICLE = "knowledge/articles/<int:pk>"

urlpatterns = [
    path("knowledge", browse.browse, name="browse"),
    path("knowledge/new", editor.new, name="new"),
    path("knowledge/gaps", gaps.report, name="gaps"),
    path("knowledge/gaps/<int:pk>/removal", gaps.removal, name="gap_remove"),
    path("knowledge/reviews", publishing.reviews, name="reviews"),
    path("knowledge/categories", categories.category_list, name="categories"),
    path("knowledge/categories/<int:pk>", categories.category_list, name="category"),
    path("knowledge/categories/<int:pk>/removal", categories.removal, name="category_remove"),
    path("knowledge/insert", insert.choices, name="insert_choices"),
    path("knowledge/files/<slug:key>", article.file, name="file"),
    path(f"{ARTICLE}/edit", editor.edit, name="edit"),
    path(f"{ARTICLE}/draft", editor.draft, name="draft"),
    path(f"{ARTICLE}/draft/removal", editor.discard, name="discard"),
    path(f"{ARTICLE}/properties", editor.properties, name="properties"),
    path(f"{ARTICLE}/files", editor.files, name="files"),
    path(f"{ARTICLE}/files/<slug:key>/removal", editor.file_removal, name="file_remove"),
    path(f"{ARTICLE}/publication", publishing.publish, name="publish"),
    path(f"{ARTICLE}/versions", publishing.versions, name="versions"),
    path(f"{ARTICLE}/versions/<int:version>", publishing.versions, name="version"),
    path(f"{ARTICLE}/versions/<int:version>/restoration", publishing.restore, name="restore"),
    path(f"{ARTICLE}/state", publishing.state, name="state"),
    path(f"{ARTICLE}/review", publishing.review, name="review"),
    path(f"{ARTICLE}/translation", publishing.translation, name="translation"),
    path(f"{ARTICLE}/removal", publishing.removal, name="remove"),
    path(f"{ARTICLE}/rating", article.rate, name="rate"),
    path(f"{ARTICLE}/insertion", insert.insert, name="insert"),
    path("knowledge/<slug:category>/<slug:slug>", article.article, name="article"),
    path("portal/help", portal.help_list, name="help"),
    path("portal/help/<slug:slug>", portal.help_article, name="help_article"),
    path("portal/help/<slug:slug>/rating", portal.help_rate, name="help_rate"),
]
