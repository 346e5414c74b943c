"""Answers in TMDB's shapes, about series that do not exist."""

from typing import Any

DIRECTOR = {"id": 5, "name": "Lou Finch", "job": "Director"}


def series(**more: Any) -> dict[str, Any]:
    """A series as asked for in German, with what is appended to it."""
    return {
        "id": 9001,
        "name": "Das stille Moor",
        "original_name": "The Quiet Moor",
        "original_language": "en",
        "origin_country": ["GB", "DE"],
        "overview": "Eine Kommissarin kehrt in das Dorf zurück, in dem sie aufgewachsen ist.",
        "first_air_date": "2019-10-06",
        "last_air_date": "2021-03-14",
        "status": "Returning Series",
        "type": "Scripted",
        "genres": [{"id": 80, "name": "Krimi"}, {"id": 10765, "name": "Sci-Fi & Fantasy"}],
        "episode_run_time": [45],
        "homepage": "https://moor.example/",
        "popularity": 10.0,
        "vote_average": 7.849,
        "number_of_episodes": 3,
        "networks": [{"id": 213, "name": "Netflix", "logo_path": "/n.png", "origin_country": ""}],
        "created_by": [{"id": 1, "name": "Mara Quill", "gender": 1}],
        "seasons": [
            {"id": 70, "season_number": 0, "name": "Extras", "air_date": None, "episode_count": 1},
            {"id": 71, "season_number": 1, "name": "Staffel 1", "air_date": "2019-10-06", "episode_count": 2},
        ],
        "poster_path": "/moorposter.jpg",
        "backdrop_path": None,
        "external_ids": {"imdb_id": "tt9900001", "tvdb_id": 88001, "wikidata_id": "Q900001"},
        "content_ratings": {"results": [{"iso_3166_1": "US", "rating": "TV-MA"}, {"iso_3166_1": "DE", "rating": "16"}]},
        "alternative_titles": {"results": [{"iso_3166_1": "AT", "title": "Moor", "type": ""}]},
        "translations": {"translations": [translation("en", "GB", "", overview="A detective returns to the village.")]},
        "credits": {"cast": [{"id": 2, "name": "Ansel Pike", "character": "Tom Reed", "order": 0}], "crew": []},
        "aggregate_credits": {
            "cast": [
                {
                    "id": 2, "name": "Ansel Pike", "gender": 2, "order": 0, "total_episode_count": 2,
                    "roles": [
                        {"character": "Tom Reed", "episode_count": 2},
                        {"character": "Old Reed (voice)", "episode_count": 1},
                    ],
                },
                {
                    "id": 3, "name": "Iris Holm", "gender": 3, "order": 1, "total_episode_count": 1,
                    "roles": [{"character": "Self - Host", "episode_count": 1}],
                },
            ],
            "crew": [
                {
                    "id": 4, "name": "Ben Ode", "department": "Production", "total_episode_count": 3,
                    "jobs": [{"job": "Executive Producer"}],
                },
                {
                    "id": 5, "name": "Lou Finch", "department": "Directing", "total_episode_count": 1,
                    "jobs": [{"job": "Director"}],
                },
            ],
        },
        "season/0": {
            "id": 70, "season_number": 0, "name": "Extras",
            "episodes": [episode(0, 1, 800, name="Das Moor ruft")],
        },
        "season/1": {
            "id": 71,
            "season_number": 1,
            "name": "Staffel 1",
            "air_date": "2019-10-06",
            "episodes": [
                episode(1, 1, 801, name="Nebel", air_date="2019-10-06", crew=[DIRECTOR]),
                episode(
                    1, 2, 802, name="Folge 2",
                    guest_stars=[{"id": 3, "name": "Iris Holm", "character": "Self - Host", "order": 500}],
                ),
            ],
        },
    } | more  # fmt: skip


def episode(season: int, number: int, key: int, **more: Any) -> dict[str, Any]:
    return {"id": key, "season_number": season, "episode_number": number, "air_date": None, "name": ""} | more


def translation(language: str, country: str, name: str, *, overview: str = "") -> dict[str, Any]:
    return {"iso_639_1": language, "iso_3166_1": country, "data": {"name": name, "overview": overview}}


def of_the_list(**more: Any) -> dict[str, Any]:
    """A row of the German list."""
    return {
        "id": 9002,
        "title": "Die  Gezeiten\u200b",
        "year": "2015",
        "desc": "Am Meer.",
        "rating": 7.46,
        "poster": "https://image.tmdb.org/t/p/w500/tide.jpg",
        "seasons": [
            {"number": 0, "title": "Extras", "poster": None, "episodes": []},
            {
                "number": 1,
                "title": "Staffel 1",
                "episodes": [
                    {"no": 1, "title": "\ufeffEbbe", "date": "2015-02-01", "id": 901},
                    {"no": 2, "title": "Folge 2", "date": None, "id": 902},
                ],
            },
            {"number": 2, "title": "Die Flut", "episodes": [{"no": 1, "title": "Episode 1", "date": None, "id": 903}]},
        ],
        "director": "Mara Quill, Ben Ode, Jr.",
        "cast": ["Ansel Pike", "Iris Holm", "Ansel Pike"],
        "studio": "Wattfilm",
        "imdbId": "tt9900002",
        "rtScore": None,
        "runtime": "23 min",
        "genres": "Action & Adventure, Komödie",
        "fsk": "12",
    } | more
