"""What administrators look through: directory, jobs, failures, invariants, recounts."""
