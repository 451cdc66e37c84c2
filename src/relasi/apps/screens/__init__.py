"""The pages of an entity, all made from its definition: its lists, a record, a form.

The folder is not called pages: beside a script, Streamlit would take such a folder for pages of its own.
"""
