from __future__ import annotations

from tests.studio.conftest import crm, root

__all__ = ["crm", "root"]
