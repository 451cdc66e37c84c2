"""From files to merged documents that know where a value was written; what they mean is left to `schema`."""
