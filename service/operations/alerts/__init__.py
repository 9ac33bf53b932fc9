"""Alerts, one stage of a run a file, in the order in which a run takes them: `run_once` calls `plan`,
`recovery`, `verification` and `sending`; `composing` says what goes out, `outcomes` stores what became of
it. Beside the run: `stored_rules`, `on_request` and `channel_health`."""
