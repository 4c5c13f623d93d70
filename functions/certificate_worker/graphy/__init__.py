"""What is asked of Graphy: enrolment, and completions that nobody told."""
