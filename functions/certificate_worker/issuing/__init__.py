"""From a completion to a certificate in its SOP's mailbox."""
