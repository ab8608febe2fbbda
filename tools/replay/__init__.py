"""A simulated person lives with the assistant: on a test instance of anyone's, on one of our own, or in a process."""
