"""The telesales department on its own: streamlit run apps/telesales.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__, department="telesales"))
