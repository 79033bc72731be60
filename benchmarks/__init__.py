"""Data generator and side-by-side runs of ``./dev bench``; Odoo never loads it."""
