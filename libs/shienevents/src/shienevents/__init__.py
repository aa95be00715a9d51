"""Events that cannot be lost: an event store on Postgres, a relay to Kafka, and views folded from both."""
