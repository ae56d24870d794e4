"""What is done with imports: each module is a step, or what the steps need."""
