"""`make bench`: the cost of the libraries. Each figure is compared with a minimal loop, its floor, of the same run."""
