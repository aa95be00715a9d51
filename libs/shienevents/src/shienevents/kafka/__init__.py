"""The connection to Kafka, and the form of a record on a topic.

Only this folder and `consume/sources.py` import aiokafka.
Read: cloudevents, json_events, packing, partitions, waiting, security, client, denial, fetcher, broker, rights,
producer, group_offsets.
"""
