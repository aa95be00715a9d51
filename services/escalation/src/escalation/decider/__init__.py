"""What may happen in the escalation service, split by stream: council meetings, what residents do
themselves, and proposals with their services.

Pure: a command and a state become events or a rejection. `answer.py` and `service.py` belong to the stream of
`proposal.py`.
"""

from shiendomain.accesses import access_decider

from . import meeting, proposal, self_help

DECIDERS = (meeting.decider, self_help.decider, proposal.decider, access_decider("escalation"))
