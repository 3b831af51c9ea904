"""The command line.

Read in this order: main, group, options, process; headless and report; watch_report; then any file
of commands.
"""
