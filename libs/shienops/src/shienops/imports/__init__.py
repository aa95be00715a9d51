"""Reads a city's files (areas, resources, municipalities) and sends their rows to the registry.

All modules are pure, except `read.py` and `sheet.py` (they read a file), `report.py` (it writes one) and `send.py` (it
sends requests to the registry).
"""
