"""The description of the API (OpenAPI 3.1): what the owner of the key may do, in the owner's language."""

from relasi.api.openapi.document import document

__all__ = ["document"]
