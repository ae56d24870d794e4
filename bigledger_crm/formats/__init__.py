"""How days are typed in the admin, where Django would take the month first."""
