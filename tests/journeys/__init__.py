"""Journeys of people through the whole system, on the real stack and the five services as processes."""
