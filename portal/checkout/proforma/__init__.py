"""The pro-forma invoice of an order that is paid by transfer: what was ordered, of whom, and where to pay."""
