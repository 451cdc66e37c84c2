"""What partners see, on its own: streamlit run apps/for_partners.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__, department="for_partners"))
