"""What is changed past Relasi: `outside` finds it, `adopting` takes it in by the recipe, and `objections` are
what the recipe refuses."""
