"""The only file that builds things."""
