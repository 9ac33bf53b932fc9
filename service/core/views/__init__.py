"""Lists as pages show them: agenda, month, timeline."""
