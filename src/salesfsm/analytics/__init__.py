"""What a history tells: replays of CRM exports through the engine."""
