"""What ./dev bench runs: one file for each concern, see benchmarks/README.md."""
