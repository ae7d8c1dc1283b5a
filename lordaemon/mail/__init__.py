"""The wire: SMTP out, IMAP in. It interprets nothing, decides nothing and never tries again."""
