"""The demo: real activities, sample providers and a sample past, served on one machine by `bin/demo`.

It stands above all apps, as a visitor does: nothing imports it, and it may import everything.
"""
