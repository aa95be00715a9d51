"""The crash test: processes are killed at random moments under load, and the promises are checked from the outside."""
