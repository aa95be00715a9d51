"""The rules of the needs service, split by stream. Pure: a command and a state become events or a rejection."""

from shiendomain.accesses import access_decider

from . import batch, issue, need, survey

DECIDERS = (survey.decider, need.decider, issue.decider, batch.decider, access_decider("needs"))
