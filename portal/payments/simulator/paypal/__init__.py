"""PayPal's half of the simulator: tokens, orders, payments, disputes, notifications, and the page where payers approve.

It follows PayPal's published descriptions of Orders v2, Payments v2, Disputes v1 and Webhooks v1, as far as the portal
goes. What was assumed is said where it is done.
"""
