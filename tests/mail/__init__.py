"""The wire, against a real Dovecot and a scripted SMTP server."""
