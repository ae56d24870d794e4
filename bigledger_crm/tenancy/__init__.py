"""Companies, who may act for them, and the rule that no row is read outside its company."""
