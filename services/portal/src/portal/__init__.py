"""The portal: what all services recorded, as boards of both tiers and as traces. It owns no events."""
