"""The lab's second process: it trains and draws."""
