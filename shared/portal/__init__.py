"""What admins and SOPs are both shown and may both do; each router says whose."""
