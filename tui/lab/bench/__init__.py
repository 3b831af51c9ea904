"""The parts of the bench, the lab's main screen: what it knows, what it draws, what its keys do.

`readings` and `dashboard` are used by all; of the others each may use those before it: `notices`,
`navigation`, `run_control`, `form`, `change_panel`, `rooms`, `scenario_choice`.
"""
