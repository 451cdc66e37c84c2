"""Training, goals, reviews and commissions of staff, on their own: streamlit run apps/staff.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__, department="staff"))
