"""Numbers and rules of the credit points, as data with their sources."""
