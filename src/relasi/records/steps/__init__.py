"""The steps of a write, each over all drafts at once. `work` puts them into their order."""
