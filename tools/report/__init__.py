"""Reports that compare what the lab made with its sources."""
