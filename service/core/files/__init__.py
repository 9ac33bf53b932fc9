"""Files that hold a calendar: events.yaml and exports."""
