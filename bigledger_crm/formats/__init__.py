"""How days are shown and typed in the admin, where Django would put the month first."""
