"""What was kept for as long as was asked for goes."""
