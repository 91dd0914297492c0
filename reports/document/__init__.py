"""The report and its supplement as Markdown: evidence, expositions and figures poured into the templates."""

from reports.document.compose import TEMPLATES, Document, compose

__all__ = ["TEMPLATES", "Document", "compose"]
