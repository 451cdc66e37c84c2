"""NocoDB beside the records: a base made from the Model, and a client that trusts no answer of its own."""
