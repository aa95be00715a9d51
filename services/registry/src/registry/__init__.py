"""The registry: areas, councils, coordinators, providers and resources (資源台帳)."""
