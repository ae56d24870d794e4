"""What goes to other systems, seen by people: emails and webhooks."""
