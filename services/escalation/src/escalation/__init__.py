"""escalation: what tier 2 cannot create goes up as a proposal, and comes back as an answer or a service."""
