"""One call from blocks of sound to judged events: the same steps for a live call, a recording and a back-test."""
