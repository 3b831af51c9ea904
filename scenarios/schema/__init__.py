"""What a scenario can say: its keys, their types and ranges, and the rules between them."""
