# Tests against a real Asterisk, skipped where there is none.
