"""How quick the system is: ``make bench``. What is measured and how to read it: docs/bench.md."""
