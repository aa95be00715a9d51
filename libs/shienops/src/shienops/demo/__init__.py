"""The demonstration: a synthetic sample city, and one need walked through the whole loop."""
