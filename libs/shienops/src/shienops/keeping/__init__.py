"""The verbs with which operators keep views: compare them with the logs, rebuild them, and deal with parked events."""
