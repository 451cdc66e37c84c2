"""The pages of an entity, all made from its definition: its lists, a record, a form."""
