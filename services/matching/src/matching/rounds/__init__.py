"""A matching round: open needs and free places, matched at best, with a certificate that anyone can check. Pure.

Three files tell all of it:

problem.py       from rows of views to the inputs: who may go where (the rule of candidates), and what it is worth
solver.py        from the inputs to the best assignment and its prices (HiGHS; another process, see `__main__.py`)
certificate.py   whether an assignment is the best of its inputs: no solver, the standard library only

and beside them

values.py        what a pair is worth by the policy
reasons.py       what keeps the rest from being served, and where one more place helps most
outcome.py       the certificate and the two events of a round
proposals.py     what the deciders are asked to record
live.py          what is proposed between two rounds, without solving
checking.py      the certificate made again from the log
apart.py         the solver in a process of its own
"""
