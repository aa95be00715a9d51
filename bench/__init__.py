"""`make bench`: what the machinery costs, each figure beside a hand-written floor measured in the same run."""
