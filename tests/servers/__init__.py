"""Real mail servers on loopback, and the mail real people and machines send."""
