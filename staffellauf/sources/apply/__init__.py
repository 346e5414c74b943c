"""Writing what importers read: match it with what we have, then write the difference.

A chunk of records is one transaction. Whatever is looked up or written for it is done for all its records together,
so that the number of queries does not grow with them.
"""
