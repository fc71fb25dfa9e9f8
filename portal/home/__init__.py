"""The home page, plain pages, the blocks that editors write with, the frame of every page, and the demo content."""
