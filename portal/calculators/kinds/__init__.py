"""The calculators that come with the portal. Data only: each module holds one."""
