"""What goes to other systems, emails and webhooks: its pages and its API."""
