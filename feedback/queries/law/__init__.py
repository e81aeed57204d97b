"""The law's rows and the calendar as pages show them, and what a change of them would do."""
