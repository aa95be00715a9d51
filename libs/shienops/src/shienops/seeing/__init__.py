"""The verbs with which operators see what is there: they read, and change nothing."""
