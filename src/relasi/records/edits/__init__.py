"""What is changed past Relasi: `outside` finds it, `adopting` takes it in by the recipe, `objections` are what
the recipe refuses."""
