"""The nouns of the catalogue."""

from staffellauf.catalogue.models.provenance import (
    DataSource,
    Merge,
    Removal,
    Sourced,
)
from staffellauf.catalogue.models.releases import (
    GuideTitle,
    Release,
    Showing,
)
from staffellauf.catalogue.models.series import (
    SMALL,
    Credit,
    Episode,
    Role,
    Season,
    Series,
    StatusChange,
)
from staffellauf.catalogue.models.topics import (
    Alias,
    ExternalId,
    FormerSlug,
    Franchise,
    Organisation,
    Person,
    Synopsis,
    Topic,
    TopicKind,
    TopicName,
    TopicPicture,
    TopicQuerySet,
    UnmergedManager,
)
from staffellauf.catalogue.models.works import (
    Relation,
    Work,
)

__all__ = [
    "SMALL",
    "Alias",
    "Credit",
    "DataSource",
    "Episode",
    "ExternalId",
    "FormerSlug",
    "Franchise",
    "GuideTitle",
    "Merge",
    "Organisation",
    "Person",
    "Relation",
    "Release",
    "Removal",
    "Role",
    "Season",
    "Series",
    "Showing",
    "Sourced",
    "StatusChange",
    "Synopsis",
    "Topic",
    "TopicKind",
    "TopicName",
    "TopicPicture",
    "TopicQuerySet",
    "UnmergedManager",
    "Work",
]
