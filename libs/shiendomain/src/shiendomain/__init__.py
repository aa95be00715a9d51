"""What the services share: the events, the closed lists of words, the states, and the rules that several apply.

    registry/       areas, councils, coordinators, providers, resources, supporters, venues, places
    needs.py        surveys, needs, issues and gaps
    matching.py     offers (what a resource can still give), matches, searches without a match
    escalation.py   council meetings, proposals, designed and launched services
    vocabulary/     closed lists of words with Japanese and English labels, and the types of fields
    words.py        what a member of such a list is
    personal_data.py  what tells who somebody is, in a text
    states.py       the states of needs, issues, matches, proposals, resources, councils, networking, venues and places
    machines/       which event leads from one state to another, by which operation, and on which list a state is
    development.py  how many supporters are placed, and how many people a place still wants
    demand.py       who waits for support, by weekday and on days that are past
    activities.py   what follows from reports of activity
    rules.py        rules that several services apply, each as a function and as SQL
    follow_up.py    rules of what somebody must come back to
    days.py         the day of a moment in Japan
    areas.py        the tree of areas, and areas_view.py, the view that it is read from
    activity_reports_view.py  the view of reports of activity
    councils_view.py  the view of councils
    self_help_view.py  the view of what residents do themselves
    agenda.py       what waits for a council
    proposal_history.py  the rounds of a proposal, for the views that show them

The first four modules hold the events of one service each. Subscribers outside this product read these events too, so
a change of an event is a change of a contract: golden files and `check_schemas` guard it.
"""
