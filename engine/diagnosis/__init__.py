"""What is wrong with a network, judged from its trace alone."""
