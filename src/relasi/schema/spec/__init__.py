"""What an author may write, as pydantic classes: unknown keys and wrong shapes end here.

Names are looked up and expressions checked later, by `relasi.schema.compiler`. The same classes make the
reference
pages and the JSON Schemas for editors, so a key is described in one place: its `Field(description=...)`.
"""

from pydantic import BaseModel

from relasi.schema.spec.dashboard import DashboardSpec
from relasi.schema.spec.entity import EntitySpec
from relasi.schema.spec.hook import HookSpec
from relasi.schema.spec.mail import MessageSpec
from relasi.schema.spec.mailbox import MailboxSpec
from relasi.schema.spec.platform import PlatformSpec
from relasi.schema.spec.project import (
    CrmSpec,
    DepartmentSpec,
    ModulesSpec,
    RolesSpec,
    SampleSpec,
    ValueListsSpec,
)
from relasi.schema.spec.teams import TeamsSpec
from relasi.schema.spec.trial import SuiteSpec
from relasi.schema.spec.webform import FormSpec
from relasi.schema.spec.workflow import WorkflowSpec

SPECS: dict[str, type[BaseModel]] = {
    "crm": CrmSpec,
    "modules": ModulesSpec,
    "roles": RolesSpec,
    "teams": TeamsSpec,
    "value_lists": ValueListsSpec,
    "sample": SampleSpec,
    "platform": PlatformSpec,
    "department": DepartmentSpec,
    "entity": EntitySpec,
    "workflow": WorkflowSpec,
    "message": MessageSpec,
    "hook": HookSpec,
    "suite": SuiteSpec,
    "form": FormSpec,
    "dashboard": DashboardSpec,
    "mailbox": MailboxSpec,
}
"""By the kind of a document; a collection's spec is about what stands below its head."""
