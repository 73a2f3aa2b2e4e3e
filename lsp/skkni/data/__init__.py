"""Standards, units and schemes that come with the program, as data with their sources."""
