"""Segments of customers: RFM scores, the names that they give, and the customer pyramid.

1. `rfm`: recency, frequency and monetary value as scores from 1 to 5.
2. `segments`: which scores have which name.
3. `pyramid`: tiers by value; who holds how much of it.
4. `visits`: whom to visit tomorrow, and in which order.
"""
