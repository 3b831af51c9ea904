"""What every chart is made from, without the chart itself.

Read in this order: `scene` (the rows of a trace that may be looked at, and what is known of the
network), `snapshots` (the networks as they were at a record), `chain` (the factors of the chain
rule), `table` (columns and their CSV), `common` (legends, equations and sentences that several
charts share), `chart` (the record of a chart, and its explanation).
"""
