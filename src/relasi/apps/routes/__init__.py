"""What is served past Streamlit: the gate before all of it, files on their way, what other systems send."""
