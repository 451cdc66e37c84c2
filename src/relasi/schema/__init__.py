"""The language: what documents mean. `spec` says what may be written, `compiler` makes the Model of it."""
