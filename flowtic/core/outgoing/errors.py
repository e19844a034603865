class OutgoingError(Exception):
    """A call that brought no answer: a stable `code` and a sentence for people.

    Codes: refused (for safety, trying again is useless), dns, connect, tls, timeout, too_large, protocol.
    """

    def __init__(self, code: str, sentence: str):
        self.code = code
        super().__init__(sentence)
