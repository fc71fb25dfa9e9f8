"""How editors compose calculators: blocks, what they mean, and what is wrong with them, said at the right place."""
