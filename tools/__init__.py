"""What maintainers run; nothing here is imported by a learner."""
