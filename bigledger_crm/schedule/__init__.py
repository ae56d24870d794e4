"""Work that is done now and then, once each time, however many ask for it."""
