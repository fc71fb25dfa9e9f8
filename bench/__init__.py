"""`bin/bench`: how fast the portal is on this machine. Not part of the portal, and never served with it.

Every figure is a median of several rounds with its lowest and highest, and comes with the machine it was measured on.
Traffic goes to 127.0.0.1 alone.
"""
