"""The configuration of the tests' private Dovecot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.net import HOST

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

MAIL_USER = "mail"
SPECIAL = {
    "Sent": r"\Sent",
    "Drafts": r"\Drafts",
    "Trash": r"\Trash",
    "Junk": r"\Junk",
    "Archive": r"\Archive",
}


def configuration(server: Dovecot, extra: str) -> str:
    """The text of dovecot.conf. `extra` comes last and so overrides."""
    root = server.root
    cert, key = server.certs.leaf(server.certificate)
    boxes = "".join(
        f'  mailbox "{name}" {{\n    auto = subscribe\n    special_use = {use}\n  }}\n'
        for name, use in SPECIAL.items()
    )
    return f"""\
protocols = imap lmtp
listen = {HOST}
base_dir = {root}/run
state_dir = {root}/state
instance_name = test-{server.imap_port}
log_path = {root}/dovecot.log
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
login_trusted_networks =
auth_mechanisms = plain login
auth_failure_delay = 0 secs
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
postmaster_address = postmaster@lab.test
namespace inbox {{
  inbox = yes
  separator = /
{boxes}}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/passwords/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/homes/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {server.imap_port}
  }}
  inet_listener imaps {{
    port = {server.imaps_port}
    ssl = yes
  }}
  service_count = 0
  process_min_avail = 1
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {HOST}
    port = {server.lmtp_port}
  }}
  process_min_avail = 1
}}
service imap {{
  process_min_avail = 2
}}
protocol imap {{
  mail_max_userip_connections = 100
}}
{extra}
"""
