"""Speed and memory, measured against the tools that learners would otherwise use."""
