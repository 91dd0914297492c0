"""The forms of an audit: a table and JSON, a picture, a page."""

__all__ = ["page", "picture", "table", "text"]
