"""Reading a city's own files for the registry: areas, resources, municipalities.

Everything here is pure but `read.py` and `sheet.py` (which read one file) and `send.py` (which speaks to the registry).
"""
