"""Records as files: what somebody may see of them, in a form that `importing` reads back unchanged."""
