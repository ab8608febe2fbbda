"""Decision to message: the words, the phone, and the replies that come back."""
