"""The checks of each chapter's exercise: a `Case` with the data, and its `TASKS`."""
