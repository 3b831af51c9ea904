"""The parts of the bench, the lab's main screen, a file each. `screens.bench` puts them together.

`readings` holds what the worker has sent, `form` what is being changed, `lesson` what is taught;
`dashboard` draws all three. Each of the others is what some keys do, and may call those before it:
`notices`, `navigation`, `run_control`, `change_panel`, `rooms`, `unsaved_work`, `scenario_choice`,
`course`. They are handed what they need and call it directly: a Textual message would be handled a
turn of the loop later, after the key has been answered.
"""
