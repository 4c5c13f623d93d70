"""A SendGrid that delivers nothing: takes mails as the v3 API does, keeps them, posts signed events when told."""
