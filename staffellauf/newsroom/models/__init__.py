"""The newsroom's nouns, by what they are about."""

from staffellauf.newsroom.models.articles import (
    BODY_FEATURES,
    HEADLINE_LENGTH,
    STARS,
    WRITTEN_KINDS,
    Article,
    Byline,
    FormerSlug,
    GalleryPicture,
    Kind,
    Source,
    SourceKind,
    Subject,
    Weight,
)
from staffellauf.newsroom.models.authors import Author
from staffellauf.newsroom.models.editing import IntakeToken, Plan, Remark
from staffellauf.newsroom.models.facts import CatalogueChange, Fact
from staffellauf.newsroom.models.outbox import ArticleTopic, Publication, PublicationCounter, PublishedGuid
from staffellauf.newsroom.models.pages import StandingPage
from staffellauf.newsroom.models.pictures import Picture, Rendition
from staffellauf.newsroom.models.story import ArticleLink, ArticleMerge, Note, Version

__all__ = [
    "BODY_FEATURES", "HEADLINE_LENGTH", "STARS", "WRITTEN_KINDS", "Article", "ArticleLink", "ArticleMerge",
    "ArticleTopic", "Author", "Byline", "CatalogueChange", "Fact", "FormerSlug", "GalleryPicture", "IntakeToken",
    "Kind", "Note", "Picture", "Plan", "Publication", "PublicationCounter", "PublishedGuid", "Remark", "Rendition",
    "Source", "SourceKind", "StandingPage", "Subject", "Version", "Weight",
]  # fmt: skip
