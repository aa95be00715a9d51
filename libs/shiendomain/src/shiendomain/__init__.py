"""The event shapes: one module for each service that owns them, and the words they share.

    registry.py     areas, councils, coordinators, providers, resources
    needs.py        surveys, needs, issues and gaps
    matching.py     offers (what a resource can still give), matches, searches in vain
    escalation.py   council meetings, proposals, designed and launched services
    vocabulary.py   closed lists of words with their Japanese labels, and the types of fields

Subscribers read these too. A change here is a change of the contract: golden files and `check_schemas` guard it.
"""
