"""The admin's own pages: the installation at a glance, the choice of a company, what the doctor finds."""
