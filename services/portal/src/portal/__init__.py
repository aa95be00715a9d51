"""The portal: what all services recorded, as boards of both tiers and traces. Its own events: who looked at a past."""
