"""Staffellauf: one article reaches everyone who follows its series."""
