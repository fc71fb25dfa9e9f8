"""A stand-in for the banks at which providers are paid: it books transfers on demand, and says so in a statement."""
