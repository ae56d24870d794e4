"""What can go wrong around the servers, said in one line to whoever started them."""


class EmbeddedError(Exception):
    """The one-machine default can't start; the text says why and what to do."""


class Stopped(Exception):
    """A stop was asked for while something was being waited for."""
