"""The deciding part: values, rules and rendering. No I/O, no clock, no environment, no logging."""
