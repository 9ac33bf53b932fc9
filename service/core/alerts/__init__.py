"""What is told to whom, and when: rules, the ledger, digests, reminders, changes, messages."""
