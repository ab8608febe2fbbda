"""The risk table, the re-check, and the execution of what a person accepted."""
