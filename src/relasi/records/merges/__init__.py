"""Records that are one and the same: `merging` makes one of them, `parting` several again, `unifying` is what
pages and programs call."""
