"""TVmaze's words as the catalogue's keys (https://www.tvmaze.com/api, and its site's forms)."""

from staffellauf.catalogue.models import Credit, Episode, Person, Series, TopicPicture

STATUSES = {
    "Running": Series.Status.RUNNING,
    "Ended": Series.Status.ENDED,
    "To Be Determined": Series.Status.UNDECIDED,
    "In Development": Series.Status.DEVELOPMENT,
    "Pilot": Series.Status.DEVELOPMENT,
}

FORMATS = {
    "Scripted": Series.Format.SCRIPTED,
    "Animation": Series.Format.ANIMATION,
    "Documentary": Series.Format.DOCUMENTARY,
    "Reality": Series.Format.REALITY,
    "Game Show": Series.Format.GAME,
    "Talk Show": Series.Format.TALK,
    "News": Series.Format.NEWS,
    "Variety": Series.Format.VARIETY,
    "Panel Show": Series.Format.PANEL,
    "Sports": Series.Format.SPORTS,
    "Award Show": Series.Format.AWARDS,
}

# TVmaze has no genre of that name; other data sources do, and readers look for it among the genres.
GENRES_OF_FORMATS = {
    Series.Format.ANIMATION: Series.Genre.ANIMATION,
    Series.Format.DOCUMENTARY: Series.Genre.DOCUMENTARY,
    Series.Format.REALITY: Series.Genre.REALITY,
    Series.Format.TALK: Series.Genre.TALK,
    Series.Format.NEWS: Series.Genre.NEWS,
    Series.Format.SPORTS: Series.Genre.SPORTS,
}

GENRES = {
    "Action": Series.Genre.ACTION,
    "Adult": Series.Genre.ADULT,
    "Adventure": Series.Genre.ADVENTURE,
    "Anime": Series.Genre.ANIME,
    "Children": Series.Genre.CHILDREN,
    "Comedy": Series.Genre.COMEDY,
    "Crime": Series.Genre.CRIME,
    "DIY": Series.Genre.DIY,
    "Drama": Series.Genre.DRAMA,
    "Espionage": Series.Genre.ESPIONAGE,
    "Family": Series.Genre.FAMILY,
    "Fantasy": Series.Genre.FANTASY,
    "Food": Series.Genre.FOOD,
    "History": Series.Genre.HISTORY,
    "Horror": Series.Genre.HORROR,
    "Legal": Series.Genre.LEGAL,
    "Medical": Series.Genre.MEDICAL,
    "Music": Series.Genre.MUSIC,
    "Mystery": Series.Genre.MYSTERY,
    "Nature": Series.Genre.NATURE,
    "Romance": Series.Genre.ROMANCE,
    "Science-Fiction": Series.Genre.SCIENCE_FICTION,
    "Sports": Series.Genre.SPORTS,
    "Supernatural": Series.Genre.SUPERNATURAL,
    "Thriller": Series.Genre.THRILLER,
    "Travel": Series.Genre.TRAVEL,
    "War": Series.Genre.WAR,
    "Western": Series.Genre.WESTERN,
}

WEEKDAYS = {
    "Monday": "mo",
    "Tuesday": "tu",
    "Wednesday": "we",
    "Thursday": "th",
    "Friday": "fr",
    "Saturday": "sa",
    "Sunday": "su",
}

EPISODE_KINDS = {
    "regular": Episode.Kind.REGULAR,
    "significant_special": Episode.Kind.SPECIAL,
    "insignificant_special": Episode.Kind.EXTRA,
}

GENDERS = {"Female": Person.Gender.FEMALE, "Male": Person.Gender.MALE}

# A banner is a poster cut to a strip: nothing that we show.
PICTURES = {
    "poster": TopicPicture.Kind.POSTER,
    "background": TopicPicture.Kind.BACKDROP,
    "typography": TopicPicture.Kind.LOGO,
}

# In lower case. What ends in "producer" and is not here is a producer too; whatever else is "other".
JOBS = {
    "creator": Credit.Job.CREATOR,
    "co-creator": Credit.Job.CREATOR,
    "developer": Credit.Job.CREATOR,
    "developed by": Credit.Job.CREATOR,
    "created by": Credit.Job.CREATOR,
    "original creator": Credit.Job.CREATOR,
    "showrunner": Credit.Job.SHOWRUNNER,
    "co-showrunner": Credit.Job.SHOWRUNNER,
    "writer": Credit.Job.WRITER,
    "co-writer": Credit.Job.WRITER,
    "head writer": Credit.Job.WRITER,
    "staff writer": Credit.Job.WRITER,
    "series writer": Credit.Job.WRITER,
    "screenplay": Credit.Job.WRITER,
    "screenwriter": Credit.Job.WRITER,
    "scriptwriter": Credit.Job.WRITER,
    "script": Credit.Job.WRITER,
    "story": Credit.Job.WRITER,
    "teleplay": Credit.Job.WRITER,
    "dialogue": Credit.Job.WRITER,
    "dialogue writer": Credit.Job.WRITER,
    "story editor": Credit.Job.WRITER,
    "executive story editor": Credit.Job.WRITER,
    "senior story editor": Credit.Job.WRITER,
    "script editor": Credit.Job.WRITER,
    "series composition": Credit.Job.WRITER,
    "director": Credit.Job.DIRECTOR,
    "co-director": Credit.Job.DIRECTOR,
    "series director": Credit.Job.DIRECTOR,
    "chief director": Credit.Job.DIRECTOR,
    "supervising director": Credit.Job.DIRECTOR,
    "general director": Credit.Job.DIRECTOR,
    "studio director": Credit.Job.DIRECTOR,
    "music": Credit.Job.COMPOSER,
    "composer": Credit.Job.COMPOSER,
    "original music": Credit.Job.COMPOSER,
    "additional music": Credit.Job.COMPOSER,
    "theme music": Credit.Job.COMPOSER,
    "theme music by": Credit.Job.COMPOSER,
    "theme music composer": Credit.Job.COMPOSER,
    "director of photography": Credit.Job.CAMERA,
    "director of photography (second unit)": Credit.Job.CAMERA,
    "cinematography": Credit.Job.CAMERA,
    "cinematographer": Credit.Job.CAMERA,
    "editor": Credit.Job.EDITOR,
    "co-editor": Credit.Job.EDITOR,
    "film editor": Credit.Job.EDITOR,
    "picture editor": Credit.Job.EDITOR,
    "video editor": Credit.Job.EDITOR,
    "lead editor": Credit.Job.EDITOR,
    "supervising editor": Credit.Job.EDITOR,
    "supervising picture editor": Credit.Job.EDITOR,
    "visual effects producer": Credit.Job.OTHER,
    "digital effects producer": Credit.Job.OTHER,
    "animation producer": Credit.Job.OTHER,
    "music producer": Credit.Job.OTHER,
    "post-production producer": Credit.Job.OTHER,
    "assistant to producer": Credit.Job.OTHER,
    "assistant to executive producer": Credit.Job.OTHER,
}
PRODUCER = "producer"


def job(title: str) -> str:
    lower = title.lower()
    if lower in JOBS:
        return JOBS[lower]
    return Credit.Job.PRODUCER if lower.endswith(PRODUCER) else Credit.Job.OTHER
