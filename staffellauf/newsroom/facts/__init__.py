"""Facts: their kinds and slots, how a line or a text is read, who accepts them, and what the catalogue learns of it.

`kinds` says what belongs to a kind; `checking` makes a statement of what was handed in; `lines` and `proposals` read
text; `actions` writes; `catalogue` applies and undoes; `words` says facts to people, `schema` to machines; `queries`
reads for pages.
"""
