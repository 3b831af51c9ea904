"""Runs as tasks: what a run's results are, and who carries them out.

Read in this order: diagnosis_record, theory_record, results, cores, sizes, own_parts, executors,
scheduler, tasks, in_thread, train (loads the engine), summary (replicas as medians and bands).
"""
