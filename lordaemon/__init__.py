"""lordaemon: runs a season of recommendation letters from the applicant's own mailbox."""

__version__ = "0.1.0"
