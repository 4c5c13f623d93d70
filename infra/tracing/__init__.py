"""What the functions logged, put together from their executions."""
